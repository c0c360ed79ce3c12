#include "storage/jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/log.h"
#include "storage/random_id.h"

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr char kColumns[] =
    "id, kind, state, progress, stage, error, payload, result, owner, priority, attempts, "
    "created_at";
constexpr std::string_view kStates[] = {"queued", "running", "done", "failed", "cancelled"};

JobState stateOf(const std::string& name) {
  const auto* found = std::find(std::begin(kStates), std::end(kStates), name);
  return found == std::end(kStates) ? JobState::kFailed
                                    : static_cast<JobState>(found - std::begin(kStates));
}

json parse(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json() : value;
}

Job read(const Statement& row) {
  Job job;
  job.id = row.text(0);
  job.kind = row.text(1);
  job.state = stateOf(row.text(2));
  job.progress = row.real(3);
  job.stage = row.text(4);
  job.error = row.text(5);
  job.payload = parse(row.text(6));
  job.result = parse(row.text(7));
  job.owner = row.text(8);
  job.priority = static_cast<int>(row.integer(9));
  job.attempts = static_cast<int>(row.integer(10));
  job.createdAt = row.integer(11);
  return job;
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string_view jobStateName(JobState state) {
  return kStates[static_cast<std::size_t>(state)];
}

json toJson(const Job& job) {
  json out = {{"id", job.id},       {"kind", job.kind},         {"state", jobStateName(job.state)},
              {"stage", job.stage}, {"progress", job.progress}, {"createdAt", job.createdAt}};
  if (!job.error.empty()) out["error"] = job.error;
  if (!job.result.is_null()) out["result"] = job.result;
  return out;
}

// A job while its handler runs. The row holds its state; progress lives here.
class JobQueue::Running final : public JobContext {
 public:
  Running(JobQueue& queue, Job job) : queue_(queue), job_(std::move(job)), shown_(job_) {}

  const Job& job() const override { return job_; }
  void progress(double value, std::string_view stage) override {
    Job copy;
    {
      const std::lock_guard lock(mutex_);
      shown_.progress = std::clamp(value, 0.0, 1.0);
      shown_.stage = stage;
      copy = shown_;
    }
    queue_.notify(copy);
  }
  bool cancelled() const override {
    if (!cancelled_ && !queue_.stopping_) return false;
    told_ = true;
    return true;
  }

  Job snapshot() const {
    const std::lock_guard lock(mutex_);
    return shown_;
  }
  void cancel() { cancelled_ = true; }
  bool wasCancelled() const { return cancelled_; }
  // Whether the handler knows that it should end: what it returns is then not its result.
  bool wasTold() const { return told_; }

 private:
  JobQueue& queue_;
  const Job job_;
  mutable std::mutex mutex_;
  Job shown_;  // guarded by mutex_
  std::atomic<bool> cancelled_{false};
  mutable std::atomic<bool> told_{false};
};

JobQueue::JobQueue(Database& database) : database_(database) {}
JobQueue::~JobQueue() {
  stop();
}

void JobQueue::handle(const std::string& kind, JobHandler handler) {
  handlers_[kind] = std::move(handler);
}
void JobQueue::listen(JobListener listener) {
  listener_ = std::move(listener);
}

void JobQueue::start(int threads) {
  {
    Database::Session session = database_.session();
    session
        .prepare(
            "UPDATE jobs SET state = 'failed', error = 'the server ended each time it ran' "
            "WHERE state = 'running' AND attempts >= ?")
        .bind(kMaxAttempts)
        .run();
    session.prepare("UPDATE jobs SET state = 'queued' WHERE state = 'running'").run();
  }
  stopping_ = false;
  for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { workerLoop(); });
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
}

Result<Job> JobQueue::submit(const std::string& kind, json payload, std::string_view owner,
                             int priority) {
  Job job;
  job.kind = kind;
  job.payload = std::move(payload);
  job.owner = owner;
  job.priority = priority;
  return enqueue(std::move(job), Once::kNo);
}

Result<Job> JobQueue::submitOnce(const std::string& kind, json payload) {
  Job job;
  job.kind = kind;
  job.payload = std::move(payload);
  return enqueue(std::move(job), Once::kYes);
}

