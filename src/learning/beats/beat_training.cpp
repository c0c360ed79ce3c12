#include "learning/beats/beat_training.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>

#include "core/error.h"
#include "learning/beats/beat_batches.h"
#include "learning/beats/beat_net.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

constexpr int kStepsBetweenChecks = 100;
constexpr std::size_t kCheckedExcerpts = 120;  // spread evenly over the validation clips
constexpr double kAverage = 0.995;             // of the weights that are kept, against their noise

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

torch::Tensor tensorOf(const std::vector<float>& values, const BeatBatch& batch, int columns) {
  return torch::from_blob(const_cast<float*>(values.data()), {batch.pieces, batch.frames, columns},
                          torch::kFloat32);
}

// Mean over the known targets; a downbeat counts a third of a beat.
torch::Tensor lossOf(BeatNet& net, const BeatBatch& batch) {
  const torch::Tensor logits = net(tensorOf(batch.levels, batch, static_cast<int>(kClipBands)));
  const torch::Tensor share = torch::tensor({1.0F, 0.33F});
  const torch::Tensor weights = tensorOf(batch.weights, batch, 2) * share;
  const torch::Tensor each = torch::binary_cross_entropy_with_logits(
      logits, tensorOf(batch.targets, batch, 2), {}, {}, at::Reduction::None);
  return (each * weights).sum() / weights.sum().clamp_min(1.0);
}

void writeFloats(const fs::path& path, const std::vector<float>& values) {
  const fs::path part = path.string() + ".part";
  std::ofstream out(part, std::ios::binary);
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, part.string() + ": cannot be written");
  fs::rename(part, path);
}

std::vector<float> readFloats(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorCode::kUnavailable, path.string() + ": cannot be read");
  std::vector<float> values;
  for (float value = 0; in.read(reinterpret_cast<char*>(&value), sizeof value);) {
    values.push_back(value);
  }
  return values;
}

class Trainer {
 public:
  Trainer(std::vector<FeatureClip> training, std::vector<FeatureClip> validation,
          const TrainingOptions& options)
      : options_(options),
        training_(std::move(training), options.seed),
        validation_(std::move(validation), options.seed + 1),
        net_(options.shape),
        averaged_(options.shape),
        optimizer_(net_->parameters(), torch::optim::AdamOptions(options.learningRate)),
        curve_(options.curve) {
    curve_ << "seconds,step,training_loss,validation_loss\n";
    if (!options.start.empty()) net_->setWeights(readFloats(options.start));
    copyAverage(0);
  }

  TrainingResult run() {
    TrainingResult result;
    result.bestLoss = std::numeric_limits<double>::max();
    double sum = 0;
    for (bool more = true; more;) {
      const double progress = secondsSince(start_) / (60 * options_.minutes);
      more = progress < 1;
      sum += step(std::min(progress, 1.0), result.steps);
      ++result.steps;
      if (result.steps % kStepsBetweenChecks != 0 && more) continue;
      check(result, sum / kStepsBetweenChecks);
      sum = 0;
    }
    return result;
  }

 private:
  double step(double progress, int number) {
    const BeatBatch batch = training_.draw(options_.pieces, options_.frames, Augmentation::kOn);
    const double warm = std::min(1.0, (number + 1) / 100.0);
    const double rate = options_.learningRate * warm * 0.5 * (1 + std::cos(M_PI * progress));
    for (auto& group : optimizer_.param_groups()) {
      static_cast<torch::optim::AdamOptions&>(group.options()).lr(rate);
    }
    optimizer_.zero_grad();
    torch::Tensor loss = lossOf(net_, batch);
    loss.backward();
    torch::nn::utils::clip_grad_norm_(net_->parameters(), 1.0);
    optimizer_.step();
    copyAverage(std::min(kAverage, 1 - 10.0 / (number + 10)));
    return loss.item<double>();
  }

  void copyAverage(double keep) {
    const torch::NoGradGuard guard;
    const auto from = net_->parameters();
    const auto to = averaged_->parameters();
    for (std::size_t i = 0; i < to.size(); ++i) to[i].mul_(keep).add_(from[i], 1 - keep);
  }

  void check(TrainingResult& result, double trainingLoss) {
    const torch::NoGradGuard guard;
    double sum = 0;
    const std::size_t all = validation_.walkLength();
    const std::size_t count = std::min(all, kCheckedExcerpts);
    for (std::size_t i = 0; i < count; ++i) {
      sum += lossOf(averaged_, validation_.walk(i * all / count, options_.frames)).item<double>();
    }
    const double loss = sum / static_cast<double>(std::max<std::size_t>(1, count));
    curve_ << secondsSince(start_) << ',' << result.steps << ',' << trainingLoss << ',' << loss
           << std::endl;
    std::printf("%6.0f s  step %5d  training %.4f  validation %.4f\n", secondsSince(start_),
                result.steps, trainingLoss, loss);
    std::fflush(stdout);
    if (loss >= result.bestLoss) return;
    result.bestLoss = loss;
    writeFloats(options_.weights, averaged_->weights());
    writeFixture();
  }

  // 200 frames from the validation clips and what the network says of them.
  void writeFixture() {
    constexpr int kFrames = 200;
    if (validation_.walkLength() == 0) return;
    BeatBatch batch = validation_.walk(0, kFrames);
    const torch::Tensor logits =
        averaged_(tensorOf(batch.levels, batch, static_cast<int>(kClipBands))).contiguous();
    std::vector<float> all = batch.levels;
    all.insert(all.end(), logits.data_ptr<float>(), logits.data_ptr<float>() + logits.numel());
    writeFloats(options_.fixture, all);
  }

  TrainingOptions options_;
  BeatBatches training_, validation_;
  BeatNet net_, averaged_;
  torch::optim::Adam optimizer_;
  std::ofstream curve_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

TrainingResult trainBeats(std::vector<FeatureClip> training, std::vector<FeatureClip> validation,
                          const TrainingOptions& options) {
  torch::set_num_threads(1);
  torch::manual_seed(options.seed);
  return Trainer(std::move(training), std::move(validation), options).run();
}

}  // namespace dju::learning
