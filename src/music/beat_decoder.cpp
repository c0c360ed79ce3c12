#include "music/beat_decoder.h"

#include <algorithm>
#include <cmath>

namespace dju::music {

int BeatDecoder::BarCounter::next() const noexcept {
  return static_cast<int>(std::max_element(chances_.begin(), chances_.end()) - chances_.begin());
}

// chances_[i]: that the beat going by is the bar's beat number i.
void BeatDecoder::BarCounter::pass(float downbeatLogit) noexcept {
  constexpr float kForget = 0.05F;  // a beat
  chances_[0] *= std::exp(std::clamp(0.5F * (downbeatLogit + 1.0F), -1.5F, 1.5F));
  // Place i becomes place i + 1.
  std::rotate(chances_.begin(), chances_.end() - 1, chances_.end());
  float sum = 0;
  for (const float chance : chances_) sum += chance;
  for (float& chance : chances_) chance = (1 - kForget) * chance / sum + kForget / 4;
}

BeatDecoder::BeatDecoder(double lag, double delay, const BeatDecoderOptions& options)
    : options_(options),
      pointer_(options.pointer),
      guide_(options.pointer),
      lag_(lag),
      delay_(delay) {}

bool BeatDecoder::hear(const BeatLogits& logits) noexcept {
  ++frame_;
  downbeats_[static_cast<std::size_t>(frame_) % downbeats_.size()] = logits.downbeat;
  const double evidence = std::clamp(options_.trust * (logits.beat + options_.priorLogit),
                                     options_.leastEvidence, options_.mostEvidence);
  pointer_.step(static_cast<float>(evidence));
  unguided_ = pointer_.estimate();
  if (guided_) {
    guide_.step(static_cast<float>(guidedEvidence(evidence)));
    estimate_ = guide_.estimate();
  } else {
    estimate_ = unguided_;
  }
  countBar();
  return announce();
}

void BeatDecoder::guide(double beat, double period) noexcept {
  guide_.lead(period, estimateFrame() - beat);
  estimate_ = guide_.estimate();
  guided_ = true;
}

double BeatDecoder::guidedEvidence(double evidence) const noexcept {
  const double since = estimate_.sinceBeat + 1;
  const double away = std::min(since, std::fabs(estimate_.period - since));
  return away <= options_.guidedReach * estimate_.period ? evidence : options_.leastEvidence;
}

// The downbeat output of a beat is known one frame after the evidence reached it.
void BeatDecoder::countBar() noexcept {
  if (uncounted_ < 0) return;
  const auto at = static_cast<std::int64_t>(std::lround(uncounted_ + delay_));
  if (frame_ < at + 1) return;
  float best = -20;
  for (std::int64_t n = std::max<std::int64_t>(0, at - 1); n <= at + 1; ++n) {
    best = std::max(best, downbeats_[static_cast<std::size_t>(n) % downbeats_.size()]);
  }
  bar_.pass(best);
  uncounted_ = -1;
}

bool BeatDecoder::announce() noexcept {
  if (estimate_.confidence < options_.leastConfidence || estimate_.period <= 0) return false;
  const double now = static_cast<double>(frame_) - delay_ + lag_;
  const double period = estimate_.period;
  double beat = static_cast<double>(frame_) - delay_ - estimate_.sinceBeat;
  const double soonest = std::max(lastBeat_ + options_.leastApart * period, now - options_.latest);
  if (beat < soonest) beat += std::ceil((soonest - beat) / period) * period;
  if (beat > now + options_.lead) return false;
  lastBeat_ = beat;
  if (uncounted_ >= 0) bar_.pass(-1);
  uncounted_ = beat;
  beat_ = {beat, period, estimate_.confidence, bar_.next()};
  return true;
}

}  // namespace dju::music
