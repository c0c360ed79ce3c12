#include "music/bar_phase.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/time.h"
#include "music/beat_evidence.h"
#include "music/features.h"
#include "music/onset.h"

namespace dju::music {
namespace {

constexpr double kHeardHops = 120 * kOnsetRate;
constexpr double kSamePeriod = 0.01, kSamePhase = 0.1;  // of a period
constexpr double kTrust = 1.5;       // in the live tracker's network, against the other's log-odds
constexpr double kLeast = 1e-3;      // probability of a downbeat, keeps its logarithm in bounds
constexpr std::ptrdiff_t kNear = 3;  // frames of 10 ms around a beat

std::size_t ofBar(double beat) {
  return static_cast<std::size_t>(std::fmod(std::fmod(beat, 4) + 4, 4));
}

// What the metre network holds of each of the four, in log-odds; -inf where it was not asked.
BarChances scoresByMetre(const BeatLine& line, std::span<const Metre> hypotheses) {
  BarChances out;
  out.fill(-1e9);
  for (const Metre& metre : hypotheses) {
    if (std::fabs(metre.period / line.period - 1) > kSamePeriod) continue;
    // Near the middle, where periods that differ a little have not drifted apart.
    const double middle = (line.from + line.to) / 2, bar = 4 * metre.period;
    const double at = metre.downbeat + std::round((middle - metre.downbeat) / bar) * bar;
    const double beat = std::round(line.beatAt(at));
    if (std::fabs(line.beatAt(at) - beat) > kSamePhase) continue;
    double& score = out[ofBar(beat)];
    score = std::max(score, metre.score);
  }
  return out;
}

// Mean logarithm of the probability that a bar begins at beats 4n + k.
BarChances meanDownbeats(const BeatActivations& activations, const BeatLine& line, double from) {
  const double hopsAFrame = static_cast<double>(standardDefinition().hop) / kOnsetHop;
  BarChances sum{}, count{};
  const auto frames = static_cast<std::ptrdiff_t>(activations.downbeat.size());
  for (double beat = std::ceil(line.beatAt(from));; beat += 1) {
    const auto frame = std::lround((line.hopAt(beat) - from) / hopsAFrame);
    if (frame + kNear >= frames) break;
    const auto begin = activations.downbeat.begin() + std::max<std::ptrdiff_t>(0, frame - kNear);
    const auto end = activations.downbeat.begin() + frame + kNear + 1;
    sum[ofBar(beat)] += std::log(static_cast<double>(*std::max_element(begin, end)) + kLeast);
    count[ofBar(beat)] += 1;
  }
  for (std::size_t k = 0; k < 4; ++k) sum[k] /= std::max(1.0, count[k]);
  return sum;
}

}  // namespace

BarChances barChances(const audio::PcmView& pcm, const BeatLine& line,
                      std::span<const Metre> hypotheses) {
  BarChances scores = scoresByMetre(line, hypotheses);
  const double from = std::max(line.from, (line.from + line.to - kHeardHops) / 2);
  const double to = std::min(line.to, from + kHeardHops);
  const std::int64_t first = std::max<std::int64_t>(0, std::lround(from)) * kOnsetHop;
  const std::int64_t frames =
      std::min<std::int64_t>(pcm.frames - first, std::lround(to - from) * kOnsetHop);
  if (frames > 0) {
    const BarChances downbeats =
        meanDownbeats(beatActivations({pcm.samples + first * kChannels, frames, pcm.scale}), line,
                      static_cast<double>(first) / kOnsetHop);
    for (std::size_t k = 0; k < 4; ++k) scores[k] += kTrust * downbeats[k];
  }
  const double highest = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& score : scores) sum += score = std::exp(score - highest);
  for (double& score : scores) score /= sum;
  return scores;
}

}  // namespace dju::music
