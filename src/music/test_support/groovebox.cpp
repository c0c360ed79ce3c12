#include "music/test_support/groovebox.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "core/random.h"

namespace dju::music {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
using Sound = std::vector<float>;

template <typename Shape>
Sound render(double seconds, Shape shape) {
  Sound sound(static_cast<std::size_t>(seconds * kSampleRate));
  for (std::size_t i = 0; i < sound.size(); ++i) {
    sound[i] = static_cast<float>(shape(static_cast<double>(i) / kSampleRate));
  }
  return sound;
}

Sound kickSound() {
  // Falls from 200 to 50 Hz within 30 ms.
  return render(0.22, [](double t) {
    const double turns = 50 * t + 150 * 0.02 * (1 - std::exp(-t / 0.02));
    return 0.8 * std::exp(-t / 0.07) * std::sin(kTurn * turns);
  });
}
Sound noiseSound(double seconds, double level, double decay, std::uint64_t seed) {
  Random random(seed);
  double last = 0;
  return render(seconds, [&](double t) {
    const double now = random.uniform(-1, 1);
    const double high = now - 0.8 * last;
    last = now;
    return level * std::exp(-t / decay) * high;
  });
}
Sound snareSound() {
  Sound sound = noiseSound(0.16, 0.3, 0.05, 11);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    sound[i] += static_cast<float>(0.35 * std::exp(-t / 0.04) * std::sin(kTurn * 210 * t));
  }
  return sound;
}
// A note of sines at the harmonics of each pitch, with ends that do not click.
Sound toneSound(double seconds, double level, std::initializer_list<double> pitches, int partials) {
  return render(seconds, [&](double t) {
    double sum = 0;
    for (const double hz : pitches) {
      for (int k = 1; k <= partials; ++k) sum += std::sin(kTurn * hz * k * t) / k;
    }
    const double ends = std::min({1.0, t / 0.005, (seconds - t) / 0.01});
    return level * ends * sum;
  });
}

class Player {
 public:
  Player(const GrooveSettings& settings, std::size_t bars)
      : settings_(settings),
        step_(15 / settings.bpm),
        mix_(static_cast<std::size_t>(
            (settings.startSeconds + step_ * 16 * static_cast<double>(bars) + 0.5) * kSampleRate)),
        bass_(toneSound(step_ * 0.9, 0.22, {55}, 5)),
        chord_(toneSound(step_ * 16, 0.05, {220, 277.2, 329.6}, 8)),
        lead_(toneSound(step_ * 1.8, 0.06, {880}, 6)) {}

  void play(std::size_t bar, unsigned what, std::size_t barsOfRoll) {
    for (std::size_t step = 0; step < 16; ++step) {
      const std::size_t at = bar * 16 + step;
      if ((what & kKick) != 0 && settings_.kick[step] != '.') add(kick_, at, 1);
      if ((what & kSnare) != 0 && settings_.snare[step] != '.') add(snare_, at, 1);
      if ((what & kHat) != 0 && settings_.hat[step] != '.') add(hat_, at, 1);
      if ((what & kBass) != 0 && step % 4 == 2) add(bass_, at, 1);
      if ((what & kLead) != 0 && step % 3 == 0) add(lead_, at, 1);
      if ((what & kRoll) != 0) add(snare_, at, 0.2F + 0.1F * static_cast<float>(barsOfRoll));
    }
    if ((what & kChord) != 0) add(chord_, bar * 16, 1);
  }

  std::vector<std::int16_t> samples() const {
    std::vector<std::int16_t> out;
    out.reserve(2 * mix_.size());
    for (const float x : mix_) {
      const auto value = static_cast<std::int16_t>(std::lround(std::clamp(x, -1.0F, 1.0F) * 32767));
      out.push_back(value);
      out.push_back(value);
    }
    return out;
  }

 private:
  void add(const Sound& sound, std::size_t step, float level) {
    const double late = step % 2 == 1 ? settings_.swing : 0;
    const double seconds = settings_.startSeconds + (static_cast<double>(step) + late) * step_;
    const auto from = static_cast<std::size_t>(std::lround(seconds * kSampleRate));
    const std::size_t count = from < mix_.size() ? std::min(sound.size(), mix_.size() - from) : 0;
    for (std::size_t i = 0; i < count; ++i) mix_[from + i] += level * sound[i];
  }

  GrooveSettings settings_;
  double step_;  // seconds
  Sound mix_;
  Sound kick_ = kickSound(), snare_ = snareSound(), hat_ = noiseSound(0.06, 0.12, 0.02, 7);
  Sound bass_, chord_, lead_;
};

}  // namespace

GrooveTrack playGroove(const GrooveSettings& settings, const std::vector<unsigned>& bars) {
  Player player(settings, bars.size());
  std::size_t rolls = 0;
  for (std::size_t bar = 0; bar < bars.size(); ++bar) {
    rolls = (bars[bar] & kRoll) != 0 ? rolls + 1 : 0;
    player.play(bar, bars[bar], rolls);
  }
  return {player.samples(), BeatGrid::fromBpm(settings.startSeconds, settings.bpm)};
}

void repeat(std::vector<unsigned>& bars, unsigned playing, std::size_t count) {
  bars.insert(bars.end(), count, playing);
}

FeatureTrack logMelOf(const audio::PcmView& pcm) {
  return extractFeatures(pcm, standardDefinition(), {Feature::kLogMel});
}

}  // namespace dju::music
