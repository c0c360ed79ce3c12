#include "judge/transitions.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dju::judge {
namespace {

constexpr FrameCount kBefore = kSampleRate;          // of the past that belongs to a transition
constexpr FrameCount kLongestGap = 4 * kSampleRate;  // between two records, still a passage
// A record that has lain on another for four minutes is the music itself, and no longer a way over.
constexpr FrameCount kLongest = 240 * kSampleRate;

constexpr double kStep = static_cast<double>(kEvidenceFrames) / kSampleRate;  // seconds

// Where types begin, by ear on the scripts of transitions_test and DJs' own terms.
constexpr double kWreckMs = 60;  // half the time: galloping, no longer a flam
constexpr double kTightMs = 30;  // two drops must lie on each other
constexpr double kScratchSeconds = 0.25;
constexpr double kCutBeats = 1;
constexpr double kEchoBeats = 4;
constexpr double kDropEnergy = 0.7;
constexpr double kDropBeats = 8;
constexpr double kFilterKnob = 0.2;
constexpr double kFilterShare = 0.4;
constexpr double kSwapBeats = 8;

float median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The evidence of one transition, seen from what leaves to what comes.
class Reading {
 public:
  Reading(std::span<const Evidence> all, std::uint8_t from, std::uint8_t to, Frame start, Frame end)
      : all_(all), from_(from), to_(to), start_(start), end_(end) {
    const double bpm =
        at(start).decks[to].tempo > 0 ? at(start).decks[to].tempo : at(start).decks[from].tempo;
    beatSeconds_ = 60 / (bpm > 0 ? bpm : kUnknownBpm);
  }

  void fill(Transition& transition) const {
    gather(transition);
    compareEnds(transition);
    transition.parts = transitionParts(all_);
    transition.score = transition.parts.quality();
    classify(transition);
  }

 private:
  const Evidence& at(Frame frame) const {
    const FrameCount since = frame - all_.front().frame;
    const std::int64_t last = static_cast<std::int64_t>(all_.size()) - 1;
    return all_[static_cast<std::size_t>(
        std::clamp<std::int64_t>(since / kEvidenceFrames, 0, last))];
  }
  bool within(const Evidence& evidence) const {
    return evidence.frame >= start_ && evidence.frame < end_;
  }
  const PairEvidence* pairOf(const Evidence& evidence) const {
    if (!evidence.pair || !within(evidence)) return nullptr;
    const auto [first, second] = std::minmax(from_, to_);
    const PairEvidence& pair = *evidence.pair;
    return pair.first == first && pair.second == second ? &pair : nullptr;
  }
  // Pairs tell of the second deck against the first.
  float turned(float value) const { return to_ > from_ ? value : -value; }

  void gather(Transition& transition) const {
    std::vector<float> sizes;
    double bpm = 0, percent = 0, n = 0;
    std::array<std::size_t, 256> players{};
    const PairEvidence* last = nullptr;
    const Frame middle = start_ + (end_ - start_) / 2;
    for (const Evidence& evidence : all_) {
      if (evidence.frame >= start_) ++players[evidence.player];
      const PairEvidence* pair = pairOf(evidence);
      if (pair == nullptr) continue;
      transition.bothHeardSeconds += kStep;
      if (pair->doubleBass()) transition.doubleBassSeconds += kStep;
      if (!pair->beatOffsetMs) continue;
      const float offset = turned(*pair->beatOffsetMs);
      sizes.push_back(std::abs(offset));
      if ((evidence.frame - start_) % kOffsetStep == 0)
        transition.beatOffsets.push_back({evidence.frame, offset});
      bpm += turned(*pair->tempoDifferenceBpm);
      percent += turned(*pair->tempoDifferencePercent);
      ++n;
      if (last == nullptr || evidence.frame <= middle) last = pair;
    }
    if (n > 0) {
      transition.beatOffsetMs = median(std::move(sizes));
      transition.tempoDifferenceBpm = bpm / n;
      transition.tempoDifferencePercent = percent / n;
      transition.barOffsetBeats = std::abs(*last->barOffsetBeats);
      if (last->phraseOffsetBeats)
        transition.phraseOffsetBeats = std::abs(*last->phraseOffsetBeats);
    }
    transition.player = static_cast<engine::PlayerIndex>(
        std::max_element(players.begin(), players.end()) - players.begin());
  }

