#include "engine/dsp/track_outline.h"

#include <algorithm>

namespace dju::engine {

bool TrackOutline::look(const TrackAudio& audio) noexcept {
  if (audio.samples == audio_.samples && audio.frames == audio_.frames) return false;
  audio_ = audio;
  for (Cell& cell : cells_) cell.index = kNowhere;
  return true;
}

void TrackOutline::fill(Cell& cell, std::int64_t index) const noexcept {
  cell = {};
  cell.index = index;
  const std::int64_t first = index * kCellFrames;
  if (first < 0 || first + kCellFrames > audio_.frames) return;  // a torn last cell is silence
  const std::int16_t* samples = audio_.samples + 2 * first;
  // Integers: sums of whole numbers come out the same in whatever order they are added.
  std::int64_t high = 0;
  int left = first > 0 ? samples[-2] : 0;
  int right = first > 0 ? samples[-1] : 0;
  for (int c = 0; c < kCoarseInCell; ++c) {
    int sumLeft = 0, sumRight = 0;
    for (int i = 0; i < kCoarseFrames; ++i, samples += 2) {
      const std::int64_t l = samples[0] - left, r = samples[1] - right;
      high += l * l + r * r;
      sumLeft += left = samples[0];
      sumRight += right = samples[1];
    }
    cell.sound[2 * c] = static_cast<float>(sumLeft) / kCoarseFrames;
    cell.sound[2 * c + 1] = static_cast<float>(sumRight) / kCoarseFrames;
  }
  cell.high = static_cast<float>(high);
  for (float x : cell.sound) cell.low += x * x;
}

void TrackOutline::copySound(std::int64_t first, int count, float* to) noexcept {
  for (int done = 0; done < count;) {
    const std::int64_t at = first + done;
    const std::int64_t index = at >> 3;
    static_assert(kCoarseInCell == 8);
    const auto within = static_cast<int>(at - index * kCoarseInCell);
    const int n = std::min(count - done, kCoarseInCell - within);
    std::copy_n(cell(index).sound + 2 * within, 2 * n, to + 2 * done);
    done += n;
  }
}

}  // namespace dju::engine
