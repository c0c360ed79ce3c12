// Reading a track at any speed: band-limited interpolation by polyphase windowed sincs (Smith and
// Gossett, "A flexible sampling-rate conversion method", ICASSP 1984), four of them for every
// octave of speed, so that a fast record does not alias. While the speed rises from one filter's to
// the next one's they are mixed, so that a record under the hand, which passes through all of them
// within milliseconds, is never switched. docs/engine.md has the measured noise and aliasing.
//
// The bank is built once a process (allocates, any thread, before rendering); read() belongs to the
// render thread. Positions in track frames, speeds in track frames a frame.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/time.h"
#include "engine/track.h"

namespace dju::engine {

// The fastest that a platter turns, in either direction.
inline constexpr double kMaxSpeed = 16;

class VarispeedBank {
 public:
  static constexpr int kFilters = 15;
  static constexpr int kTaps = 32;  // of the first filter; the others are longer
  static constexpr int kMaxTaps = 364;
  // A set of `phases + 1` rows; a row is `taps` coefficients, then the differences to the next row.
  struct Filter {
    int taps = 0;
    int phases = 0;
    double speed = 0;  // from here on it hands over to the next; alone up to the first one's
    std::vector<float> rows;
  };

  VarispeedBank();
  const std::array<Filter, kFilters>& filters() const noexcept { return filters_; }

  // The process's only one.
  static const VarispeedBank& shared();

 private:
  std::array<Filter, kFilters> filters_;
};

// Where a stretch of a track is interpolated from and to. Owns the room for the source samples.
class VarispeedReader {
 public:
  explicit VarispeedReader(const VarispeedBank& bank);

  // left[i], right[i] = the track at positions[i], in units of its 16-bit samples (not scaled),
  // silence outside of it. `speeds` chooses the filter. At most kBlockFrames; consecutive
  // positions at most kMaxSpeed apart. A whole position at |speed| <= 1.08 gives the stored
  // sample, exactly.
  void read(const TrackAudio& audio, const double* positions, const double* speeds, int frames,
            float* left, float* right) noexcept;

 private:
  static constexpr int kWindow =
      static_cast<int>(kMaxSpeed) * kBlockFrames + VarispeedBank::kMaxTaps + 16;

  void interpolate(int filter, std::int64_t whole, double fraction, float& left,
                   float& right) const noexcept;

  const VarispeedBank& bank_;
  std::vector<float> left_, right_;  // the source around the positions
  std::int64_t first_ = 0;           // track frame of left_[0]
};

}  // namespace dju::engine
