// What begins at each moment of a sound, and what it sounds like meanwhile: the material from which
// tempo, beats and downbeats are told.
//
// Onset strength is spectral flux (Bello et al., "A tutorial on onset detection in music signals",
// 2005) of log-compressed magnitudes in bands a third of an octave wide or wider (Böck and Widmer,
// "Maximum filter vibrato suppression", 2013, for why wide ones), kept apart for the ranges in
// which a drum kit is told: kick, body of toms and bass, snare, its rattle, hats. Chroma (how
// strong each pitch class is) and energy are slower and show chords and sections changing.
//
// estimateBeats reads whole tracks, BeatReview keeps the last seconds of a sound that goes on; any
// thread. About 0.04 s of CPU a minute of music.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "audio/pcm_file.h"
#include "core/time.h"

namespace dju::music {

inline constexpr int kOnsetHop = 240;  // frames at 48 kHz
inline constexpr double kOnsetRate = static_cast<double>(kSampleRate) / kOnsetHop;  // Hz
inline constexpr int kTextureHops = 8;  // onset hops between two values of chroma and energy

// Upper edges 160 Hz, 400 Hz, 1.6 kHz, 5 kHz, 16 kHz (lossy codecs end there).
enum OnsetBand : std::size_t { kKickBand, kBodyBand, kSnareBand, kRattleBand, kHatBand };
inline constexpr std::size_t kOnsetBands = 5;
inline constexpr std::size_t kTextureChroma = 24;  // 12 below 260 Hz, 12 from there to 2 kHz

struct Texture {
  std::array<float, kTextureChroma> chroma{};  // magnitudes, not normalised
  std::array<float, kOnsetBands> energy{};     // mean log-compressed magnitude
};

struct OnsetStrength {
  std::array<std::vector<float>, kOnsetBands> bands;  // each divided by its mean
  std::vector<float> all;  // sum of the bands, mean kOnsetBands where none is silent
  std::vector<Texture> texture;

  std::size_t size() const { return all.size(); }
};

OnsetStrength onsetStrength(const audio::PcmView& pcm);

// The same of the last seconds of a sound as it is heard, 85 ms behind. The constructor and
// recent() allocate, push() does not. One thread.
class OnsetHistory {
 public:
  explicit OnsetHistory(double seconds);
  ~OnsetHistory();
  OnsetHistory(OnsetHistory&&) noexcept;
  OnsetHistory& operator=(OnsetHistory&&) noexcept;

  // mono: samples at 48 kHz, silence before the first.
  void push(std::span<const float> mono) noexcept;
  // The hops that recent() holds, counted from the first sample; begin() is a multiple of
  // kTextureHops.
  std::size_t begin() const;
  std::size_t end() const;
  // Leaves out what was heard longer ago.
  void forget(std::size_t seconds) noexcept;
  OnsetStrength recent() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Held while a plan of FFTW is made or destroyed: its planner is not thread-safe.
std::mutex& fftwPlanner();

}  // namespace dju::music
