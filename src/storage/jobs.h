// Work that outlives a request: uploads, renderings, verifications, mixes.
//
// A job is a kind and a JSON payload; handlers are registered by kind; its state is a row
// (storage/job_table.h), so that neither a restart nor a killed worker loses a job: what was queued
// or running runs again (handlers are idempotent), and what has ended never does. Several processes
// may work on one queue: `dju serve` and any number of `dju worker`. A broker would take JobTable's
// place; nobody else would notice.
//
// submit, get, cancel: any thread. Handlers run on the queue's worker threads.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "storage/database.h"
#include "storage/job.h"
#include "storage/job_table.h"

namespace dju::storage {

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

// Which threads do it, so that nothing waits behind what it has no part in.
enum class JobLane : std::size_t {
  kWork,     // seconds to minutes of a core
  kQuick,    // somebody waits for it; a second or two
  kOutside,  // waits for other people's machines
};
inline constexpr std::size_t kJobLanes = 3;

struct JobOptions {
  JobLane lane = JobLane::kWork;
  // Tries, those included that ended with their process.
  int attempts = 3;
  // What fails for a reason that may pass (Error kUnavailable) is tried again after this time, then
  // after four times as long, and so on. 0: it fails at once.
  int retryMs = 0;
  // Called when a run has ended the job, done, failed or cancelled: work that follows from that,
  // queued in one step with the end.
  struct Next {
    std::string kind;
    nlohmann::json payload;
  };
  std::function<std::optional<Next>(const Job&)> then;
};

class JobQueue {
 public:
  explicit JobQueue(Database& database);
  ~JobQueue();  // stop()
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // Before start().
  void handle(const std::string& kind, JobHandler handler, JobOptions options = {});
  // Works, with `threads` for JobLane::kWork, one that is quick and four that wait outside; with
  // none, only others do.
  void start(int threads);
  // Asks running handlers to end and waits for them; their jobs run again, here or elsewhere.
  void stop();

  // Fails with kTooMany beyond maxQueued jobs, kInvalid for a kind nobody handles.
  Result<Job> submit(const std::string& kind, nlohmann::json payload, std::string_view owner = {},
                     int priority = 0);
  // What is the same whoever asks for it, as the server's own work: the job of this kind and
  // payload that waits or runs already, else a new one. Fails as submit().
  Result<Job> submitOnce(const std::string& kind, nlohmann::json payload);
  Result<Job> get(std::string_view id);
  // Of this kind, waiting or running, that `owner` has asked for.
  int countUnfinished(std::string_view kind, std::string_view owner) {
    return table_.countUnfinished(kind, owner);
  }
  // What runs ends as soon as its handler asks, in another process within some seconds.
  Result<Job> cancel(std::string_view id);
  // Blocks until the job has ended; for tests and command lines.
  Result<Job> wait(std::string_view id);

  // How far a job is that runs in this process, without a look at the disk. Nothing: it does not.
  std::optional<Job> running(std::string_view id) const;

  int maxQueued = 1000;
  // A worker that says nothing for so long has died. Before start().
  int leaseMs = 10000;
  // For so long it can be asked what became of a job; then it is forgotten. Before start().
  std::int64_t keepEndedMs = 30LL * 24 * 3600 * 1000;

 private:
  class Running;
  struct Kind {
    JobHandler run;
    JobOptions options;
  };
  Result<Job> enqueue(Job job, JobTable::Once once);
  void workerLoop(JobLane lane);
  bool runNext(JobLane lane);
  void finish(Running& running, JobState state, const std::string& error,
              const nlohmann::json& result);
  bool release(Job job);
  void keepLoop();
  void renewLeases();
  void takeUpLost();
  void forgetOld();

  JobTable table_;
  std::map<std::string, Kind> kinds_;
  std::array<std::vector<std::string>, kJobLanes> lanes_;  // kinds of each
  mutable std::mutex mutex_;
  std::condition_variable wake_, ended_;
  std::map<std::string, std::shared_ptr<Running>> running_;  // guarded by mutex_
  std::atomic<bool> stopping_{false};
  bool workersGone_ = false;  // guarded by mutex_
  std::vector<std::thread> workers_;
  std::int64_t forgotAt_ = 0;  // keeper's thread
  std::thread keeper_;
};

}  // namespace dju::storage
