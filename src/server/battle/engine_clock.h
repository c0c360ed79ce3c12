// EngineClock: the threads that drive live battles by absolute deadlines, one block of 5 ms a tick.
// Each battle stays on one thread. A block that is late is counted, never hidden; after a freeze
// time is stretched (engine frames pause) instead of being rendered in a burst.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/metrics.h"
#include "core/spsc_queue.h"
#include "server/battle/live_battle.h"

namespace dju::server {

class EngineClock {
 public:
  struct Options {
    int threads = 1;
    int maxBattlesPerThread = 64;
    // Called after each tick on the engine thread, once everything is queued: wakes consumers.
    // May make one cheap system call (an eventfd write), nothing more.
    std::function<void()> afterTick = [] {};
  };

  EngineClock(const Options& options, metrics::Registry& registry);
  ~EngineClock();  // stops the threads; battles that have not ended stop where they are
  EngineClock(const EngineClock&) = delete;
  EngineClock& operator=(const EngineClock&) = delete;

  // Starts driving `battle` on the thread with the fewest battles. The clock keeps the battle alive
  // until it has ended. Errors: kTooMany. Any thread.
  void drive(std::shared_ptr<LiveBattle> battle);

  // Battles being driven. Any thread.
  int battles() const;

 private:
  struct Worker;
  void run(Worker& worker) noexcept;

  Options options_;
  metrics::Registry& registry_;
  std::atomic<bool> stop_{false};
  mutable std::mutex
      mutex_;  // guards the producers' side of every worker, never the engine threads
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace dju::server
