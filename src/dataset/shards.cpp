#include "dataset/shards.h"

#include <string>

#include "core/error.h"
#include "learning/data/npy.h"
#include "learning/data/whole_file.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

std::string threeDigits(std::size_t n) {
  std::string text = std::to_string(n);
  return text.size() < 3 ? std::string(3 - text.size(), '0') + text : text;
}

}  // namespace

ShardWriter::ShardWriter(fs::path directory, const ShardFormat& format)
    : directory_(std::move(directory)), format_(format) {
  if (fs::exists(directory_ / "dataset.json")) {
    throw Error(ErrorCode::kConflict, directory_.string() +
                                          ": holds a data set already; choose another folder or "
                                          "remove it first");
  }
  std::error_code failure;
  for (const std::string_view split : kSplits) {
    fs::create_directories(directory_ / split, failure);
    if (failure) {
      throw Error(ErrorCode::kUnavailable,
                  (directory_ / split).string() + ": cannot be made: " + failure.message());
    }
  }
}

void ShardWriter::add(SplitName split, Window window) {
  auto& pending = pending_[static_cast<std::size_t>(split)];
  pending.push_back(std::move(window));
  ++counts_[static_cast<std::size_t>(split)];
  if (pending.size() == kShardWindows) flush(split);
}

void ShardWriter::flush(SplitName split) {
  const auto at = static_cast<std::size_t>(split);
  std::vector<Window>& windows = pending_[at];
  if (windows.empty()) return;
  const fs::path folder = directory_ / kSplits[at];
  const std::string number = threeDigits(shards_[at]++);
  std::vector<float> features, labels, extras;
  std::string items;
  for (const Window& window : windows) {
    features.insert(features.end(), window.features.begin(), window.features.end());
    labels.insert(labels.end(), window.labels.begin(), window.labels.end());
    extras.insert(extras.end(), window.extras.begin(), window.extras.end());
    items += window.item.dump() + "\n";
  }
  const std::size_t count = windows.size();
  const auto write = [&](const std::string& name, const std::vector<std::size_t>& shape,
                         const std::vector<float>& values, learning::NpyType type) {
    const fs::path file = folder / (name + "-" + number + ".npy");
    learning::writeNpy(file, shape, values, type);
    bytes_ += fs::file_size(file);
  };
  write("features", {count, format_.rows, format_.columns.size()}, features,
        learning::NpyType::kFloat16);
  write("labels", {count, format_.labels.size()}, labels, learning::NpyType::kFloat32);
  write("extra", {count, format_.extras.size()}, extras, learning::NpyType::kFloat32);
  learning::writeWholeFile(folder / ("items-" + number + ".jsonl"), items);
  windows.clear();
}

void ShardWriter::finish(nlohmann::json about) {
  for (std::size_t split = 0; split < kSplits.size(); ++split) flush(static_cast<SplitName>(split));
  about["format"] = kDatasetFormat;
  about["definition"] = format_.definition;
  about["definition_text"] = format_.definitionText;
  about["frame_rate"] = format_.rowsAUnit;
  about["frame_unit"] = format_.unit;
  about["frames"] = format_.rows;
  about["columns"] = format_.columns;
  about["heads"] = format_.labels;
  about["extra"] = format_.extras;
  for (std::size_t split = 0; split < kSplits.size(); ++split)
    about["windows"][std::string(kSplits[split])] = counts_[split];
  about["bytes"] = bytes_;
  learning::writeWholeFile(directory_ / "dataset.json", about.dump(1) + "\n");
}

}  // namespace dju::dataset
