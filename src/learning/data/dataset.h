// A data set on disk, as docs/dataset.md describes it: windows of features with labels, split into
// parts that share no track, kit, pattern family or player.
//
//   DIR/dataset.json                     format, definition, names of columns, labels and extras
//   DIR/{train,validation,test}/
//     features-NNN.npy  [items, frames, columns]  float16 or float32
//     labels-NNN.npy    [items, labels]           float32, NaN = this label does not exist here
//     extra-NNN.npy     [items, extras]           float32, NaN = not known
//     items-NNN.jsonl   one object a line: what the window is
//
// What is wrong is refused when the set is opened, except numbers of features, which are looked at
// when they are read: each error names file, item and the way out. Opening maps the files; a Split
// may then be read by several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learning/data/json.h"

namespace dju::learning {

inline constexpr int kDatasetFormat = 1;

struct DatasetInfo {
  std::string definition;  // hash of what computes the features
  double frameRate = 100;  // frames a second, or a beat where frames are counted in beats
  std::size_t frames = 0;  // a window has
  std::vector<std::string> columns;
  std::vector<std::string> labels;  // the heads
  std::vector<std::string> extras;

  // Where a name stands; nothing when it does not.
  std::optional<std::size_t> labelAt(std::string_view name) const;
  std::optional<std::size_t> extraAt(std::string_view name) const;
  // Columns whose names begin so, which must lie side by side: first and number; 0 = none.
  struct Range {
    std::size_t first = 0, count = 0;
  };
  Range columnsNamed(std::string_view prefix) const;
};

enum class SplitName { kTrain, kValidation, kTest };
std::string_view nameOf(SplitName split);

class Split {
 public:
  ~Split();
  Split(Split&&) noexcept;

  std::size_t items() const { return places_.size(); }
  // out: frames x columns. Throws Error when a value is not finite.
  void copyFeatures(std::size_t item, std::span<float> out) const;
  std::span<const float> labels(std::size_t item) const;
  std::span<const float> extras(std::size_t item) const;
  // The item's line of items-NNN.jsonl; null where the set has none.
  const Json& about(std::size_t item) const { return about_[item]; }
  // A text member of it, "" when there is none.
  std::string textOf(std::size_t item, std::string_view key) const;
  // Only these items, in this order, of which none is read before it is asked for.
  void keep(const std::vector<std::size_t>& items);

 private:
  friend class Dataset;
  struct Shard;
  struct Place {
    std::uint32_t shard, row;
  };
  Split() = default;
  void addShard(const DatasetInfo& info, const std::filesystem::path& directory,
                const std::string& number);

  std::size_t labelCount_ = 0, extraCount_ = 0;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<Place> places_;
  std::vector<float> labels_, extras_;
  std::vector<Json> about_;
};

class Dataset {
 public:
  // Throws Error when dataset.json is missing, malformed or of another format.
  explicit Dataset(std::filesystem::path directory);

  const DatasetInfo& info() const { return info_; }
  const std::filesystem::path& directory() const { return directory_; }
  // Throws Error when it has no items, or a shard does not fit the others or dataset.json.
  Split open(SplitName name) const;

 private:
  std::filesystem::path directory_;
  DatasetInfo info_;
};

}  // namespace dju::learning
