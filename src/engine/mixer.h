// The mixer behind the decks: channel faders, crossfader, master volume, limiter, and the
// headphone monitors. docs/engine.md gives the laws. Render thread. Gains are linear.
#pragma once

#include <array>
#include <span>

#include "engine/battle.h"
#include "engine/deck.h"
#include "engine/dsp/limiter.h"
#include "engine/dsp/smoother.h"

namespace dju::engine {

// A side's gain for a fader at `position` (-1 = side A only, +1 = side B only). `curve` 0 is the
// constant-power blend (-3 dB each in the middle), 1 the scratch cut (both full in the middle, cut
// within the last twentieth of the way), between them their mixture.
struct SideGains {
  double a = 1, b = 1;
};
SideGains crossfade(double position, double curve) noexcept;

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

 private:
  void gatherCued(std::span<const Deck* const> decks, int offset, int frames) noexcept;
  void blend(const Deck::Sound& master, int offset, int frames) noexcept;

  std::array<Smoother, kMaxDecks> cue_;
  Smoother cueGain_, masterGain_, split_, volume_{1};
  Deck::Sound sound_;
  Limiter limiter_{PeakKind::kSample};
};

class Mixer {
 public:
  Mixer() noexcept;

  Smoother& fader(int deck) noexcept { return faders_[deck]; }
  Smoother& masterVolume() noexcept { return masterVolume_; }
  // Puts the crossfader where these say; both sides glide within rampMs.
  void setCrossfader(double position, double curve, bool reversed, double rampMs) noexcept;
  const Smoother& crossfader() const noexcept { return crossfader_; }
  const Smoother& side(int deck) const noexcept { return sides_[deck % 2]; }

  // Decks to stems to master, frames [offset, offset + frames) of the block. Returns the limiter's
  // smallest gain. `master` receives interleaved frames, kLatency later.
  float render(std::span<const Deck* const> decks, int offset, int frames, float* master) noexcept;

  const Deck::Sound& stem(int deck) const noexcept { return stems_[deck]; }
  const Deck::Sound& beforeLimiter() const noexcept { return mix_; }

 private:
  std::array<Smoother, kMaxDecks> faders_;
  std::array<Smoother, 2> sides_;
  Smoother crossfader_;
  Smoother masterVolume_{1};
  std::array<Deck::Sound, kMaxDecks> stems_;
  Deck::Sound mix_;
  std::array<float, kBlockFrames> sideGains_[2] = {};
  Limiter limiter_{PeakKind::kTrue};
};

}  // namespace dju::engine
