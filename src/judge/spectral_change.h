// How much the sound of the mix has changed within a second: the continuity that a listener hears
// at a transition, whatever was done on the decks. The mean mel levels of the last second are
// compared with those of the second before, less the difference of the levels as a whole, so that
// turning the volume changes nothing (that is the loudness step's).
//
// Callers: readPerformance, the live judge. The constructor allocates; push() calls libm and FFTW:
// an analysis thread, not the engine's. One instance, one thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/time.h"
#include "music/features.h"

namespace dju::judge {

class SpectralChange {
 public:
  SpectralChange();

  // The master, interleaved stereo at 48 kHz, any number of frames.
  void push(std::span<const float> interleaved);
  // The same from one frame of log-mel levels of the standard definition, for who has them already.
  void hear(std::span<const float> logMel);
  // Root mean square over the mel bands, in dB, between the last second and the one before; nothing
  // before two seconds were heard.
  std::optional<float> latest() const { return latest_; }

 private:
  static constexpr std::size_t kFrames = 100;  // a second

  music::FeatureExtractor extractor_;
  std::size_t bands_;
  std::vector<float> past_;      // the last two seconds' levels, a row a frame, in a circle
  std::vector<double> recent_;   // sums over the last second
  std::vector<double> earlier_;  // sums over the second before
  std::size_t heard_ = 0;        // frames
  std::vector<float> mono_;
  std::optional<float> latest_;
};

}  // namespace dju::judge