Result<Job> JobQueue::enqueue(Job job, Once once) {
  if (!handlers_.contains(job.kind)) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("job \"{}\": nobody does this kind of work", job.kind));
  }
  job.id = randomId();
  job.createdAt = nowMs();
  {
    Database::Session session = database_.session(Database::Mode::kTransaction);
    if (once == Once::kYes) {
      Statement same = session.prepare(
          fmt::format("SELECT {} FROM jobs WHERE kind = ? AND payload = ? AND owner = '' AND state "
                      "IN ('queued', 'running') LIMIT 1",
                      kColumns));
      if (same.bind(job.kind).bind(dump(job.payload)).step()) return read(same);
    }
    Statement count = session.prepare("SELECT count(*) FROM jobs WHERE state = 'queued'");
    count.step();
    if (count.integer(0) >= maxQueued) {
      return Error(ErrorCode::kTooMany, fmt::format("job \"{}\": {} are waiting already; try later",
                                                    job.kind, maxQueued));
    }
    session
        .prepare(
            fmt::format("INSERT INTO jobs ({}, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                        "?, ?, (SELECT coalesce(max(sequence), 0) + 1 FROM jobs))",
                        kColumns))
        .bind(job.id)
        .bind(job.kind)
        .bind(jobStateName(job.state))
        .bind(job.progress)
        .bind(job.stage)
        .bind(job.error)
        .bind(dump(job.payload))
        .bind(dump(job.result))
        .bind(job.owner)
        .bind(job.priority)
        .bind(job.attempts)
        .bind(job.createdAt)
        .run();
    session.commit();
  }
  {
    const std::lock_guard lock(mutex_);  // a worker between its look and its wait would miss it
  }
  wake_.notify_one();
  return job;
}

Result<Job> JobQueue::get(std::string_view id) {
  {
    const std::lock_guard lock(mutex_);
    const auto running = running_.find(std::string(id));
    if (running != running_.end()) return running->second->snapshot();
  }
  Database::Session session = database_.session();
  Statement found = session.prepare(fmt::format("SELECT {} FROM jobs WHERE id = ?", kColumns));
  if (found.bind(id).step()) return read(found);
  return Error(ErrorCode::kNotFound, fmt::format("job {}: no such job", id.substr(0, 80)));
}

Result<Job> JobQueue::cancel(std::string_view id) {
  {
    Database::Session session = database_.session();
    session.prepare("UPDATE jobs SET state = 'cancelled' WHERE id = ? AND state = 'queued'")
        .bind(id)
        .run();
  }
  {
    const std::lock_guard lock(mutex_);
    const auto running = running_.find(std::string(id));
    if (running != running_.end()) running->second->cancel();
  }
  ended_.notify_all();
  Result<Job> job = get(id);
  if (job) notify(*job);
  return job;
}

Result<Job> JobQueue::wait(std::string_view id) {
  for (;;) {
    Result<Job> job = get(id);
    if (!job || hasEnded(job->state) || stopping_) return job;
    std::unique_lock lock(mutex_);
    // The time limit covers an end between get and here; nothing depends on its length.
    ended_.wait_for(lock, std::chrono::milliseconds(50));
  }
}

void JobQueue::workerLoop() {
  while (!stopping_) {
    try {
      if (runNext()) continue;
    } catch (const std::exception& error) {
      log::error("jobs: {}", error.what());
    }
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    wake_.wait_for(lock, std::chrono::seconds(1));
  }
}

bool JobQueue::runNext() {
  std::shared_ptr<Running> running;
  {
    Database::Session session = database_.session(Database::Mode::kTransaction);
    std::optional<Job> job;
    {
      Statement next = session.prepare(
          fmt::format("SELECT {} FROM jobs WHERE state = 'queued' ORDER BY priority DESC, sequence "
                      "LIMIT 1",
                      kColumns));
      if (next.step()) job = read(next);
    }
    if (!job) return false;
    job->state = JobState::kRunning;
    ++job->attempts;
    session.prepare("UPDATE jobs SET state = 'running', attempts = ? WHERE id = ?")
        .bind(job->attempts)
        .bind(job->id)
        .run();
    running = std::make_shared<Running>(*this, *job);
    // Entered before the row shows it as running, so that a cancel always finds it in one of both.
    const std::lock_guard lock(mutex_);
    session.commit();
    running_[job->id] = running;
  }
  notify(running->snapshot());
  try {
    const auto handler = handlers_.find(running->job().kind);
    if (handler == handlers_.end()) {
      throw Error(ErrorCode::kUnsupported, "this server does not do that kind of work");
    }
    const json result = handler->second(*running);
    finish(*running, running->wasCancelled() ? JobState::kCancelled : JobState::kDone, {}, result);
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
    // Ended by stop(): not the job's fault, it runs again at the next start.
    job.state = JobState::kQueued;
    --job.attempts;
  } else if (state == JobState::kDone) {
    job.progress = 1;
    job.result = result;
  } else if (state == JobState::kFailed) {
    job.error = error;
  }
  save(job);
  {
    const std::lock_guard lock(mutex_);
    running_.erase(job.id);
  }
  ended_.notify_all();
  notify(job);
}

void JobQueue::save(const Job& job) {
  Database::Session session = database_.session();
  session
      .prepare(
          "UPDATE jobs SET state = ?, progress = ?, stage = ?, error = ?, result = ?, "
          "attempts = ? WHERE id = ?")
      .bind(jobStateName(job.state))
      .bind(job.progress)
      .bind(job.stage)
      .bind(job.error)
      .bind(dump(job.result))
      .bind(job.attempts)
      .bind(job.id)
      .run();
}

void JobQueue::notify(const Job& job) {
  if (listener_) listener_(job);
}

}  // namespace dju::storage
