// A small data set whose truth a small model can learn in a minute: two overlaid grids of clicks,
// a known distance apart, and a level that steps. For tests alone.
#pragma once

#include <cstdint>
#include <filesystem>

#include "learning/data/dataset.h"

namespace dju::learning {

struct ToyOptions {
  std::size_t trainItems = 256, validationItems = 64, testItems = 64;
  std::size_t frames = 256;  // 2.56 s
  std::uint64_t seed = 1;
};

inline constexpr std::size_t kToyMelBands = 8, kToyColumns = kToyMelBands + 4 * 5;

// Columns: mel00 … mel07, onset fine columns (four a frame, five bands). Labels: beat_alignment
// exp(-|offset| / 50 ms), missing in every tenth item; transition_quality 1 - |level step| / 12 dB;
// key_compatibility, which no column tells. Every eighth item, from the sixth on, is of two genres.
// Extras: beat_offset_ms, beat_offset_size_ms, level_step_db.
void writeToyDataset(const std::filesystem::path& directory, const ToyOptions& options);

// A folder of its own below the system's, removed with the object.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace dju::learning
