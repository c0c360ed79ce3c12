// Jobs as server-sent events: who follows one hears of every change, up to four times a second. The
// queue is looked at rather than listened to, since jobs also run in other processes.
//
// Thread: network thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/net/responder.h"
#include "storage/jobs.h"

namespace dju::server {

class JobEvents {
 public:
  // Runs something on the network thread after so many milliseconds.
  using After = std::function<void(int milliseconds, std::function<void()> work)>;

  JobEvents(storage::JobQueue& jobs, After after) : jobs_(jobs), after_(std::move(after)) {}

  // Streams the job until it has ended. A client that reads too slowly misses what is in between.
  // Throws Error (kTooMany) when too many are followed.
  void follow(const std::string& jobId, const std::string& follower, Responder responder);

 private:
  struct Stream {
    std::string job, follower;
    std::shared_ptr<StreamWriter> writer;
    std::string told;
    int quiet = 0;  // looks since something was sent
  };
  void look();
  bool tell(Stream& stream);

  storage::JobQueue& jobs_;
  After after_;
  std::vector<Stream> streams_;
  bool looking_ = false;
};

}  // namespace dju::server
