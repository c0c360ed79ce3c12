#include "judge/live_judge.h"

#include <cmath>
#include <utility>

namespace dju::judge {
namespace {

constexpr std::size_t kProxyMoments = 120 * kSampleRate / kEvidenceFrames;  // two minutes
// What is kept of the past beyond them, so that it is dropped seldom: 0.7 MB.
constexpr std::size_t kProxySlack = kProxyMoments / 8;
constexpr FrameCount kProxyPace = 5 * kSampleRate;
constexpr double kProxyHalfSeconds = 60;  // of sound for which a DJ answers
constexpr std::size_t kNewestFindings = 12;

}  // namespace

LiveJudge::LiveJudge(const Rubric& rubric, std::string format, const SoundJudge* sound)
    : rubric_(rubric), format_(std::move(format)), sound_(sound), coach_(rubric) {
  recent_.reserve(kProxyMoments + kProxySlack);
}

void LiveJudge::push(const Evidence& evidence, std::span<const JudgedTrack> tracks) {
  now_ = evidence.frame;
  tracks_ = tracks;
  board_.push(evidence);
  if (evidence.player < kSeats) answered_[evidence.player] = evidence.frame;
  if (recent_.size() == kProxyMoments + kProxySlack)
    recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(kProxySlack));
  recent_.push_back(evidence);
  coach_.hear(evidence);
  if (auto transition = detector_.push(evidence)) keep(std::move(*transition));
  if (auto said = coach_.next(evidence.frame)) feedback_.push_back(std::move(*said));
}

void LiveJudge::keep(Transition transition) {
  const std::size_t index = transitions_.size();
  board_.add(transition);
  coach_.hear(transition, index);
  if (transition.player < kSeats) {
    ++types_[transition.player][static_cast<std::size_t>(transition.type)];
    auto& findings = findings_[transition.player];
    for (const Finding& finding : findingsOf(transition, index)) findings.push_back(finding);
    if (findings.size() > kNewestFindings)
      findings.erase(findings.begin(), findings.end() - kNewestFindings);
  }
  transitions_.push_back(std::move(transition));
}

void LiveJudge::skip() {
  board_.finish();
  detector_ = {};
  recent_.clear();
}

void LiveJudge::finish() {
  board_.finish();
  if (auto transition = detector_.finish()) keep(std::move(*transition));
}

void LiveJudge::refreshProxies() {
  if (!proxies_.empty() && now_ - proxies_.back().frame < kProxyPace) return;
  const std::span<const Evidence> recent = recent_;
  const auto window = recent.last(std::min(recent.size(), kProxyMoments));
  proxies_.push_back({now_, {}});
  for (int s = 0; s < kSeats; ++s)
    proxies_.back().heads[s] = headsOf(window, tracks_, static_cast<engine::PlayerIndex>(s));
  constexpr auto kRecent = static_cast<FrameCount>(kRecentSeconds * kSampleRate);
  while (proxies_.size() > 1 && now_ - proxies_[1].frame >= kRecent) proxies_.pop_front();
}

HeadScore LiveJudge::proxyScore(engine::PlayerIndex player, Head head) const {
  HeadScore score;
  const std::optional<float>& newest = proxies_.back().heads[player][head];
  if (!newest) return score;
  score.value = *newest;
  const std::optional<float>& before = proxies_.front().heads[player][head];
  if (before) score.trend = static_cast<double>(*newest) - static_cast<double>(*before);
  score.confidence = 1 - std::exp2(-board_.answeredSeconds(player) / kProxyHalfSeconds);
  score.latest = answered_[player];
  return score;
}

Standing LiveJudge::standing() {
  refreshProxies();
  Standing standing;
  standing.frame = now_;
  standing.ruling = rulingOf(board_, proxies_.back().heads, rubric_, format_);
  for (int s = 0; s < kSeats; ++s) {
    const auto player = static_cast<engine::PlayerIndex>(s);
    for (std::size_t h = 0; h < kHeadCount; ++h) {
      const auto head = static_cast<Head>(h);
      standing.heads[s][h] = isProxy(head) ? proxyScore(player, head) : board_.score(player, head);
    }
    std::vector<Finding>& findings = standing.ruling.sides[s].findings;
    if (const auto moment = shakiestMoment(board_, player)) findings.push_back(*moment);
    findings.insert(findings.end(), findings_[s].begin(), findings_[s].end());
    if (sound_ != nullptr) standing.sound[s] = sound_->opinion(player);
    standing.styles[s] = style(player);
  }
  return standing;
}

}  // namespace dju::judge
