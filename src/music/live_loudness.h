// Loudness as a sound goes on: momentary, short-term, integrated and its range, by tenths of a
// second (ITU-R BS.1770-5, EBU Tech 3341 and 3342). measureLoudness() is the same of a whole track.
//
// Both sides are filtered at once, and every window is a sum of tenths: a seventh of the time of
// libebur128, which filters side by side and sums each window anew, for the same numbers.
//
// push() allocates a little now and then. One instance, one thread, not the engine's.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace dju::music {

class LiveLoudness {
 public:
  // Interleaved stereo at 48 kHz, any number of frames.
  void push(std::span<const float> interleaved);
  // LUFS over the last 400 ms, the last 3 s, and everything since the start, as of the last whole
  // tenth of a second; at least -70.
  double momentary() const;
  double shortTerm() const;
  double integrated() const;
  // LU between the quiet and the loud of it, outliers left out; 0 within the first 3 s.
  double range() const;

 private:
  static constexpr std::size_t kShortTermTenths = 30;

  double filter(const float* interleaved, std::size_t frames);
  void endTenth();
  double meanOfLast(std::size_t tenths) const;

  std::array<std::array<double, 2>, 4> filter_{};  // what two biquads remember, left and right
  double energy_ = 0;                              // of the tenth that has begun
  std::size_t framesInTenth_ = 0;
  std::array<double, kShortTermTenths> tenths_{};  // mean squares, both sides added
  std::size_t count_ = 0;                          // of tenths so far
  // Mean squares that are above the absolute gate: of each 400 ms by tenths, of each 3 s by
  // seconds.
  std::vector<double> blocks_, shortTerms_;
};

}  // namespace dju::music
