// One battle's live judge: takes the blocks that the engine hands out, and has ready what the room
// tells people. If it falls behind, blocks are lost to it, it counts them and says so; the engine
// never waits.
//
//   engine thread --LiveBattle::judged()--> judge's thread: work() --> room: take()
//
// Threads: as each method says.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/metrics.h"
#include "judge/live_judge.h"
#include "judge/sound_judge.h"
#include "judge/spectral_change.h"
#include "server/battle/live_battle.h"

namespace dju::server {

// What judges measure about themselves, all of a server's together.
struct JudgeMetrics {
  explicit JudgeMetrics(metrics::Registry& registry);
  metrics::Histogram& latency;  // block handed out → score handed to the sockets
  metrics::Counter& dropped;
  metrics::Gauge& queue;
  std::array<metrics::Gauge*, judge::kHeadCount> confidence{};
  std::array<metrics::Gauge*, judge::kHeadCount> soundConfidence{};
};

class BattleJudge {
 public:
  // `battle` is not driven yet; `metrics` outlives the judge; `sound` may be null: no figures from
  // the sound.
  BattleJudge(std::shared_ptr<LiveBattle> battle, const judge::Rubric& rubric, std::string format,
              JudgeMetrics& metrics, std::shared_ptr<judge::SoundJudge> sound = nullptr);

  // Network thread: an entry of the battle's track table, before any command names it.
  void provide(std::uint32_t index, judge::JudgedTrack track);

  struct News {
    std::vector<nlohmann::json> transitions;  // transition-detected
    std::vector<nlohmann::json> feedback;     // ai-feedback
    nlohmann::json scores;                    // score-update; null: nothing new
  };
  // Network thread: what has come since the last call.
  News take();
  // Network thread: what somebody who joins now has missed: the newest transitions, the scores.
  News past() const;

  // Judge's thread: judges what waits. False once the battle has ended and everything was judged.
  bool work();
  // Judge's thread.
  std::size_t waiting() const { return battle_->judged().size(); }

 private:
  void judge(const RenderedBlock& block);
  void takeTracks();
  void tellWhatHappened();
  void tellScores();
  void tellConfidence(const judge::Standing& standing);

  std::shared_ptr<LiveBattle> battle_;
  JudgeMetrics& metrics_;

  // Judge's thread.
  judge::PerformanceReader reader_{{}};
  judge::SpectralChange change_;
  std::shared_ptr<judge::SoundJudge> sound_;
  judge::LiveJudge judge_;
  std::optional<Frame> expected_;  // the next block's
  Frame scoresDue_;
  std::uint64_t missed_ = 0;      // blocks
  std::int64_t handedOutNs_ = 0;  // the last block
  std::size_t toldTransitions_ = 0, toldFeedback_ = 0;

  std::atomic<bool> tracksWait_{false};
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::pair<std::uint32_t, judge::JudgedTrack>> newTracks_;
  News news_;
  News past_;
  std::int64_t scoresFromNs_ = 0;  // when their block was handed out
};

}  // namespace dju::server
