// Where jobs wait: the part of the queue that several processes share, and the one that a broker
// would take the place of. What it promises: a job is given to one worker at a time, for a lease
// that the worker has to renew; a job whose lease ran out is given to another; what a worker says
// of a job that is no longer its own is not heard, so nothing that ended runs or ends again.
//
// Any thread, any process on the same database.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "storage/database.h"
#include "storage/job.h"

namespace dju::storage {

class JobTable {
 public:
  // `worker` names who claims; unique among all that work.
  JobTable(Database& database, std::string worker)
      : database_(database), worker_(std::move(worker)) {}

  int countUnfinished(std::string_view kind, std::string_view owner);
  // Fails with kTooMany where `mostQueued` wait already. Once: the server's own job of the same
  // kind and payload that waits or runs stands for it, if there is one.
  enum class Once { kNo, kYes };
  Result<Job> add(const Job& job, Once once, int mostQueued);
  Result<Job> find(std::string_view id);
  // Queued jobs of these kinds that will run before this queued one.
  int ahead(const Job& job, std::span<const std::string> kinds);

  // The next queued job of these kinds, running from now on.
  std::optional<Job> claim(std::span<const std::string> kinds, std::int64_t leaseUntilMs);
  // Renews the lease and shows the progress.
  enum class Lease { kKept, kLost, kCancelAsked };
  Lease renew(const Job& job, std::int64_t leaseUntilMs);
  // Gives the job back in the state that it has now, and queues `next` with it. False where it was
  // no longer this worker's: then nothing has changed.
  bool release(const Job& job, const std::optional<Job>& next);
  // A running job whose lease has run out, now this worker's, to be released.
  std::optional<Job> claimLost();

  // A queued job is cancelled; the worker of a running one is asked.
  void cancel(std::string_view id);

  // Removes up to `most` of those that ended before then, the oldest first; how many there were.
  // What waits or runs stays however old it is.
  int forget(std::int64_t endedBeforeMs, int most);

 private:
  void insert(Database::Session& session, const Job& job);

  Database& database_;
  const std::string worker_;
};

}  // namespace dju::storage
