#include "learning/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "learning/data/whole_file.h"
#include "learning/processes/process_group.h"
#include "learning/report/event_file.h"
#include "learning/report/line_chart.h"
#include "learning/training/autocast.h"
#include "learning/training/batches.h"
#include "learning/training/curriculum.h"
#include "learning/training/masks.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

double wallSeconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(Model& model,
                                                       const TrainingOptions& options) {
  const double rate = options.learningRate;
  switch (options.optimizer) {
    case OptimizerKind::kAdamW:
      return std::make_unique<torch::optim::AdamW>(model.parameters(),
                                                   torch::optim::AdamWOptions(rate));
    case OptimizerKind::kRmsProp:
      return std::make_unique<torch::optim::RMSprop>(model.parameters(),
                                                     torch::optim::RMSpropOptions(rate));
    default:
      return std::make_unique<torch::optim::Adam>(model.parameters(),
                                                  torch::optim::AdamOptions(rate));
  }
}

class Trainer {
 public:
  Trainer(Model& model, const DatasetInfo& info, const Split& training, const Split& validation,
          const TrainingOptions& options)
      : model_(model),
        info_(info),
        training_(training),
        validation_(validation),
        options_(options),
        device_(options.device),
        byEase_(byDifficulty(model, training)),
        lentLabels_(training.items()) {
    fs::create_directories(options.out);
    torch::manual_seed(options.seed);
    if (options.labels == LabelOrder::kShuffled) {
      lentLabels_ = shuffled(training.items(), options.seed);
    } else {
      std::iota(lentLabels_.begin(), lentLabels_.end(), std::size_t{0});
    }
    model_.to(device_);
    optimizer_ = makeOptimizer(model_, options);
    state_.learningRate = options.learningRate;
    if (fs::exists(file("last.pt"))) {
      state_ = loadRun(file("last.pt"), model_, *optimizer_, options.fingerprint());
      model_.to(device_);
    } else {
      measureScale(model_, info_, training_);
    }
    if (group_ != nullptr) {
      if (options.batchSize < 2 * group_->size())
        throw Error(ErrorCode::kInvalid, "a batch of " + std::to_string(options.batchSize) +
                                             " for " + std::to_string(group_->size()) +
                                             " processes: each needs two items or more");
      group_->takeFirst(model_.parameters());
    }
    if (isFirst()) events_.emplace(options.out, wallSeconds());
  }

  TrainingResult run(const std::function<void(const TrainingProgress&)>& report) {
    const double began = wallSeconds();
    TrainingResult result;
    const int done = static_cast<int>(state_.epochs.size());
    for (int epoch = done + 1; epoch <= options_.epochs; ++epoch) {
      if (state_.sinceBest >= options_.patience) {
        result.end = TrainingResult::End::kNoLongerBetter;
        break;
      }
      if (options_.minutes > 0 && agreed(wallSeconds() - began > 60 * options_.minutes)) {
        result.end = TrainingResult::End::kTimeIsUp;
        break;
      }
      const bool best = runEpoch(epoch);
      const double pace = (wallSeconds() - began) / (epoch - done);
      report({state_.epochs.back(), options_.epochs, pace * (options_.epochs - epoch), best});
    }
    if (state_.bestEpoch > 0) loadWeights(file("best.pt"), model_);
    model_.to(device_);
    result.state = state_;
    return result;
  }

 private:
  fs::path file(const std::string& name) const { return options_.out / name; }
  // Whether this process writes the files.
  bool isFirst() const { return group_ == nullptr || group_->rank() == 0; }
  // What the first process says: clocks differ, and all have to end together.
  bool agreed(bool own) const {
    if (group_ == nullptr) return own;
    torch::Tensor said = torch::tensor({isFirst() && own ? 1.0F : 0.0F}).to(device_);
    group_->sum(said);
    return said.item<float>() > 0;
  }

  // Whether the validation loss was better than ever.
  bool runEpoch(int epoch) {
    const double began = wallSeconds();
    // What chance does in an epoch, dropout included, depends on seed and epoch alone.
    const std::uint64_t seed = Random(options_.seed).fork(static_cast<std::uint64_t>(epoch)).next();
    torch::manual_seed((seed >> 1) + static_cast<std::uint64_t>(group_ ? group_->rank() : 0));
    setRate(state_.learningRate);
    const double trainingLoss = learn(epoch, seed);
    const double validationLoss = scoreSplit(model_, info_, validation_, options_).loss;
    if (!std::isfinite(validationLoss)) notANumber(epoch, "validation");
    const bool best = state_.bestEpoch == 0 || validationLoss < state_.bestLoss;
    noteLoss(epoch, validationLoss, best);
    state_.epochs.push_back({epoch, trainingLoss, validationLoss, rate_, wallSeconds() - began});
    if (isFirst()) save(epoch, best);
    agreed(true);  // what it wrote is there before anybody reads it
    return best;
  }

