#include "serving/test_support/drum_machines.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "core/random.h"
#include "judge/evidence.h"

namespace dju::serving::testing {
namespace {

// Adds a drum machine at 125 BPM: kicks on the beats, hats between them.
void addDrums(std::vector<float>& mono, double lateMs, double kickHz, std::uint64_t seed) {
  constexpr double kBeat = kSampleRate * 60 / 125.0;
  Random noise(seed);
  for (double beat = 0.5; beat * kBeat < static_cast<double>(mono.size()); beat += 0.5) {
    const bool kick = beat == std::floor(beat);
    const auto at = static_cast<std::size_t>(beat * kBeat + lateMs / 1000 * kSampleRate);
    for (std::size_t i = 0; i < 6000 && at + i < mono.size(); ++i) {
      const double t = static_cast<double>(i) / kSampleRate;
      mono[at + i] += static_cast<float>(kick ? 0.4 * std::exp(-18 * t) *
                                                    std::sin(2 * std::numbers::pi * kickHz * t)
                                              : 0.1 * std::exp(-60 * t) * noise.uniform(-1, 1));
    }
  }
}

}  // namespace

void hearDrums(judge::SoundJudge& judge, double seconds, double lateMs, engine::PlayerIndex player,
               Frame start) {
  std::vector<float> mono(static_cast<std::size_t>(seconds * kSampleRate));
  addDrums(mono, 0, 55, 1);
  addDrums(mono, lateMs, 62, 2);
  judge::Evidence now;
  now.player = player;
  std::vector<float> block;
  for (std::size_t at = 0; at + 480 <= mono.size(); at += 480) {
    block.clear();
    for (std::size_t i = 0; i < 480; ++i) block.insert(block.end(), 2, mono[at + i]);
    now.frame = start + static_cast<FrameCount>(at);
    judge.hear(now, block);
  }
}

}  // namespace dju::serving::testing
