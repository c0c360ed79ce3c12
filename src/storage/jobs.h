// Work that outlives a request: uploads, renderings, verifications.
//
// The contract that a broker can take over later: a job is a kind and a JSON payload; handlers are
// registered by kind; the state is a row, so that a restart loses no job: what was queued or
// running when the program ended runs again (handlers are idempotent), at most kMaxAttempts times.
// submit, get, cancel: any thread. Handlers run on the queue's worker threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "storage/database.h"

namespace dju::storage {

enum class JobState { kQueued, kRunning, kDone, kFailed, kCancelled };
std::string_view jobStateName(JobState state);
inline bool hasEnded(JobState state) {
  return state != JobState::kQueued && state != JobState::kRunning;
}

struct Job {
  std::string id;
  std::string kind;
  JobState state = JobState::kQueued;
  double progress = 0;  // 0 to 1
  std::string stage;
  std::string error;  // of a failed job
  nlohmann::json payload;
  nlohmann::json result;  // of a done job
  std::string owner;      // player id; empty = the server's own
  int priority = 0;       // larger first
  int attempts = 0;
  std::int64_t createdAt = 0;  // ms since the Unix epoch
};

// The Job object of docs/protocol.md (without payload and owner).
nlohmann::json toJson(const Job& job);

// What a handler sees of its job. The handler's thread.
class JobContext {
 public:
  virtual ~JobContext() = default;
  virtual const Job& job() const = 0;
  virtual void progress(double value, std::string_view stage) = 0;
  // Long handlers ask and return early; what they return is then thrown away.
  virtual bool cancelled() const = 0;
};

// Returns the result; throwing Error (or any std::exception) makes the job fail.
using JobHandler = std::function<nlohmann::json(JobContext&)>;
// Called on change of state or progress, on the thread that caused it; must not block.
using JobListener = std::function<void(const Job&)>;

class JobQueue {
 public:
  static constexpr int kMaxAttempts = 3;

  explicit JobQueue(Database& database);
  ~JobQueue();  // stop()
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // Before start().
  void handle(const std::string& kind, JobHandler handler);
  void listen(JobListener listener);
  // Takes up what an earlier run left, then works.
  void start(int threads);
  // Asks running handlers to end and waits for them; their jobs run again at the next start.
  void stop();

  // Fails with kTooMany beyond maxQueued jobs, kInvalid for a kind nobody handles.
  Result<Job> submit(const std::string& kind, nlohmann::json payload, std::string_view owner = {},
                     int priority = 0);
  // What is the same whoever asks for it, as the server's own work: the job of this kind and
  // payload that waits or runs already, else a new one. Fails as submit().
  Result<Job> submitOnce(const std::string& kind, nlohmann::json payload);
  Result<Job> get(std::string_view id);
  Result<Job> cancel(std::string_view id);
  // Blocks until the job has ended; for tests and command lines.
  Result<Job> wait(std::string_view id);

  int maxQueued = 1000;

 private:
  class Running;
  enum class Once { kNo, kYes };
  Result<Job> enqueue(Job job, Once once);
  void workerLoop();
  bool runNext();
  void finish(Running& running, JobState state, const std::string& error,
              const nlohmann::json& result);
  void save(const Job& job);
  void notify(const Job& job);

  Database& database_;
  std::map<std::string, JobHandler> handlers_;
  JobListener listener_;
  std::mutex mutex_;
  std::condition_variable wake_, ended_;
  std::map<std::string, std::shared_ptr<Running>> running_;  // guarded by mutex_
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> workers_;
};

}  // namespace dju::storage
