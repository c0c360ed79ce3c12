#include "music/loudness.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/time.h"
#include "music/live_loudness.h"
#include "music/true_peak.h"

namespace dju::music {
namespace {

constexpr double kFloor = -70;
constexpr std::int64_t kChunk = 48000;

double toDb(double level) {
  return level > 0 ? std::max(kFloor, 20 * std::log10(level)) : kFloor;
}

}  // namespace

TrackLoudness measureLoudness(const audio::PcmView& pcm) {
  LiveLoudness meter;
  std::vector<float> chunk;
  for (std::int64_t at = 0; at < pcm.frames; at += kChunk) {
    const std::int64_t count = std::min(kChunk, pcm.frames - at);
    chunk.resize(static_cast<std::size_t>(count) * kChannels);
    const std::int16_t* in = pcm.samples + at * kChannels;
    for (std::size_t i = 0; i < chunk.size(); ++i) chunk[i] = static_cast<float>(in[i]) * pcm.scale;
    meter.push(chunk);
  }
  TrackLoudness loudness;
  loudness.integratedLufs = meter.integrated();
  loudness.rangeLu = meter.range();
  loudness.truePeakDbtp = toDb(truePeak(pcm));
  return loudness;
}

double autoGainDb(double integratedLufs, double truePeakDbtp) {
  constexpr double kMost = 12, kHighestPeak = -1.3;  // dB; where the engine's limiter begins
  if (!(integratedLufs > kFloor)) return 0;
  const double wanted = std::min(kAutoGainLufs - integratedLufs, kHighestPeak - truePeakDbtp);
  return std::round(100 * std::clamp(wanted, -kMost, kMost)) / 100;
}

}  // namespace dju::music