  // What lies before against what lies after, for keys, loudness and, at cuts, tempo.
  void compareEnds(Transition& transition) const {
    const PairEvidence across =
        pairEvidence(at(start_ - kEvidenceFrames).decks[from_], all_.back().decks[to_], from_, to_);
    transition.key = across.key;
    if (!transition.tempoDifferenceBpm) {
      transition.tempoDifferenceBpm = across.tempoDifferenceBpm;
      transition.tempoDifferencePercent = across.tempoDifferencePercent;
    }
    double sumBefore = 0, sumAfter = 0, countBefore = 0, countAfter = 0;
    for (const Evidence& evidence : all_) {
      if (!evidence.loudness) continue;
      if (evidence.frame < start_) {
        sumBefore += *evidence.loudness;
        ++countBefore;
      } else if (evidence.frame >= end_) {
        sumAfter += *evidence.loudness;
        ++countAfter;
      }
    }
    if (countBefore > 0 && countAfter > 0)
      transition.loudnessStepLu = sumAfter / countAfter - sumBefore / countBefore;
  }

  // Seconds of the transition, and a moment around it, in which `test` holds.
  template <typename Test>
  double secondsOf(Test test) const {
    double seconds = 0;
    for (const Evidence& evidence : all_) {
      if (evidence.frame >= start_ - kSampleRate / 2 && evidence.frame < end_ + kSampleRate / 2)
        seconds += test(evidence) ? kStep : 0;
    }
    return seconds;
  }

  // Beats from where the bass that leaves still outweighs the other, to where it is outweighed;
  // only where both happen and stay.
  std::optional<double> bassSwapBeats() const {
    Frame lastOld, firstNew;
    bool wasOld = false, isNew = false;
    for (const Evidence& evidence : all_) {
      const PairEvidence* pair = pairOf(evidence);
      if (pair == nullptr) continue;
      const float from = evidence.decks[from_].lowGain, to = evidence.decks[to_].lowGain;
      if (to < kBassOverlap * from) {
        lastOld = evidence.frame;
        wasOld = true;
        isNew = false;
      } else if (from < kBassOverlap * to && !isNew) {
        firstNew = evidence.frame;
        isNew = true;
      }
    }
    if (!wasOld || !isNew) return {};
    return (firstNew.seconds() - lastOld.seconds()) / beatSeconds_;
  }
  // The faders did not do it: what leaves was still open when the basses changed.
  bool eqDidIt() const {
    return secondsOf([&](const Evidence& evidence) {
             const DeckEvidence& from = evidence.decks[from_];
             const DeckEvidence& to = evidence.decks[to_];
             return pairOf(evidence) != nullptr && (to.lowGain < kBassOverlap * to.gain ||
                                                    from.lowGain < kBassOverlap * from.gain);
           }) >= 2 * beatSeconds_;
  }

  void classify(Transition& transition) const {
    const double both = transition.bothHeardSeconds;
    const double beats = both / beatSeconds_;
    const auto is = [&](TransitionType type, double confidence) {
      transition.type = type;
      transition.confidence = std::clamp(confidence, 0.5, 1.0);
    };
    const double scratched = secondsOf([&](const Evidence& evidence) {
      constexpr auto kHand = engine::kDeckScratching;
      return evidence.decks[to_].audible && (evidence.decks[to_].flags & kHand) != 0;
    });
    if (scratched >= kScratchSeconds) return is(TransitionType::kScratch, 0.5 + scratched);
    const double offset = transition.beatOffsetMs.value_or(0);
    if (beats >= 2 && offset > kWreckMs)
      return is(TransitionType::kTrainWreck, offset / (2 * kWreckMs));
    const double drops = secondsOf([&](const Evidence& evidence) {
      const PairEvidence* pair = pairOf(evidence);
      return pair != nullptr && pair->doubleBass() &&
             evidence.decks[from_].energy.value_or(0) >= kDropEnergy &&
             evidence.decks[to_].energy.value_or(0) >= kDropEnergy;
    });
    if (drops >= kDropBeats * beatSeconds_ && offset <= kTightMs)
      return is(TransitionType::kDoubleDrop, drops / (2 * kDropBeats * beatSeconds_));
    const double thrown = secondsOf([&](const Evidence& evidence) {
      return evidence.frame < end_ && evidence.decks[from_].fxOn != 0;
    });
    if (beats <= kEchoBeats && thrown >= beatSeconds_ / 2)
      return is(TransitionType::kEchoOut, 0.5 + thrown / (4 * beatSeconds_));
    if (beats <= kCutBeats) return is(TransitionType::kCut, 1 - beats / (2 * kCutBeats));
    const double filtered = secondsOf([&](const Evidence& evidence) {
      return pairOf(evidence) != nullptr && (std::abs(evidence.decks[from_].filter) > kFilterKnob ||
                                             std::abs(evidence.decks[to_].filter) > kFilterKnob);
    });
    if (filtered >= kFilterShare * both) return is(TransitionType::kFilter, filtered / both);
    const auto swap = bassSwapBeats();
    if (swap && *swap <= kSwapBeats && eqDidIt())
      return is(TransitionType::kBassSwap, 1 - *swap / (2 * kSwapBeats));
    is(TransitionType::kBlend, 1 - filtered / both);
  }

