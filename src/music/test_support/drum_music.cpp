#include "music/test_support/drum_music.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "core/time.h"

namespace dju::music::testing {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr std::array<double, 4> kBassHz = {55, 55, 65.41, 49};  // A A C G, a bar each

using Sound = std::vector<float>;

double attack(double time, double attackMs) {
  return std::min(1.0, time * 1000 / std::max(attackMs, 0.02));
}

Sound makeKick(double attackMs) {
  Sound out(12000);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    const double phase = kTurn * (50 * time + 110 / 35.0 * (1 - std::exp(-35 * time)));
    out[i] = static_cast<float>(0.7 * attack(time, attackMs) * std::exp(-14 * time) *
                                std::sin(phase + 0.5));
  }
  return out;
}

// Noise that dies away; `bright` takes away what is low.
Sound makeNoise(double level, double decay, bool bright, double attackMs) {
  Random random(bright ? 5 : 6);
  Sound out(9600);
  double before = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    const double noise = random.uniform(-1, 1);
    const double value = bright ? (noise - before) / 2 : noise;
    before = noise;
    out[i] = static_cast<float>(level * attack(time, attackMs) * std::exp(-decay * time) * value);
  }
  return out;
}

Sound makeBass(double hz) {
  Sound out(9600);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double time = static_cast<double>(i) / kSampleRate;
    const double tone = std::sin(kTurn * hz * time) + 0.5 * std::sin(2 * kTurn * hz * time) +
                        0.3 * std::sin(3 * kTurn * hz * time);
    out[i] = static_cast<float>(0.2 * attack(time, 3) * std::exp(-8 * time) * tone);
  }
  return out;
}

void add(const Sound& sound, double at, std::vector<float>& mix) {
  const auto from = static_cast<std::int64_t>(std::lround(at * kSampleRate));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const std::int64_t frame = from + static_cast<std::int64_t>(i);
    if (frame >= 0 && frame < static_cast<std::int64_t>(mix.size()))
      mix[static_cast<std::size_t>(frame)] += sound[i];
  }
}

bool hits(const std::string& pattern, std::size_t sixteenth) {
  return !pattern.empty() && pattern[sixteenth % pattern.size()] == 'x';
}

}  // namespace

std::vector<double> steadyBeats(double first, double bpm, double end) {
  std::vector<double> out;
  for (int n = 0; first + n * 60 / bpm < end; ++n) out.push_back(first + n * 60 / bpm);
  return out;
}

std::vector<std::int16_t> playDrums(const std::vector<double>& beats, const DrumPattern& pattern,
                                    double seconds) {
  std::vector<float> mix(static_cast<std::size_t>(seconds * kSampleRate));
  const Sound kick = makeKick(pattern.attackMs);
  const Sound snare = makeNoise(0.35, 22, false, pattern.attackMs);
  const Sound hat = makeNoise(pattern.hatLevel, 60, true, pattern.attackMs);
  const std::size_t bar = std::max<std::size_t>(
      1, std::max({pattern.kick.size(), pattern.snare.size(), pattern.hat.size()}));
  for (std::size_t n = 0; n + 1 < beats.size(); ++n) {
    for (std::size_t quarter = 0; quarter < 4; ++quarter) {
      const double at = beats[n] + (beats[n + 1] - beats[n]) * static_cast<double>(quarter) / 4;
      const std::size_t sixteenth = 4 * n + quarter;
      if (hits(pattern.kick, sixteenth)) add(kick, at, mix);
      if (hits(pattern.snare, sixteenth)) add(snare, at, mix);
      if (hits(pattern.hat, sixteenth)) add(hat, at, mix);
      if (hits(pattern.bass, sixteenth))
        add(makeBass(kBassHz[sixteenth / bar % kBassHz.size()]), at, mix);
    }
  }
  std::vector<std::int16_t> out;
  out.reserve(2 * mix.size());
  for (const float sample : mix) {
    const auto value =
        static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767));
    out.push_back(value);
    out.push_back(value);
  }
  return out;
}

}  // namespace dju::music::testing
