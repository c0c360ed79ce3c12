// What tests of the engine and of everything above it play: tracks computed here instead of files,
// and a battle that is driven in a line or two. Header only; not for the product.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/random.h"
#include "engine/battle.h"

namespace dju::engine::test {

// A track that owns its samples.
struct TestTrack {
  std::shared_ptr<std::vector<std::int16_t>> samples;
  LoadedTrack loaded;
};

// `sample(frame)` gives left and right in [-1, 1].
template <typename Function>
TestTrack makeTrack(double seconds, Function sample, BeatGrid grid = {}) {
  const auto frames = static_cast<std::int64_t>(std::llround(seconds * kSampleRate));
  auto samples = std::make_shared<std::vector<std::int16_t>>(2 * frames);
  for (std::int64_t i = 0; i < frames; ++i) {
    const std::pair<double, double> value = sample(i);
    (*samples)[2 * i] = static_cast<std::int16_t>(std::lround(value.first * 32767));
    (*samples)[2 * i + 1] = static_cast<std::int16_t>(std::lround(value.second * 32767));
  }
  TestTrack track{samples, {}};
  track.loaded.audio.samples = samples->data();
  track.loaded.audio.frames = frames;
  track.loaded.grid = grid;
  return track;
}

inline BeatGrid gridOf(double bpm, double anchorFrame = 0) {
  return {anchorFrame, kSampleRate * 60.0 / bpm, 0, {}};
}

inline TestTrack sineTrack(double seconds, double hz, double amplitude = 0.5, double bpm = 120) {
  return makeTrack(
      seconds,
      [=](std::int64_t i) {
        const double v = amplitude * std::sin(2 * M_PI * hz * static_cast<double>(i) / kSampleRate);
        return std::pair(v, v);
      },
      gridOf(bpm));
}

// A click of 3 ms on each beat, beginning exactly there; downbeats are higher and louder.
inline TestTrack clickTrack(double seconds, double bpm, double amplitude = 0.8) {
  const BeatGrid grid = gridOf(bpm);
  return makeTrack(
      seconds,
      [=](std::int64_t i) {
        const double beat = std::floor(grid.beatAt(static_cast<double>(i)));
        const double since = static_cast<double>(i) - grid.frameAt(beat);
        if (since >= 144) return std::pair(0.0, 0.0);
        const bool downbeat = std::fmod(beat, 4) == 0;
        const double v = amplitude * (downbeat ? 1 : 0.6) * (1 - since / 144) *
                         std::cos(2 * M_PI * (downbeat ? 2000 : 1000) * since / kSampleRate);
        return std::pair(v, v);
      },
      grid);
}

// White noise, the channels independent of each other.
inline TestTrack noiseTrack(double seconds, std::uint64_t seed, double amplitude = 0.3,
                            double bpm = 128) {
  Random random(seed);
  return makeTrack(
      seconds,
      [&](std::int64_t) {
        const double left = random.uniform(-amplitude, amplitude);
        return std::pair(left, random.uniform(-amplitude, amplitude));
      },
      gridOf(bpm));
}

// A kick on each beat, a bass, hats and a chord: enough of music for levels and filters.
inline TestTrack musicTrack(double seconds, double bpm, std::uint64_t seed = 1) {
  const BeatGrid grid = gridOf(bpm);
  Random random(seed);
  return makeTrack(
      seconds,
      [&, grid](std::int64_t i) {
        const double t = static_cast<double>(i) / kSampleRate;
        const double beat = grid.beatAt(static_cast<double>(i));
        const double inBeat = (beat - std::floor(beat)) * 60 / bpm;
        const double inHalf = (2 * beat - std::floor(2 * beat)) * 30 / bpm;
        const double kick = 0.6 * std::exp(-inBeat * 12) *
                            std::sin(2 * M_PI * (50 * inBeat + 6 * (1 - std::exp(-inBeat * 40))));
        const double bass = 0.2 * std::sin(2 * M_PI * 55 * t) * (inBeat > 0.1 ? 1 : inBeat * 10);
        const double hat = 0.12 * std::exp(-inHalf * 60) * random.uniform(-1, 1);
        const double chord =
            0.06 * (std::sin(2 * M_PI * 440 * t) + std::sin(2 * M_PI * 554.37 * t) +
                    std::sin(2 * M_PI * 659.25 * t));
        return std::pair(kick + bass + hat + chord, kick + bass + hat - chord);
      },
      grid);
}

// A battle with commands numbered as they come.
class TestBattle {
 public:
  explicit TestBattle(const BattleConfig& config = {}) : battle_(config), config_(config) {}

  Battle& operator*() { return battle_; }
  Battle* operator->() { return &battle_; }

  std::uint32_t provide(TestTrack track) {
    battle_.provide(nextTrack_, track.loaded);
    tracks_.push_back(std::move(track));
    return nextTrack_++;
  }

  Accepted at(std::int64_t frame, ControlId control, double value, int target = 0,
              std::optional<double> position = {}) {
    Command command;
    command.frame = Frame(frame);
    command.seq = seq_++;
    command.control = control;
    command.target = static_cast<std::uint8_t>(target);
    command.player = static_cast<PlayerIndex>(target);
    command.value = value;
    command.position = position;
    commands_.push_back(command);
    return battle_.schedule(command);
  }
  // Before the next frame.
  Accepted now(ControlId control, double value, int target = 0,
               std::optional<double> position = {}) {
    return at(battle_.now().index(), control, value, target, position);
  }