  double learn(int epoch, std::uint64_t seed) {
    model_.train();
    const std::size_t items = itemsAt(epoch, options_.curriculum, byEase_.size());
    const std::vector<std::size_t> order = shuffled(items, seed);
    const auto batchSize = static_cast<std::size_t>(options_.batchSize);
    double sum = 0;
    std::size_t steps = 0;
    for (std::size_t from = 0; from < items; from += batchSize, ++steps) {
      std::vector<std::size_t> chosen;
      for (std::size_t i = from; i < std::min(items, from + batchSize); ++i)
        chosen.push_back(byEase_[order[i]]);
      // Normalisation over a single item has no spread, and every process needs one.
      const std::size_t fewest =
          group_ != nullptr ? 2 * static_cast<std::size_t>(group_->size()) : 2;
      if (chosen.size() < fewest && items > 1) break;
      const double loss = step(chosen, Random(seed).fork(steps).next());
      if (!std::isfinite(loss)) notANumber(epoch, "training");
      sum += loss;
    }
    return sum / static_cast<double>(std::max<std::size_t>(1, steps));
  }

  double step(const std::vector<std::size_t>& items, std::uint64_t seed) {
    const auto [from, to] =
        group_ != nullptr ? group_->shareOf(items.size()) : ProcessGroup::Share{0, items.size()};
    const std::span<const std::size_t> own = std::span(items).subspan(from, to - from);
    Batch batch = batchOf(model_, info_, training_, own, torch::kCPU);
    if (options_.masks > 0) hideParts(batch.inputs.features, info_, options_.masks, seed, from);
    batch.inputs.features = batch.inputs.features.to(device_);
    batch.inputs.words = batch.inputs.words.to(device_);
    optimizer_->zero_grad();
    torch::Tensor logits;
    {
      const Autocast autocast(options_.precision, device_);
      logits = model_.forward(batch.inputs);
    }
    if (group_ != nullptr) logits = amongAll(logits, from, items.size());
    const torch::Tensor loss = model_.loss(logits, truthOf(items));
    loss.backward();
    if (group_ != nullptr) sumGradients();
    torch::nn::utils::clip_grad_norm_(model_.parameters(), options_.clipNorm);
    optimizer_->step();
    return loss.item<double>();
  }

  // Logits of the whole batch, of which gradients reach this process' own. Every process computes
  // the loss of all, so a mean over known labels is a mean over all of them, and the sum of the
  // processes' gradients is the gradient that one process would have.
  torch::Tensor amongAll(const torch::Tensor& own, std::size_t from, std::size_t items) const {
    const auto count = static_cast<std::int64_t>(items);
    const auto begin = static_cast<std::int64_t>(from);
    torch::Tensor all = torch::zeros({count, own.size(1)}, own.options().dtype(torch::kFloat32));
    all.narrow(0, begin, own.size(0)).copy_(own.detach());
    group_->sum(all);
    const std::int64_t end = begin + own.size(0);
    return torch::cat(
        {all.narrow(0, 0, begin), own.to(torch::kFloat32), all.narrow(0, end, count - end)});
  }

  void sumGradients() {
    std::vector<torch::Tensor> gradients;
    for (torch::Tensor& weight : model_.parameters()) gradients.push_back(weight.mutable_grad());
    group_->sum(gradients);
  }

  torch::Tensor truthOf(const std::vector<std::size_t>& items) const {
    std::vector<std::size_t> lent;
    for (const std::size_t item : items) lent.push_back(lentLabels_[item]);
    return targetsOf(model_, training_, lent).to(device_);
  }

  void noteLoss(int epoch, double loss, bool best) {
    if (best) {
      state_.bestLoss = loss;
      state_.bestEpoch = epoch;
      state_.sinceBest = state_.sinceDrop = 0;
      return;
    }
    if (itemsAt(epoch, options_.curriculum, byEase_.size()) == byEase_.size()) ++state_.sinceBest;
    if (++state_.sinceDrop <= options_.plateauPatience) return;
    state_.learningRate *= options_.plateauFactor;
    state_.sinceDrop = 0;
  }

  void setRate(double rate) {
    rate_ = rate;
    for (auto& group : optimizer_->param_groups()) group.options().set_lr(rate);
  }

