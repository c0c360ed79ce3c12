#include "storage/jobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"
#include "storage/random_id.h"

namespace dju::storage {
namespace {

using nlohmann::json;

// Other processes' jobs are noticed by looking.
constexpr std::chrono::milliseconds kLookEvery(250);
constexpr int kRetryGrows = 4;
// So often, and so many at a time, lest others wait for the database.
constexpr std::int64_t kForgetEveryMs = 3600 * 1000;
constexpr int kForgottenAtOnce = 500;

std::int64_t retryDelayMs(const JobOptions& options, int attempts) {
  std::int64_t delay = options.retryMs;
  for (int i = 1; i < attempts; ++i) delay *= kRetryGrows;
  return delay;
}

}  // namespace

// A job while its handler runs here. The row holds its state; progress lives here and is shown in
// the row with each renewal of the lease.
class JobQueue::Running final : public JobContext {
 public:
  Running(const JobQueue& queue, Job job) : queue_(queue), job_(std::move(job)), shown_(job_) {}

  const Job& job() const override { return job_; }
  void progress(double value, std::string_view stage) override {
    const std::lock_guard lock(mutex_);
    shown_.progress = std::clamp(value, 0.0, 1.0);
    shown_.progressAt = nowMs();
    shown_.stage = stage;
  }
  bool cancelled() const override {
    if (!cancelled_ && !lost_ && !queue_.stopping_) return false;
    told_ = true;
    return true;
  }

  Job snapshot() const {
    const std::lock_guard lock(mutex_);
    return shown_;
  }
  void cancel() { cancelled_ = true; }
  bool wasCancelled() const { return cancelled_; }
  // Another worker has it: what is done here is in vain.
  void lose() { lost_ = true; }
  // Whether the handler knows that it should end: what it returns is then not its result.
  bool wasTold() const { return told_; }

 private:
  const JobQueue& queue_;
  const Job job_;
  mutable std::mutex mutex_;
  Job shown_;  // guarded by mutex_
  std::atomic<bool> cancelled_{false}, lost_{false};
  mutable std::atomic<bool> told_{false};
};

JobQueue::JobQueue(Database& database) : table_(database, randomId()) {}
JobQueue::~JobQueue() {
  stop();
}

void JobQueue::handle(const std::string& kind, JobHandler handler, JobOptions options) {
  lanes_[static_cast<std::size_t>(options.lane)].push_back(kind);
  kinds_[kind] = {std::move(handler), std::move(options)};
}

void JobQueue::start(int threads) {
  stopping_ = false;
  workersGone_ = false;
  if (threads <= 0) return;
  takeUpLost();
  for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { workerLoop(JobLane::kWork); });
  // Who waits for one machine that hangs does not hold up the news for others.
  constexpr int kOutsideThreads = 4;
  for (const auto& [lane, count] :
       {std::pair(JobLane::kQuick, 1), std::pair(JobLane::kOutside, kOutsideThreads)}) {
    if (lanes_[static_cast<std::size_t>(lane)].empty()) continue;
    for (int i = 0; i < count; ++i)
      workers_.emplace_back([this, lane = lane] { workerLoop(lane); });
  }
  keeper_ = std::thread([this] { keepLoop(); });
}

void JobQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  ended_.notify_all();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
  {
    // Only now: what still ran had to keep its lease.
    const std::lock_guard lock(mutex_);
    workersGone_ = true;
  }
  wake_.notify_all();
  if (keeper_.joinable()) keeper_.join();
}

Result<Job> JobQueue::submit(const std::string& kind, json payload, std::string_view owner,
                             int priority) {
  Job job;
  job.kind = kind;
  job.payload = std::move(payload);
  job.owner = owner;
  job.priority = priority;
  return enqueue(std::move(job), JobTable::Once::kNo);
}

Result<Job> JobQueue::submitOnce(const std::string& kind, json payload) {
  Job job;
  job.kind = kind;
  job.payload = std::move(payload);
  return enqueue(std::move(job), JobTable::Once::kYes);
}

Result<Job> JobQueue::enqueue(Job job, JobTable::Once once) {
  if (!kinds_.contains(job.kind)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("job \"{}\": nobody does this kind of work", job.kind));
  }
  job.id = randomId();
  job.createdAt = nowMs();
  Result<Job> added = table_.add(job, once, maxQueued);
  {
    const std::lock_guard lock(mutex_);  // a worker between its look and its wait would miss it
  }
  wake_.notify_all();
  return added;
}

std::optional<Job> JobQueue::running(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(std::string(id));
  if (found == running_.end()) return {};
  return found->second->snapshot();
}

Result<Job> JobQueue::get(std::string_view id) {
  if (auto now = running(id)) return *std::move(now);
  Result<Job> job = table_.find(id);
  if (!job || job->state != JobState::kQueued) return job;
  if (const auto kind = kinds_.find(job->kind); kind != kinds_.end())
    job.value().ahead =
        table_.ahead(*job, lanes_[static_cast<std::size_t>(kind->second.options.lane)]);
  return job;
}

Result<Job> JobQueue::cancel(std::string_view id) {
  table_.cancel(id);
  {
    const std::lock_guard lock(mutex_);
    const auto running = running_.find(std::string(id));
    if (running != running_.end()) running->second->cancel();
  }
  ended_.notify_all();
  return get(id);
}

