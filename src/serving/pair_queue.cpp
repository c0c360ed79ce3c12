#include "serving/pair_queue.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace dju::serving {
namespace {

// Throws unless the model reads what mixer/pair_picture.h makes.
void expectPictures(const LoadedModel& model) {
  const inference::Shape wanted = {1, static_cast<std::int64_t>(mixer::kPictureRows),
                                   static_cast<std::int64_t>(mixer::pictureColumns().size())};
  if (model.version.featureDefinition == mixer::pictureDefinition() &&
      model.network.value("features").shape == wanted)
    return;
  throw Error(ErrorCode::kUnsupported,
              fmt::format("model {} {}: made for other pictures of pairs than this program makes; "
                          "train it again (scripts/train-mixer)",
                          model.version.name, model.version.version));
}

}  // namespace

PairQueue::Ready::Ready(std::shared_ptr<const LoadedModel> loaded)
    : model(std::move(loaded)), runner(model->network) {
  expectPictures(*model);
  const std::vector<std::string>& targets = model->version.targets;
  for (const std::string_view target : mixer::kPairTargets) {
    const auto at = std::find(targets.begin(), targets.end(), target);
    if (at == targets.end())
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("model {} {}: does not say {}", model->version.name,
                              model->version.version, target));
    outputs.push_back(static_cast<std::size_t>(at - targets.begin()));
  }
}

PairQueue::PairQueue(ModelCache& cache, metrics::Registry& metrics)
    : cache_(cache),
      batches_(metrics.histogram("dju_mixer_batch_pictures",
                                 "Pictures of transitions that a network read at once",
                                 {1, 2, 4, 8, 16, 32, 64, 128, 256, 512})),
      waitingGauge_(metrics.gauge("dju_mixer_queue_pictures",
                                  "Pictures of transitions that wait for a network")),
      worker_([this] { work(); }) {}

PairQueue::~PairQueue() {
  {
    const std::lock_guard guard(mutex_);
    ending_ = true;
  }
  came_.notify_all();
  worker_.join();
}

std::vector<mixer::PairOpinion> PairQueue::read(const std::string& model, int version,
                                                std::vector<mixer::PairPicture> pictures) {
  std::future<std::vector<mixer::PairOpinion>> opinions;
  {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [&] { return waiting_ == 0 || waiting_ < kMostWaitingPictures; });
    Job& job = jobs_.emplace_back();
    job.model = model;
    job.version = version;
    job.pictures = std::move(pictures);
    opinions = job.opinions.get_future();
    waiting_ += job.pictures.size();
    waitingGauge_.set(static_cast<double>(waiting_));
  }
  came_.notify_one();
  return opinions.get();
}

// Jobs for the same model, as many as come to kMostBatchPictures; at least one.
std::vector<PairQueue::Job> PairQueue::takeBatch(std::unique_lock<std::mutex>& lock) {
  came_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
  std::vector<Job> batch;
  std::size_t pictures = 0;
  while (!jobs_.empty()) {
    Job& next = jobs_.front();
    if (!batch.empty() &&
        (pictures + next.pictures.size() > kMostBatchPictures ||
         next.model != batch.front().model || next.version != batch.front().version))
      break;
    pictures += next.pictures.size();
    batch.push_back(std::move(next));
    jobs_.pop_front();
  }
  waiting_ -= pictures;
  waitingGauge_.set(static_cast<double>(waiting_));
  if (!batch.empty()) batches_.observe(static_cast<double>(pictures));
  return batch;
}

void PairQueue::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    std::vector<Job> batch = takeBatch(lock);
    lock.unlock();
    left_.notify_all();
    if (batch.empty()) return;
    for (Job& job : batch) {
      try {
        answer(job);
      } catch (...) {
        job.opinions.set_exception(std::current_exception());
      }
    }
  }
}

void PairQueue::answer(Job& job) {
  const auto model = cache_.version(job.model, job.version);
  if (!ready_ || ready_->model != model) ready_ = std::make_unique<Ready>(model);
  std::vector<mixer::PairOpinion> opinions;
  for (const mixer::PairPicture& picture : job.pictures) {
    ready_->runner.fill("features", picture);
    ready_->runner.run();
    const std::span<const float> scores = ready_->runner.output("scores");
    mixer::PairOpinion& opinion = opinions.emplace_back();
    for (std::size_t i = 0; i < opinion.size(); ++i) opinion[i] = scores[ready_->outputs[i]];
  }
  job.opinions.set_value(std::move(opinions));
}

}  // namespace dju::serving