  std::span<const Evidence> all_;
  std::uint8_t from_, to_;
  Frame start_, end_;
  double beatSeconds_ = 0;
};

}  // namespace

std::string_view transitionName(TransitionType type) {
  constexpr std::array<std::string_view, kTransitionTypes> kNames = {
      "blend", "bass_swap", "cut", "echo_out", "filter", "double_drop", "scratch", "train_wreck"};
  return kNames[static_cast<std::size_t>(type)];
}

double TransitionDetector::twoBeats() const {
  const float bpm = passing_.back().decks[to_.deck].tempo;
  return 2 * 60 / (bpm > 0 ? static_cast<double>(bpm) : kUnknownBpm);
}

// The record that is heard most is the one that plays.
void TransitionDetector::settle(const Evidence& evidence) {
  fromGone_.reset();
  toGone_.reset();
  state_ = evidence.carrier == Evidence::kNoDeck ? State::kNothing : State::kOne;
  if (state_ == State::kOne) from_ = {evidence.carrier, evidence.decks[evidence.carrier].track};
}

// The heard record that is not the one that plays; of several the one heard most.
std::optional<TransitionDetector::Record> TransitionDetector::newcomer(
    const Evidence& evidence) const {
  std::optional<Record> found;
  for (std::uint8_t d = 0; d < evidence.deckCount; ++d) {
    const Record record{d, evidence.decks[d].track};
    if (!evidence.decks[d].audible || record == from_) continue;
    if (!found || evidence.decks[d].share > evidence.decks[found->deck].share) found = record;
  }
  return found;
}

void TransitionDetector::begin(const Record& to) {
  to_ = to;
  passing_.assign(past_.begin(), past_.end());
  entry_ = passing_.back().frame;
  start_ = fromGone_.value_or(entry_);
  state_ = State::kPassing;
}

void TransitionDetector::follow(const Evidence& evidence) {
  passing_.push_back(evidence);
  const auto watch = [&](std::optional<Frame>& gone, const Record& record) {
    if (record.in(evidence))
      gone.reset();
    else if (!gone)
      gone = evidence.frame;
  };
  watch(fromGone_, from_);
  watch(toGone_, to_);
}

std::optional<Transition> TransitionDetector::push(const Evidence& evidence) {
  past_.push_back(evidence);
  while (past_.back().frame - past_.front().frame > kBefore) past_.pop_front();
  if (state_ == State::kNothing) settle(evidence);
  if (state_ == State::kNothing) return {};
  if (state_ == State::kOne) {
    if (from_.in(evidence))
      fromGone_.reset();
    else if (!fromGone_)
      fromGone_ = evidence.frame;
    if (fromGone_ && evidence.frame - *fromGone_ > kLongestGap) settle(evidence);
    if (const auto to = newcomer(evidence)) begin(*to);
    return {};
  }
  follow(evidence);
  // Somebody who lifts a fader for a beat has not left: each is gone after a beat and a half, which
  // also leaves the spectrum time to change.
  const auto patience = static_cast<FrameCount>(0.75 * twoBeats() * kSampleRate);
  const auto isLong = [&](Frame since) { return evidence.frame - since >= patience; };
  if ((toGone_ && isLong(*toGone_)) || evidence.frame - start_ > kLongest) {
    settle(evidence);
    return {};
  }
  if (!fromGone_ || !isLong(std::max(*fromGone_, entry_))) return {};
  return finish();
}

std::optional<Transition> TransitionDetector::finish() {
  if (state_ != State::kPassing || !fromGone_ || toGone_) return {};
  // Between two records that do not touch, it ends where the second begins.
  const Frame end = std::max(*fromGone_, entry_);
  Transition transition;
  transition.start = start_;
  transition.end = end;
  transition.reported = passing_.back().frame + kEvidenceFrames;
  transition.fromDeck = from_.deck;
  transition.toDeck = to_.deck;
  transition.fromTrack = from_.track;
  transition.toTrack = to_.track;
  Reading(passing_, from_.deck, to_.deck, start_, end).fill(transition);
  settle(passing_.back());
  return transition;
}

std::vector<Transition> transitionsOf(const Performance& performance) {
  TransitionDetector detector;
  std::vector<Transition> found;
  for (const Evidence& evidence : performance.evidence) {
    if (auto transition = detector.push(evidence)) found.push_back(std::move(*transition));
  }
  if (auto transition = detector.finish()) found.push_back(std::move(*transition));
  return found;
}

}  // namespace dju::judge