Result<Job> JobQueue::wait(std::string_view id) {
  for (;;) {
    Result<Job> job = get(id);
    if (!job || hasEnded(job->state) || stopping_) return job;
    std::unique_lock lock(mutex_);
    // The time limit covers an end between get and here, and in another process; nothing depends on
    // its length.
    ended_.wait_for(lock, std::chrono::milliseconds(50));
  }
}

void JobQueue::workerLoop(JobLane lane) {
  while (!stopping_) {
    try {
      if (runNext(lane)) continue;
    } catch (const std::exception& error) {
      log::error("jobs: {}", error.what());
    }
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    wake_.wait_for(lock, kLookEvery);
  }
}

bool JobQueue::runNext(JobLane lane) {
  auto job = table_.claim(lanes_[static_cast<std::size_t>(lane)], nowMs() + leaseMs);
  if (!job) return false;
  const auto running = std::make_shared<Running>(*this, std::move(*job));
  {
    // A cancel before this is found with the first renewal of the lease.
    const std::lock_guard lock(mutex_);
    running_[running->job().id] = running;
  }
  try {
    const json result = kinds_.at(running->job().kind).run(*running);
    finish(*running, running->wasCancelled() ? JobState::kCancelled : JobState::kDone, {}, result);
  } catch (const Error& error) {
    const JobOptions& options = kinds_.at(running->job().kind).options;
    const bool mayPass = error.code() == ErrorCode::kUnavailable && options.retryMs > 0 &&
                         running->job().attempts < options.attempts;
    finish(*running,
           running->wasCancelled() ? JobState::kCancelled
           : mayPass               ? JobState::kQueued
                                   : JobState::kFailed,
           error.what(), nullptr);
  } catch (const std::exception& error) {
    finish(*running, running->wasCancelled() ? JobState::kCancelled : JobState::kFailed,
           error.what(), nullptr);
  }
  return true;
}

void JobQueue::finish(Running& running, JobState state, const std::string& error,
                      const json& result) {
  Job job = running.snapshot();
  job.state = state;
  if (running.wasTold() && state != JobState::kCancelled) {
    // Ended by stop(): not the job's fault, it runs again.
    job.state = JobState::kQueued;
    --job.attempts;
  } else if (state == JobState::kDone) {
    job.progress = 1;
    job.result = result;
  } else if (state == JobState::kFailed) {
    job.error = error;
  } else if (state == JobState::kQueued) {
    job.error = error;
    job.stage = "waiting to try again";
    job.notBefore = nowMs() + retryDelayMs(kinds_.at(job.kind).options, job.attempts);
  }
  release(job);
  {
    const std::lock_guard lock(mutex_);
    running_.erase(job.id);
  }
  ended_.notify_all();
}

// In the state that `job` has; false where another worker has it.
bool JobQueue::release(Job job) {
  std::optional<Job> next;
  const auto kind = kinds_.find(job.kind);
  if (hasEnded(job.state) && kind != kinds_.end() && kind->second.options.then) {
    if (auto wanted = kind->second.options.then(job)) {
      next.emplace();
      next->id = randomId();
      next->kind = std::move(wanted->kind);
      next->payload = std::move(wanted->payload);
      next->createdAt = nowMs();
    }
  }
  const bool released = table_.release(job, next);
  if (!released) log::warn("job {}: another worker has it meanwhile", job.id);
  if (next) wake_.notify_all();
  return released;
}

// One thread a queue that works: says that this worker lives, and looks for those that do not.
void JobQueue::keepLoop() {
  const std::chrono::milliseconds every(leaseMs / 5);
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, every, [this] { return workersGone_; })) return;
    }
    try {
      renewLeases();
      takeUpLost();
      forgetOld();
    } catch (const std::exception& error) {
      log::error("jobs: {}", error.what());
    }
  }
}

void JobQueue::renewLeases() {
  std::vector<std::shared_ptr<Running>> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, running] : running_) all.push_back(running);
  }
  for (const auto& running : all) {
    switch (table_.renew(running->snapshot(), nowMs() + leaseMs)) {
      case JobTable::Lease::kKept:
        break;
      case JobTable::Lease::kLost: {
        const std::lock_guard lock(mutex_);
        if (running_.contains(running->job().id)) running->lose();
        break;
      }
      case JobTable::Lease::kCancelAsked:
        running->cancel();
        break;
    }
  }
}

void JobQueue::takeUpLost() {
  while (auto job = table_.claimLost()) {
    const auto kind = kinds_.find(job->kind);
    const int attempts =
        kind == kinds_.end() ? JobOptions{}.attempts : kind->second.options.attempts;
    job->state = job->attempts < attempts ? JobState::kQueued : JobState::kFailed;
    if (job->state == JobState::kFailed) job->error = "its worker ended each time it ran";
    log::warn("job {} ({}): its worker is gone; {}", job->id, job->kind,
              job->state == JobState::kFailed ? job->error : "it runs again");
    release(std::move(*job));
  }
}

void JobQueue::forgetOld() {
  const std::int64_t now = nowMs();
  if (now - forgotAt_ < kForgetEveryMs) return;
  // More than one batch is for the next look, a moment later.
  if (table_.forget(now - keepEndedMs, kForgottenAtOnce) < kForgottenAtOnce) forgotAt_ = now;
}

}  // namespace dju::storage
