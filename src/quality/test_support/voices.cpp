#include "quality/test_support/voices.h"

#include <sndfile.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "audio/test_files.h"
#include "core/random.h"

namespace dju::quality::testing {
namespace {

constexpr double kTau = 2 * std::numbers::pi;

// Two poles that ring at a formant.
struct Resonance {
  double a1, a2, gain;
  double y1 = 0, y2 = 0;
  Resonance(double hz, double widthHz) {
    const double radius = std::exp(-kTau / 2 * widthHz / kSampleRate);
    a1 = 2 * radius * std::cos(kTau * hz / kSampleRate);
    a2 = -radius * radius;
    gain = 1 - radius;
  }
  double next(double x) {
    const double y = gain * x + a1 * y1 + a2 * y2;
    y2 = y1;
    y1 = y;
    return y;
  }
};

constexpr std::array<std::array<double, 3>, 5> kVowels = {
    {{730, 1090, 2440}, {530, 1840, 2480}, {270, 2290, 3010}, {570, 840, 2410}, {300, 870, 2240}}};

void addSyllable(std::vector<float>& to, std::size_t from, std::size_t length, Random& random) {
  const auto& formants = kVowels[static_cast<std::size_t>(random.below(5))];
  std::array<Resonance, 3> voice = {Resonance(formants[0], 80), Resonance(formants[1], 110),
                                    Resonance(formants[2], 160)};
  double phase = 0;
  for (std::size_t i = 0; i < length && from + i < to.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(length);
    phase += (140 - 40 * share) / kSampleRate;
    const bool pulse = phase >= 1;
    if (pulse) phase -= 1;
    const double breath = share < 0.12 ? 0.3 * random.uniform(-1, 1) : 0;
    double sum = 0.1 * breath;
    for (Resonance& formant : voice) sum += formant.next((pulse ? 8 : 0) + breath);
    to[from + i] += static_cast<float>(0.5 * sum * std::sin(kTau / 2 * share));
  }
}

}  // namespace

Sound syntheticVoice(double seconds) {
  Sound sound;
  std::vector<float>& voice =
      sound.channels.emplace_back(static_cast<std::size_t>(seconds * kSampleRate));
  Random random(11);
  for (std::size_t at = kSampleRate / 4; at < voice.size();) {
    const auto length = static_cast<std::size_t>(random.uniform(0.12, 0.28) * kSampleRate);
    addSyllable(voice, at, length, random);
    const double pause = random.chance(0.2) ? 0.4 : 0.03;
    at += length + static_cast<std::size_t>(pause * kSampleRate);
  }
  return sound;
}

std::optional<Sound> spokenByEspeak() {
  const dju::testing::TempFolder folder;
  const std::string file = (folder / "voice.wav").string();
  const std::string command =
      "espeak-ng -w " + file +
      " 'Good evening everybody, and welcome to the second round. The next record is a special "
      "one. Put your hands in the air, and make some noise.' >/dev/null 2>&1";
  if (std::system(command.c_str()) != 0) return std::nullopt;
  SF_INFO info{};
  SNDFILE* in = sf_open(file.c_str(), SFM_READ, &info);
  if (in == nullptr) return std::nullopt;
  std::vector<float> samples(static_cast<std::size_t>(info.frames));
  const sf_count_t read = sf_readf_float(in, samples.data(), info.frames);
  sf_close(in);
  if (read != info.frames || info.channels != 1) return std::nullopt;
  return Sound{kSampleRate, {resampled(samples, info.samplerate, kSampleRate)}};
}

}  // namespace dju::quality::testing
