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

#include "dataset/shard_format.h"
#include "dataset/window.h"

namespace dju::dataset {

// Why nothing can be learned from a window: silence, a number that is none, no label or a wrong
// one; nothing if it is fine.
std::optional<std::string> reasonUnlearnable(const Window& window, const ShardFormat& format);
// Why a window is not to be learned from, its license included. Never a judgement of its music.
std::optional<std::string> reasonToReject(const Window& window, const ShardFormat& format);

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