  void save(int epoch, bool best) {
    const auto write = [&](const std::string& name) {
      saveRun(file(name), model_, *optimizer_, state_, options_.fingerprint());
    };
    if (best) write("best.pt");
    if (epoch % options_.checkpointEvery == 0) {
      const std::string number = std::to_string(epoch);
      write("epoch-" + std::string(3 - std::min<std::size_t>(3, number.size()), '0') + number +
            ".pt");
    }
    // Last, so that what it says of the best is there.
    write("last.pt");
    writeCurves();
    const EpochRecord& record = state_.epochs.back();
    const double now = wallSeconds();
    events_->add(now, epoch, "loss/training", static_cast<float>(record.trainingLoss));
    events_->add(now, epoch, "loss/validation", static_cast<float>(record.validationLoss));
    events_->add(now, epoch, "learning_rate", static_cast<float>(record.learningRate));
  }

  void writeCurves() const {
    LineChart chart{"Loss", "epoch", "loss", {{"training", {}}, {"validation", {}}}};
    for (const EpochRecord& record : state_.epochs) {
      chart.series[0].points.emplace_back(record.epoch, record.trainingLoss);
      chart.series[1].points.emplace_back(record.epoch, record.validationLoss);
    }
    writeWholeFile(file("curve.svg"), svgOf(chart));
  }

  [[noreturn]] void notANumber(int epoch, const std::string& which) const {
    const std::string kept = state_.epochs.empty() ? "nothing was learned yet"
                                                   : file("last.pt").string() + " has epoch " +
                                                         std::to_string(state_.epochs.back().epoch);
    throw Error(ErrorCode::kInvalid, "epoch " + std::to_string(epoch) + ": the " + which +
                                         " loss is no number; " + kept +
                                         "; try a lower --rate than " + std::to_string(rate_));
  }

  Model& model_;
  const DatasetInfo& info_;
  const Split& training_;
  const Split& validation_;
  const TrainingOptions& options_;
  torch::Device device_;
  ProcessGroup* group_ = ProcessGroup::current();
  std::vector<std::size_t> byEase_;
  std::vector<std::size_t> lentLabels_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
  std::optional<EventFile> events_;
  RunState state_;
  double rate_ = 0;
};

// The batches of all processes; a batch that is not defined is another's.
torch::Tensor gathered(std::vector<torch::Tensor>& logits,
                       const std::vector<torch::Tensor>& targets) {
  torch::Tensor outputs = torch::zeros({1});
  for (const torch::Tensor& batch : logits)
    if (batch.defined()) outputs[0] = static_cast<double>(batch.size(1));
  ProcessGroup* const group = ProcessGroup::current();
  // Who scored nothing does not know how many logits the model gives.
  torch::Tensor scored = (outputs > 0).to(torch::kFloat32);
  group->sum(outputs);
  group->sum(scored);
  const auto width = static_cast<std::int64_t>(std::lround((outputs / scored).item<double>()));
  for (std::size_t i = 0; i < logits.size(); ++i)
    if (!logits[i].defined())
      logits[i] = torch::zeros({targets[i].size(0), width}, targets[i].options());
  torch::Tensor all = torch::cat(logits);
  group->sum(all);
  return all;
}

}  // namespace

SplitScores scoreSplit(Model& model, const DatasetInfo& info, const Split& split,
                       const TrainingOptions& options) {
  const torch::NoGradGuard guard;
  model.eval();
  const torch::Device device(options.device);
  const auto batchSize = static_cast<std::size_t>(options.batchSize);
  std::vector<torch::Tensor> logits;
  std::vector<torch::Tensor> targets;
  ProcessGroup* const group = ProcessGroup::current();
  std::size_t batches = 0;
  for (std::size_t from = 0; from < split.items(); from += batchSize, ++batches) {
    std::vector<std::size_t> items(std::min(batchSize, split.items() - from));
    std::iota(items.begin(), items.end(), from);
    targets.push_back(targetsOf(model, split, items).to(device));
    if (group != nullptr && batches % static_cast<std::size_t>(group->size()) !=
                                static_cast<std::size_t>(group->rank())) {
      logits.emplace_back();
      continue;
    }
    const Batch batch = batchOf(model, info, split, items, device);
    const Autocast autocast(options.precision, device);
    logits.push_back(model.forward(batch.inputs).to(torch::kFloat32));
  }
  // Over the whole split at once: the mean of batches' means would weigh labels unequally.
  const torch::Tensor all = group != nullptr ? gathered(logits, targets) : torch::cat(logits);
  const torch::Tensor truth = torch::cat(targets);
  return {model.loss(all, truth).item<double>(), model.scores(all).cpu(), truth.cpu()};
}

TrainingResult train(Model& model, const DatasetInfo& info, const Split& training,
                     const Split& validation, const TrainingOptions& options,
                     const std::function<void(const TrainingProgress&)>& report) {
  torch::set_num_threads(options.threads);
  return Trainer(model, info, training, validation, options).run(report);
}

}  // namespace dju::learning
