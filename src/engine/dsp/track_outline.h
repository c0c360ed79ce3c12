// A coarse picture of a track around where it is read: in cells of 64 frames the energy of its low
// and high sound, and the sound itself at 6 kHz. Finding transients and places to splice needs no
// more. Everything is a pure function of the track's samples, so that forgetting and computing
// again changes nothing. Cells are computed when first asked for; a cell costs about 0.1 us.
//
// Render thread; allocates only in the constructor. Positions in track frames.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/track.h"

namespace dju::engine {

class TrackOutline {
 public:
  static constexpr int kCellFrames = 64;
  static constexpr int kCoarseFrames = 8;  // a coarse sample is the mean of so many frames
  static constexpr int kCoarseInCell = kCellFrames / kCoarseFrames;

  struct Cell {
    std::int64_t index = kNowhere;
    float low = 0;                        // energy of the coarse sound
    float high = 0;                       // energy of the differences from frame to frame
    float sound[2 * kCoarseInCell] = {};  // coarse, left and right in turn
  };

  TrackOutline() : cells_(kCells) {}

  // Which track the others speak of; true if it is another one than before.
  bool look(const TrackAudio& audio) noexcept;

  // Cell `index` covers frames [64 index, 64 index + 64); silence outside of the track.
  const Cell& cell(std::int64_t index) noexcept {
    Cell& found = cells_[static_cast<std::size_t>(index & (kCells - 1))];
    if (found.index != index) fill(found, index);
    return found;
  }

  // `count` coarse samples from number `first` on (frame 8 first), two floats each.
  void copySound(std::int64_t first, int count, float* to) noexcept;

 private:
  static constexpr std::int64_t kCells = 1024;  // 1.4 s
  static constexpr std::int64_t kNowhere = INT64_MIN;

  void fill(Cell& cell, std::int64_t index) const noexcept;

  TrackAudio audio_;
  std::vector<Cell> cells_;
};

}  // namespace dju::engine
