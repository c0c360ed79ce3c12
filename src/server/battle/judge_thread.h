// The thread on which all live judges of a server work, apart from engine and network: one is
// enough, since ten battles take a few hundredths of a core (docs/benchmarks.md).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/metrics.h"
#include "server/battle/battle_judge.h"
#include "server/wake.h"
#include "serving/live_sound.h"

namespace dju::server {

class JudgeThread {
 public:
  // `sound`, if any, has a say beside the telemetry and outlives the thread.
  explicit JudgeThread(metrics::Registry& registry, serving::LiveSound* sound = nullptr);
  ~JudgeThread();  // stops; battles that have not ended are judged no further
  JudgeThread(const JudgeThread&) = delete;
  JudgeThread& operator=(const JudgeThread&) = delete;

  // Judges `battle`, which is not driven yet, until it has ended. Any thread.
  std::shared_ptr<BattleJudge> follow(std::shared_ptr<LiveBattle> battle, std::string format);

  // Blocks have been handed out. Any thread; one write to an eventfd.
  void wake() noexcept { wake_.signal(); }

 private:
  void run();

  JudgeMetrics metrics_;
  serving::LiveSound* const sound_;
  Wake wake_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::vector<std::shared_ptr<BattleJudge>> added_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace dju::server
