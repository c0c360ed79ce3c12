#include "simulator/beat_matching.h"

#include <algorithm>
#include <cmath>

#include "simulator/chance.h"

namespace dju::simulator {
namespace {

constexpr double kMostPushPercent = 10;  // as far as the nudge control goes
constexpr double kLongestPushBeats = 6;
constexpr double kLeastDriftBeats = 3;  // less says nothing about a tempo
constexpr double kMostTempoStep = 3;    // percent, in one move

}  // namespace

BeatMatching::BeatMatching(const VirtualDj& dj, const MatchingFaults& faults, Random random)
    : dj_(dj), faults_(faults), random_(random) {}

BeatMatching::Answer BeatMatching::hear(double ms, double beat, double offsetMs, double beatMs) {
  Answer answer;
  if (push_) {
    if (!push_->begun && ms >= push_->beginMs) {
      push_->begun = true;
      answer.pushPercent = push_->percent;
      if (push_->tempo != 0) answer.tempoPercent = push_->tempo;
    }
    if (push_->begun && ms >= push_->endMs) {
      answer.pushPercent = 0;
      push_.reset();
      heard_ = 0;
      listenAgainMs_ = ms + 0.5 * beatMs;
    }
  }
  const double whole = std::floor(beat);
  const bool onBeat = lastBeat_ && whole != *lastBeat_;
  lastBeat_ = whole;
  if (onBeat && !push_ && ms >= listenAgainMs_) notice(ms, offsetMs, beatMs);
  return answer;
}

void BeatMatching::notice(double ms, double offsetMs, double beatMs) {
  if (faults_.halfBeat) offsetMs += offsetMs > 0 ? -beatMs / 2 : beatMs / 2;
  const double heard = offsetMs + normal(random_) * dj_.hearingMs / 3;
  if (heard_ == 0) {
    firstMs_ = ms;
    firstOffset_ = heard;
    lastOffset_ = heard;
  } else {
    // The ear keeps an impression over two or three beats.
    lastOffset_ += 0.6 * (heard - lastOffset_);
  }
  lastMs_ = ms;
  ++heard_;
  if (heard_ < static_cast<int>(std::max(2.0, dj_.patienceBeats))) return;
  if (std::abs(lastOffset_) > std::max(dj_.hearingMs, faults_.acceptedMs)) decide(ms, beatMs);
}

// In percent of the tempo: a millisecond a second is a tenth.
double BeatMatching::drift() const {
  return lastMs_ > firstMs_ ? 100 * (lastOffset_ - firstOffset_) / (lastMs_ - firstMs_) : 0;
}

void BeatMatching::decide(double ms, double beatMs) {
  const double share = logNormal(random_, dj_.overshoot, dj_.motorSpread);
  const double reaction = logNormal(random_, dj_.reactionMs, dj_.reactionSpread);
  const double wanted = -lastOffset_ * share;  // ms that the incoming track is to come early
  Push push;
  // A push of p percent for t ms shifts by p t / 100; who has far to go pushes harder.
  const double harder = std::max(1.0, std::abs(wanted) / 40);
  const double percent = std::min(dj_.pushPercent * harder, kMostPushPercent);
  const double length = std::min(100 * std::abs(wanted) / percent, kLongestPushBeats * beatMs);
  push.percent = wanted < 0 ? -percent : percent;
  push.beginMs = ms + reaction;
  push.endMs = push.beginMs + length;
  const bool toSameSide = lastOffset_ * drift() > 0;
  if (!faults_.keepsTempo && toSameSide && lastMs_ - firstMs_ >= kLeastDriftBeats * beatMs) {
    push.tempo = std::clamp(-drift() * share, -kMostTempoStep, kMostTempoStep);
  }
  push_ = push;
}

}  // namespace dju::simulator