  struct Sound {
    std::vector<float> master, monitors[kMaxMonitors], stems[kMaxDecks];  // interleaved
  };
  // Everything that the next `frames` frames give, in calls of `block` frames.
  Sound render(FrameCount frames, FrameCount block = kBlockFrames) {
    Sound sound;
    sound.master.resize(2 * frames);
    for (auto& monitor : sound.monitors) monitor.resize(2 * frames);
    for (auto& stem : sound.stems) stem.resize(2 * frames);
    for (FrameCount done = 0; done < frames;) {
      const FrameCount n = std::min(block, frames - done);
      Outputs outputs;
      outputs.master = sound.master.data() + 2 * done;
      for (int m = 0; m < config_.monitors; ++m) {
        outputs.monitors[m] = sound.monitors[m].data() + 2 * done;
      }
      for (int d = 0; d < config_.decks; ++d) outputs.stems[d] = sound.stems[d].data() + 2 * done;
      battle_.render(n, outputs);
      done += n;
    }
    return sound;
  }
  const DeckTelemetry& deck(int d = 0) { return battle_.telemetry().decks[d]; }
  // The position at now(), seen by rendering one more block.
  double position(int d = 0) {
    render(kBlockFrames - battle_.now().index() % kBlockFrames);
    render(kBlockFrames);
    return deck(d).position;
  }
  const std::vector<Command>& commands() const { return commands_; }
  const std::vector<TestTrack>& tracks() const { return tracks_; }

 private:
  Battle battle_;
  BattleConfig config_;
  std::vector<TestTrack> tracks_;
  std::vector<Command> commands_;
  std::uint32_t nextTrack_ = 0;
  std::uint32_t seq_ = 1;
};

// One channel of an interleaved sound, [from, from + frames).
inline std::vector<double> channel(const std::vector<float>& interleaved, int index,
                                   std::size_t from = 0, std::size_t frames = ~std::size_t{0}) {
  std::vector<double> out;
  for (std::size_t i = from; i < interleaved.size() / 2 && out.size() < frames; ++i) {
    out.push_back(interleaved[2 * i + index]);
  }
  return out;
}

inline double peak(const std::vector<double>& x) {
  double most = 0;
  for (double v : x) most = std::max(most, std::abs(v));
  return most;
}
inline double rms(const std::vector<double>& x) {
  double sum = 0;
  for (double v : x) sum += v * v;
  return x.empty() ? 0 : std::sqrt(sum / static_cast<double>(x.size()));
}
inline double toDb(double gain) {
  return 20 * std::log10(std::max(gain, 1e-12));
}

// The amplitude of the sine of `hz` in x (which should hold many of its periods), by a
// Hann-windowed projection.
inline double amplitudeAt(const std::vector<double>& x, double hz) {
  double re = 0, im = 0, sum = 0;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double w = 0.5 - 0.5 * std::cos(2 * M_PI * (static_cast<double>(i) + 0.5) / n);
    const double phase = 2 * M_PI * hz * static_cast<double>(i) / kSampleRate;
    re += w * x[i] * std::cos(phase);
    im += w * x[i] * std::sin(phase);
    sum += w;
  }
  return 2 * std::hypot(re, im) / sum;
}

// The energy above 6 kHz in the loudest stretch of 512 frames, relative to a full-scale sine, in
// dB: a click's own band, where neither the sine nor a 5 ms fade of it has anything.
inline double splatterDb(const std::vector<float>& sound) {
  // A high-pass by a windowed sinc of 255 taps at 6 kHz, -90 dB at 1 kHz and below.
  constexpr int kTaps = 255;
  static const std::vector<double> filter = [] {
    std::vector<double> taps(kTaps);
    for (int i = 0; i < kTaps; ++i) {
      const int fromCentre = i - kTaps / 2;
      const double x = fromCentre;
      const double w = 0.42 + 0.5 * std::cos(2 * M_PI * x / (kTaps + 1)) +
                       0.08 * std::cos(4 * M_PI * x / (kTaps + 1));
      taps[i] = -w * (x == 0 ? 0.25 : std::sin(M_PI * x * 0.25) / (M_PI * x));
    }
    taps[kTaps / 2] += 1;
    return taps;
  }();
  double worst = 0;
  for (int side = 0; side < 2; ++side) {
    const auto x = channel(sound, side);
    if (x.size() < kTaps) continue;
    std::vector<double> high(x.size() - kTaps + 1);
    for (int t = 0; t < kTaps; ++t) {
      for (std::size_t i = 0; i < high.size(); ++i) high[i] += filter[t] * x[i + t];
    }
    for (std::size_t i = 0; i + 512 <= high.size(); i += 256) {
      worst = std::max(worst, rms({high.begin() + static_cast<long>(i),
                                   high.begin() + static_cast<long>(i) + 512}));
    }
  }
  return toDb(worst * M_SQRT2);
}

}  // namespace dju::engine::test
