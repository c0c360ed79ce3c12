#include "server/battle/battle_judge.h"

#include "core/log.h"
#include "judge/judge_json.h"
#include "server/steady_clock.h"

namespace dju::server {
namespace {

using nlohmann::json;

// While somebody is heard, and while nobody is.
constexpr FrameCount kScorePace = kSampleRate / 5;
constexpr FrameCount kIdlePace = kSampleRate;
constexpr std::size_t kPastTransitions = 64;

}  // namespace

JudgeMetrics::JudgeMetrics(metrics::Registry& registry)
    : latency(registry.histogram("dju_judge_latency_seconds",
                                 "A block handed out to the score about it handed to the sockets",
                                 {0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.5, 1},
                                 {{"judge", "telemetry"}})),
      dropped(registry.counter("dju_judge_dropped_blocks_total",
                               "Blocks of 5 ms that a live judge did not see",
                               {{"judge", "telemetry"}})),
      queue(registry.gauge("dju_judge_queue_blocks", "Blocks that wait for a live judge, at most",
                           {{"judge", "telemetry"}})) {
  const auto gauge = [&](const char* judge, std::size_t h) {
    return &registry.gauge("dju_judge_confidence",
                           "Of the score told last, the mean of those who have shown the head",
                           {{"judge", judge}, {"head", std::string(judge::kHeads[h])}});
  };
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    confidence[h] = gauge("telemetry", h);
    soundConfidence[h] = gauge("sound", h);
  }
}

BattleJudge::BattleJudge(std::shared_ptr<LiveBattle> battle, const judge::Rubric& rubric,
                         std::string format, JudgeMetrics& metrics,
                         std::shared_ptr<judge::SoundJudge> sound)
    : battle_(std::move(battle)),
      metrics_(metrics),
      sound_(std::move(sound)),
      judge_(rubric, std::move(format), sound_.get()) {
  battle_->setJudged();
}

void BattleJudge::provide(std::uint32_t index, judge::JudgedTrack track) {
  const std::scoped_lock lock(mutex_);
  newTracks_.emplace_back(index, std::move(track));
  tracksWait_.store(true, std::memory_order_release);
}

BattleJudge::News BattleJudge::take() {
  const std::scoped_lock lock(mutex_);
  if (!news_.scores.is_null())
    metrics_.latency.observe(static_cast<double>(steadyNs() - scoresFromNs_) * 1e-9);
  return std::exchange(news_, {});
}

BattleJudge::News BattleJudge::past() const {
  const std::scoped_lock lock(mutex_);
  return past_;
}

bool BattleJudge::work() {
  // Asked before the queue is emptied: after its end a battle hands out nothing.
  const bool ended = battle_->ended();
  RenderedBlock block;
  while (battle_->judged().pop(block)) judge(block);
  if (!ended) return true;
  judge_.finish();
  tellWhatHappened();
  tellScores();
  return false;
}

void BattleJudge::takeTracks() {
  if (!tracksWait_.exchange(false, std::memory_order_acquire)) return;
  const std::scoped_lock lock(mutex_);
  for (auto& [index, track] : newTracks_) reader_.provide(index, std::move(track));
  newTracks_.clear();
}

void BattleJudge::judge(const RenderedBlock& block) {
  takeTracks();
  const Frame frame = block.telemetry.frame;
  if (expected_ && frame != *expected_) {
    const auto lost = static_cast<std::uint64_t>((frame - *expected_) / kBlockFrames);
    if (missed_ == 0)
      log::warn(
          "battle {}: its live judge is behind and has missed {} blocks; the verdict, which "
          "is made from the log, will not",
          battle_->id(), lost);
    missed_ += lost;
    metrics_.dropped.add(lost);
    judge_.skip();
  }
  expected_ = frame + kBlockFrames;
  handedOutNs_ = block.handedOutNs;
  change_.push(block.master);
  const judge::Evidence& now = reader_.push(block.telemetry, change_.latest());
  if (sound_) sound_->hear(now, block.master);
  if (frame.index() % judge::kEvidenceFrames != 0) return;
  judge_.push(now, reader_.tracks());
  tellWhatHappened();
  if (frame < scoresDue_) return;
  scoresDue_ = frame + (now.carrier == judge::Evidence::kNoDeck ? kIdlePace : kScorePace);
  tellScores();
}

void BattleJudge::tellWhatHappened() {
  const auto& transitions = judge_.transitions();
  const auto& feedback = judge_.feedback();
  if (toldTransitions_ == transitions.size() && toldFeedback_ == feedback.size()) return;
  const std::scoped_lock lock(mutex_);
  for (; toldTransitions_ < transitions.size(); ++toldTransitions_) {
    news_.transitions.push_back(judge::toJson(transitions[toldTransitions_], toldTransitions_));
    past_.transitions.push_back(news_.transitions.back());
    if (past_.transitions.size() > kPastTransitions)
      past_.transitions.erase(past_.transitions.begin());
  }
  for (; toldFeedback_ < feedback.size(); ++toldFeedback_)
    news_.feedback.push_back(judge::toJson(feedback[toldFeedback_]));
}

void BattleJudge::tellScores() {
  const judge::Standing standing = judge_.standing();
  json scores = judge::toJson(standing, judge_.rubric());
  if (missed_ > 0) scores["missedBlocks"] = missed_;
  tellConfidence(standing);
  const std::scoped_lock lock(mutex_);
  news_.scores = scores;
  past_.scores = std::move(scores);
  scoresFromNs_ = handedOutNs_;
}

void BattleJudge::tellConfidence(const judge::Standing& standing) {
  struct Mean {
    double sum = 0;
    int shown = 0;
    void tell(metrics::Gauge& gauge) const {
      if (shown > 0) gauge.set(sum / shown);
    }
  };
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    Mean telemetry, sound;
    for (std::size_t seat = 0; seat < judge::kSeats; ++seat) {
      const auto& head = standing.heads[seat][h];
      telemetry.sum += head.confidence;
      telemetry.shown += head.value ? 1 : 0;
      const auto& opinion = standing.sound[seat];
      if (!opinion || !opinion->heads[static_cast<judge::Head>(h)]) continue;
      sound.sum += opinion->confidence[h];
      ++sound.shown;
    }
    telemetry.tell(*metrics_.confidence[h]);
    sound.tell(*metrics_.soundConfidence[h]);
  }
}

}  // namespace dju::server
