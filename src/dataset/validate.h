// Looks through a data set before anybody learns from it: what is silent, twice there, without
// labels, out of range, without a license, or on two sides is named with its reason. Callers:
// `dju dataset check`, collectors (one window at a time). Allocates; reads each shard once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dataset/window.h"

namespace dju::dataset {

// Why a window is not to be learned from; nothing if it is fine. Never a judgement of its music.
std::optional<std::string> reasonToReject(const Window& window);

struct Reject {
  std::string split, item, reason;
};

struct Validation {
  std::size_t windows = 0;
  std::vector<Reject> rejects;
  // "dj dj-7 is in train and test": what ruins every figure of an evaluation.
  std::vector<std::string> leaks;

  bool clean() const { return rejects.empty() && leaks.empty(); }
};

// Throws Error when the folder is no data set or a shard is damaged: such a set is not looked
// through but made again.
Validation validateDataset(const std::filesystem::path& directory);

}  // namespace dju::dataset
