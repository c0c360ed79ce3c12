#include "server/battle/judge_thread.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "judge/rubric.h"

namespace dju::server {

JudgeThread::JudgeThread(metrics::Registry& registry, serving::LiveSound* sound)
    : metrics_(registry), sound_(sound), thread_([this] { run(); }) {}

JudgeThread::~JudgeThread() {
  stop_ = true;
  wake_.signal();
  thread_.join();
}

std::shared_ptr<BattleJudge> JudgeThread::follow(std::shared_ptr<LiveBattle> battle,
                                                 std::string format) {
  auto judge =
      std::make_shared<BattleJudge>(std::move(battle), judge::standardRubric(), std::move(format),
                                    metrics_, sound_ != nullptr ? sound_->listen() : nullptr);
  const std::scoped_lock lock(mutex_);
  added_.push_back(judge);
  return judge;
}

void JudgeThread::run() {
  pthread_setname_np(pthread_self(), "dju-judge");
  std::vector<std::shared_ptr<BattleJudge>> judges;
  while (!stop_) {
    wake_.wait();
    {
      const std::scoped_lock lock(mutex_);
      std::ranges::move(added_, std::back_inserter(judges));
      added_.clear();
    }
    std::size_t longest = 0;
    for (const auto& judge : judges) longest = std::max(longest, judge->waiting());
    metrics_.queue.set(static_cast<double>(longest));
    // A judge that nobody else holds speaks to nobody: its room is gone.
    std::erase_if(judges,
                  [](const auto& judge) { return judge.use_count() == 1 || !judge->work(); });
  }
}

}  // namespace dju::server
