#include "judge/scoreboard.h"

#include <algorithm>
#include <cmath>

namespace dju::judge {
namespace {

constexpr double kMoment = static_cast<double>(kEvidenceFrames) / kSampleRate;  // seconds
// A tempo may be ridden anywhere within minutes; it is judged within stretches of 10.24 s, as the
// labels are.
constexpr std::size_t kStretch = 1024;

// How much of a head makes its value half certain.
double halfSeconds(Head head) {
  // Moments count one by one; a transition or a stretch stands for itself.
  constexpr double kMoments = 10, kStretches = 30, kTransitions = 2;
  if (head == Head::kTransitionQuality) return kTransitions;
  return head == Head::kPitchStability ? kStretches : kMoments;
}

}  // namespace

void Scoreboard::Tally::add(double value, double weight, double seconds, Frame at) {
  sum_ += weight * value;
  weight_ += weight;
  if (seconds_ == 0) recent_ = value;
  recent_ += (1 - std::exp(-seconds / kRecentSeconds)) * (value - recent_);
  seconds_ += seconds;
  latest_ = at;
}

HeadScore Scoreboard::Tally::score(double halfSeconds, double fewestSeconds) const {
  HeadScore score;
  // Half a moment of tolerance: the seconds are a sum.
  if (weight_ <= 0 || seconds_ < fewestSeconds - kMoment / 2) return score;
  score.value = sum_ / weight_;
  score.confidence = 1 - std::exp2(-seconds_ / halfSeconds);
  score.trend = recent_ - *score.value;
  score.latest = latest_;
  return score;
}

Scoreboard::Scoreboard() {
  stretch_.reserve(kStretch);
}

void Scoreboard::push(const Evidence& evidence) {
  if (stretch_.size() == kStretch) finish();
  stretch_.push_back(evidence);
  if (evidence.player >= kSeats || evidence.carrier == Evidence::kNoDeck) return;
  Seat& seat = seats_[evidence.player];
  seat.answeredSeconds += kMoment;
  if (!evidence.pair) return;
  const PairEvidence& pair = *evidence.pair;
  const double weight = overlapOf(evidence);
  const auto add = [&](Head head, double value) {
    seat[head].add(value, weight, kMoment, evidence.frame);
  };
  if (pair.key) add(Head::kKeyCompatibility, keyCompatibility(*pair.key));
  if (!pair.beatOffsetMs) return;
  add(Head::kBpmAccuracy, bpmAccuracy(*pair.tempoDifferenceBpm));
  add(Head::kBeatAlignment, beatAlignment(*pair.beatOffsetMs));
  seat.comparedSeconds += kMoment;
  const std::uint32_t flags = evidence.decks[pair.first].flags | evidence.decks[pair.second].flags;
  if ((flags & engine::kDeckSync) != 0) seat.syncedSeconds += kMoment;
}

void Scoreboard::add(const Transition& transition) {
  if (transition.player >= kSeats) return;
  Seat& seat = seats_[transition.player];
  ++seat.transitions;
  // They count alike, however long they are.
  if (transition.score) seat[Head::kTransitionQuality].add(*transition.score, 1, 1, transition.end);
}

void Scoreboard::finish() {
  for (int s = 0; s < kSeats; ++s) {
    const auto wobble = speedWobble(stretch_, static_cast<engine::PlayerIndex>(s));
    if (!wobble) continue;
    const double seconds = kMoment * static_cast<double>(stretch_.size());
    Seat& seat = seats_[s];
    seat[Head::kPitchStability].add(pitchStability(*wobble), 1, seconds, stretch_.back().frame);
    if (!seat.shakiest || *wobble > seat.shakiest->wobblePercent)
      seat.shakiest = SpeedStretch{stretch_.front().frame, *wobble};
  }
  stretch_.clear();
}

HeadScore Scoreboard::score(engine::PlayerIndex player, Head head) const {
  const double fewest = head == Head::kTransitionQuality ? 1 : kFewestMoments * kMoment;
  return seats_[player].heads[static_cast<std::size_t>(head)].score(halfSeconds(head), fewest);
}

std::optional<double> Scoreboard::byHand(engine::PlayerIndex player) const {
  const Seat& seat = seats_[player];
  if (seat.comparedSeconds < (kFewestMoments - 0.5) * kMoment) return {};
  return 1 - seat.syncedSeconds / seat.comparedSeconds;
}

double Scoreboard::answeredSeconds(engine::PlayerIndex player) const {
  return seats_[player].answeredSeconds;
}

std::size_t Scoreboard::transitions(engine::PlayerIndex player) const {
  return seats_[player].transitions;
}

}  // namespace dju::judge
