// The mixer behind the decks: quick effects, channel faders, crossfader, effects, samplers, master
// volume, limiter, and the headphone monitors. docs/engine.md gives the laws. Render thread;
// allocates only in the constructor. Gains are linear.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "engine/battle.h"
#include "engine/deck.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/smoother.h"
#include "engine/effects/channel_effects.h"
#include "engine/sampler.h"

namespace dju::engine {

// A side's gain for a fader at `position` (-1 = side A only, +1 = side B only). `curve` 0 is the
// constant-power blend (-3 dB each in the middle), 1 the scratch cut (both full in the middle, cut
// within the last twentieth of the way), between them their mixture.
struct SideGains {
  double a = 1, b = 1;
};
SideGains crossfade(double position, double curve) noexcept;

// What a deck's crossfader_side control says: the side that its place gives it (decks A and C left,
// B and D right), or another, or none.
enum class CrossfaderSide : std::uint8_t { kOwn, kLeft, kThru, kRight };

// A headphone output: the cued decks before their faders, blended with the master. It uses the
// master before its limiter and limits the blend itself, within the same latency, so that what is
// compared in the headphones is aligned to the sample.
class Monitor {
 public:
  Monitor() noexcept;

  Smoother& cue(int deck) noexcept { return cue_[deck]; }
  Smoother& volume() noexcept { return volume_; }
  Smoother& split() noexcept { return split_; }
  void setMix(double position, double rampMs) noexcept;

  void render(std::span<const Deck* const> decks, const Deck::Sound& master, int offset, int frames,
              float* interleaved) noexcept;
  // As Deck's.
  void skip(int frames) noexcept;
  void beginSoundAnew() noexcept;

 private:
  void gatherCued(std::span<const Deck* const> decks, int offset, int frames) noexcept;
  void blend(const Deck::Sound& master, int offset, int frames) noexcept;

  std::array<Smoother, kMaxDecks> cue_;
  Smoother cueGain_, masterGain_, split_, volume_{1};
  Deck::Sound sound_;
  // Frame by frame, of what is being rendered.
  std::array<float, kBlockFrames> volumes_{}, cueGains_{}, masterGains_{}, splits_{};
  Limiter limiter_{PeakKind::kSample};
};

class Mixer {
 public:
  // `seed`: of the effects that are random.
  Mixer(int decks, std::uint64_t seed)
      : masterEffect_(EffectSlot::kMemoryFrames, Random(seed).fork(0).next()),
        samplerReader_(VarispeedBank::shared()) {
    for (int d = 0; d < decks; ++d) {
      effects_.push_back(std::make_unique<ChannelEffects>(Random(seed).fork(1 + d).next()));
    }
    setCrossfader(0, 0, false, 0);
  }

  Smoother& fader(int deck) noexcept { return faders_[deck]; }
  Smoother& masterVolume() noexcept { return masterVolume_; }
  // Puts the crossfader where these say; what it gives to the decks glides within rampMs.
  void setCrossfader(double position, double curve, bool reversed, double rampMs) noexcept;
  void setSide(int deck, CrossfaderSide side, double rampMs) noexcept;
  const Smoother& crossfader() const noexcept { return crossfader_; }
  // What the crossfader gives to a deck.
  const Smoother& side(int deck) const noexcept { return sides_[deck]; }

  ChannelEffects& effects(int deck) noexcept { return *effects_[deck]; }
  EffectSlot& masterEffect() noexcept { return masterEffect_; }
  Sampler& sampler(int n) noexcept { return samplers_[n]; }
  const Sampler& sampler(int n) const noexcept { return samplers_[n]; }

  // At each first frame of a block, after its commands: where the music of each deck is, and that
  // which samplers and the master's effect follow.
  void beginBlock(std::span<const BeatClock> decks, const BeatClock& leader) noexcept;

  // Decks to stems to master, frames [offset, offset + frames) of the block; the quick effects work
  // on the decks' own sound. Returns the limiter's smallest gain. `master` receives interleaved
  // frames, kLatency later.
  float render(std::span<Deck* const> decks, int offset, int frames, float* master) noexcept;

  // As Deck's.
  void skip(int frames) noexcept;
  void beginSoundAnew() noexcept;

  const Deck::Sound& stem(int deck) const noexcept { return stems_[deck]; }
  const Deck::Sound& beforeLimiter() const noexcept { return mix_; }

 private:
  double sideGainOf(int deck) const noexcept;
  void renderStem(const Deck::Sound& in, int deck, int offset, int frames) noexcept;

  std::array<Smoother, kMaxDecks> faders_;
  std::array<Smoother, kMaxDecks> sides_;
  std::array<CrossfaderSide, kMaxDecks> assigned_{};
  Smoother crossfader_;
  SideGains crossfaderGains_;
  Smoother masterVolume_{1};
  std::vector<std::unique_ptr<ChannelEffects>> effects_;
  EffectSlot masterEffect_;
  std::array<Sampler, kSamplers> samplers_;
  VarispeedReader samplerReader_;
  std::array<Deck::Sound, kMaxDecks> stems_;
  Deck::Sound mix_;
  std::array<float, kBlockFrames> gains_{}, sideGains_{};  // of what is being rendered
  Limiter limiter_{PeakKind::kTrue};
};

}  // namespace dju::engine
