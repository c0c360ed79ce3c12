// A data set as it lies on disk (docs/dataset.md): shards of windows by split, and dataset.json.
// Written in the order in which windows come, so the same windows give the same bytes. One writer a
// folder, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "dataset/shard_format.h"
#include "dataset/splits.h"
#include "dataset/window.h"

namespace dju::dataset {

inline constexpr int kDatasetFormat = 1;
inline constexpr std::size_t kShardWindows = 256;  // 48 MiB of features, of ten seconds each

class ShardWriter {
 public:
  // `format` outlives the writer. Throws Error when the folder cannot be made or holds a data set
  // already.
  ShardWriter(std::filesystem::path directory, const ShardFormat& format);
  ShardWriter(std::filesystem::path directory, ShardFormat&& format) = delete;

  void add(SplitName split, Window window);
  // Writes what is pending and dataset.json: `about` with everything that a reader needs beside it.
  void finish(nlohmann::json about);

  std::size_t windows(SplitName split) const { return counts_[static_cast<std::size_t>(split)]; }
  std::size_t windows() const { return counts_[0] + counts_[1] + counts_[2]; }
  // Of features, labels and extras on disk, in bytes.
  std::size_t bytes() const { return bytes_; }

 private:
  void flush(SplitName split);

  std::filesystem::path directory_;
  const ShardFormat& format_;
  std::array<std::vector<Window>, kSplits.size()> pending_;
  std::array<std::size_t, kSplits.size()> shards_{}, counts_{};
  std::size_t bytes_ = 0;
};

}  // namespace dju::dataset
