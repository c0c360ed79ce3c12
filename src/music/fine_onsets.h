// Onsets on a fine scale: 400 times a second, how much five ranges of a sound have risen since
// 2.5 ms ago. Log-mel frames are 10 ms apart and 43 ms long; two kicks 15 ms apart are one to them.
// Here they are two.
//
// Each range (split at 150, 600, 2,500 and 7,000 Hz) has its power followed by a detector that
// rises at once and falls slower than the range's own waves (a peak meter), and the rise of its
// logarithm is the onset. Narrow ranges, since one record's drum is heard where the other is silent
// just then. Level does not matter above a floor of -70 dB. Formula: docs/dataset.md.
//
// Callers: SoundRows (sound_rows.h). The constructor allocates; push() allocates nothing and calls
// libm: an analysis thread. One instance, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace dju::music {

inline constexpr int kFineOnsetHop = 120;  // samples at 48 kHz
inline constexpr std::size_t kFineOnsetBands = 5;
inline constexpr int kFineOnsetVersion = 2;  // increased when the same sound gives other values

class FineOnsets {
 public:
  using Rise = std::array<float, kFineOnsetBands>;  // from low to high; decades of power, >= 0

  FineOnsets();

  // mono: samples in [-1, 1] at 48 kHz, silence before the first. Calls sink(const Rise&) for each
  // kFineOnsetHop samples.
  template <typename Sink>
  void push(std::span<const float> mono, Sink&& sink) {
    for (const float sample : mono) {
      take(sample);
      if (++taken_ == kFineOnsetHop) sink(rise());
    }
  }
  void reset();

 private:
  // Second order, transposed direct form II.
  struct Biquad {
    double b0 = 1, b1 = 0, b2 = 0, a1 = 0, a2 = 0;
    double s1 = 0, s2 = 0;
    double filter(double x) {
      const double y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      return y;
    }
  };
  static Biquad lowPass(double hz);
  static Biquad highPass(double hz);
  void take(float sample);
  Rise rise();

  // Of each range: what takes away below it (not of the lowest), what above it (not of the
  // highest).
  std::array<Biquad, kFineOnsetBands> highPass_, lowPass_;
  int taken_ = 0;                                // samples of this hop
  std::array<double, kFineOnsetBands> power_{};  // summed over this hop
  std::array<double, kFineOnsetBands> peak_{};   // the detectors
  std::array<double, kFineOnsetBands> decay_{};  // of the detectors, a hop
};

}  // namespace dju::music
