// A sampler slot: a short sound on a pad, played once, while the pad is held, or over and over. It
// is heard in the master with its own volume, past the crossfader and the decks' effects. A loop
// can follow the tempo of the music, and then starts on the nearest beat. Render thread; allocates
// nothing.
#pragma once

#include <array>
#include <cstdint>

#include "core/time.h"
#include "engine/dsp/smoother.h"
#include "engine/dsp/varispeed.h"
#include "engine/effects/beat_clock.h"
#include "engine/track.h"

namespace dju::engine {

enum class SamplerMode : std::uint8_t { kOneShot, kGate, kLoop };

class Sampler {
 public:
  void load(const LoadedTrack& track) noexcept;
  // The pad: pressed it starts from the beginning; released it stops, in gate mode only.
  // `offset`: frames since the latest beginBlock().
  void press(bool down, int offset) noexcept;
  void stop() noexcept;
  void setMode(SamplerMode mode) noexcept { mode_ = mode; }
  void setSync(bool on) noexcept { sync_ = on; }
  Smoother& volume() noexcept { return volume_; }

  bool playing() const noexcept { return own_.fading != 0; }

  // At each first frame of a block: where the music is that a synced loop follows.
  void beginBlock(const BeatClock& music) noexcept;
  // Adds `frames` (at most a block) to left and right.
  void render(VarispeedReader& reader, float* left, float* right, int frames) noexcept;
  // Goes on as far without being heard; at most a block.
  void skip(int frames) noexcept;

 private:
  // Something that sounds: what is read, where, and how much of its fade is left.
  struct Voice {
    TrackAudio audio;
    double length = 0;    // frames, of a loop
    double position = 0;  // frames; below 0: it waits
    double speed = 1;
    int fading = 0;  // frames until it has faded out; kHeld: it is not fading
  };
  static constexpr int kHeld = -1;
  static constexpr int kTails = 4;

  bool follows() const noexcept;
  void leave() noexcept;
  void mix(Voice& voice, VarispeedReader& reader, float* left, float* right, int frames) noexcept;
  int advance(Voice& voice, int from, int frames) noexcept;

  LoadedTrack track_;
  double length_ = 0;  // of the loop, frames
  SamplerMode mode_ = SamplerMode::kOneShot;
  bool sync_ = false;
  BeatClock music_;
  Voice own_;
  std::array<Voice, kTails> tails_{};  // what the pad left behind
  Smoother volume_;
  std::array<double, kBlockFrames> positions_{}, speeds_{};
  std::array<float, kBlockFrames> volumes_{}, gains_{};
  alignas(16) std::array<float, kBlockFrames + 8> left_{}, right_{};
};

}  // namespace dju::engine
