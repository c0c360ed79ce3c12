#include "music/beat_review.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "music/beat_confidence.h"
#include "music/periodicity.h"

namespace dju::music {
namespace {

// Chosen on the validation clips (docs/beat-tracker.md); neighbouring values do as well.
constexpr double kMemory = 16;     // seconds that a review looks back
constexpr std::size_t kFirst = 5;  // seconds until the first
constexpr std::size_t kEvery = 4;  // between two
constexpr double kDoubt = 0.1;     // added to each chance: no single review is certain
constexpr double kConvincing = 4;  // log-odds
constexpr double kSamePeriod = 0.04;
constexpr double kSamePhase = 0.15;  // of a period
constexpr double kOnsetLag = 0.2;    // hops by which onset strength lags, as in beat_analysis.cpp
constexpr int kStrayedFrames = 100;
constexpr std::size_t kChangeSeconds = 2;  // a change of tempo was noticed so much later

constexpr std::size_t hopsIn(std::size_t seconds) {
  return seconds * static_cast<std::size_t>(kOnsetRate);
}

bool samePulse(const Pulse& a, const Pulse& b, double phase) {
  return std::fabs(a.period / b.period - 1) < kSamePeriod &&
         std::fabs(std::remainder(a.beat - b.beat, b.period)) < phase * b.period;
}

// Whether two tempi are the same rhythm counted in other notes.
bool sameRhythm(double a, double b) {
  constexpr std::array kRatios = {1.0, 2.0, 1.5, 4.0 / 3, 3.0};
  const double ratio = std::max(a / b, b / a);
  return std::any_of(kRatios.begin(), kRatios.end(),
                     [ratio](double each) { return std::fabs(ratio / each - 1) < kSamePeriod; });
}

}  // namespace

BeatReview::BeatReview() : onsets_(kMemory), next_(hopsIn(kFirst)) {}

bool BeatReview::watch(double period) noexcept {
  if (period <= 0) return false;
  if (period_ <= 0 || std::fabs(period / period_ - 1) < kSamePeriod) period_ = period;
  strayed_ = sameRhythm(period, period_) ? 0 : strayed_ + 1;
  if (strayed_ < kStrayedFrames) return false;
  period_ = period;
  forget();
  return true;
}

void BeatReview::forget() noexcept {
  strayed_ = 0;
  odds_ = 0;
  onsets_.forget(kChangeSeconds);
  next_ = onsets_.begin() + hopsIn(kFirst);
}

// What the metre network holds of the last seconds; hypotheses that differ in the bar only, or
// hardly, are one.
std::vector<BeatReview::Opinion> BeatReview::opinions() const {
  const OnsetStrength onset = onsets_.recent();
  std::vector<Metre> metres = metreHypotheses(onset);
  if (metres.empty()) return {};
  std::sort(metres.begin(), metres.end(),
            [](const Metre& a, const Metre& b) { return a.score > b.score; });
  const Periodicity periodicity(onset.all, hopsIn(20));
  const double from = static_cast<double>(onsets_.begin()) - kOnsetLag;
  double sum = 0;
  std::vector<Opinion> out;
  for (const Metre& metre : metres) {
    const Pulse pulse{metre.period / kOnsetRate, (from + metre.downbeat) / kOnsetRate};
    const double odds = std::exp(metre.score - metres.front().score);
    sum += odds;
    const auto same = std::find_if(out.begin(), out.end(), [&](const Opinion& each) {
      return std::fabs(each.pulse.period / pulse.period - 1) < 0.01 &&
             std::fabs(std::remainder(each.pulse.beat - pulse.beat, pulse.period)) <
                 0.1 * pulse.period;
    });
    if (same == out.end()) {
      out.push_back({pulse, odds});
    } else {
      same->chance += odds;
    }
  }
  const double regular = regularityOf(periodicity, metres);
  for (Opinion& each : out) {
    each.chance *= regular / sum;
    // To a beat near the end, where the tracker's are.
    const double end = static_cast<double>(onsets_.end()) / kOnsetRate;
    each.pulse.beat += std::floor((end - each.pulse.beat) / each.pulse.period) * each.pulse.period;
  }
  return out;
}

std::optional<Pulse> BeatReview::review(const Pulse& followed) {
  next_ = onsets_.end() + hopsIn(kEvery);
  const std::vector<Opinion> all = opinions();
  if (all.empty()) return std::nullopt;
  const auto better = [](const Opinion& a, const Opinion& b) { return a.chance < b.chance; };
  const Opinion& best = *std::max_element(all.begin(), all.end(), better);
  double forFollowed = 0;
  if (followed.period > 0) {
    for (const Opinion& each : all) {
      if (samePulse(each.pulse, followed, kSamePhase)) forFollowed += each.chance;
    }
    if (samePulse(best.pulse, followed, kSamePhase)) {
      odds_ = 0;
      return std::nullopt;
    }
  }
  const double gain = std::log((best.chance + kDoubt) / (forFollowed + kDoubt));
  const bool again = odds_ > 0 && samePulse(best.pulse, challenger_, kSamePhase);
  odds_ = again ? odds_ + gain : gain;
  challenger_ = best.pulse;
  if (odds_ < kConvincing) return std::nullopt;
  odds_ = 0;
  return best.pulse;
}

}  // namespace dju::music
