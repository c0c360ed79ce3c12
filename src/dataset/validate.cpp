#include "dataset/validate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/hash.h"
#include "dataset/shards.h"
#include "dataset/splits.h"
#include "learning/data/dataset.h"
#include "learning/data/npy.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

constexpr double kSilenceDb = -70;  // mean level of the mel bands
constexpr const char* kUnknownLicense = "unknown";

// What may be on one side only.
constexpr std::array<const char*, 4> kExclusive = {"performance", "dj", "tracks", "families"};

std::optional<std::string> notFinite(const Window& window) {
  for (std::size_t i = 0; i < window.features.size(); ++i) {
    if (!std::isfinite(window.features[i]))
      return "features: value " + std::to_string(i) + " is not finite";
  }
  return {};
}

std::optional<std::string> labelless(const Window& window, const ShardFormat& format) {
  // A window without a transition has no label but its type.
  bool any = window.item.contains("transition");
  for (std::size_t i = 0; i < window.labels.size(); ++i) {
    const float label = window.labels[i];
    if (std::isnan(label)) continue;
    any = true;
    if (label < 0 || label > 1)
      return "label " + format.labels[i] + ": " + std::to_string(label) + " is not from 0 to 1";
  }
  if (!any) return std::string("label: none of the heads is known");
  return {};
}

std::optional<std::string> unlicensed(const Window& window) {
  const auto licenses = window.item.find("licenses");
  if (licenses == window.item.end() || !licenses->is_array() || licenses->empty())
    return std::string("license: none is stated");
  for (const auto& license : *licenses) {
    if (!license.is_string() || license.get<std::string>() == kUnknownLicense)
      return std::string("license: unknown");
  }
  return {};
}

// The windows of one shard, features and all.
class Shard {
 public:
  Shard(const fs::path& folder, const std::string& number)
      : features_(folder / ("features-" + number + ".npy")),
        labels_(folder / ("labels-" + number + ".npy")),
        lines_(folder / ("items-" + number + ".jsonl")),
        name_(folder / ("items-" + number + ".jsonl")) {}

  std::size_t windows() const { return features_.header().shape[0]; }
  Window read(std::size_t i) {
    Window window;
    window.features.resize(features_.rowElements());
    window.labels.resize(labels_.rowElements());
    features_.copyRow(i, window.features);
    labels_.copyRow(i, window.labels);
    std::string line;
    if (std::getline(lines_, line)) window.item = nlohmann::json::parse(line, nullptr, false);
    if (!window.item.is_object()) {
      throw Error(ErrorCode::kInvalid, name_.string() + ": line " + std::to_string(i + 1) +
                                           " is no JSON object; make the data set again");
    }
    return window;
  }

 private:
  learning::NpyFile features_, labels_;
  std::ifstream lines_;
  fs::path name_;
};

class Validator {
 public:
  explicit Validator(const ShardFormat& format) : format_(format) {}

  void look(const std::string& split, const Window& window) {
    ++found_.windows;
    const std::string item = window.item.value("id", "?");
    if (const auto reason = reasonToReject(window, format_))
      found_.rejects.push_back({split, item, *reason});
    const std::uint64_t hash =
        xxh64(window.features.data(), window.features.size() * sizeof(float));
    const auto [first, isNew] = seen_.emplace(hash, item);
    if (!isNew) found_.rejects.push_back({split, item, "duplicate of " + first->second});
    for (const char* key : kExclusive) {
      const auto value = window.item.find(key);
      if (value == window.item.end()) continue;
      if (value->is_string()) note(key, value->get<std::string>(), split);
      if (!value->is_array()) continue;
      for (const auto& each : *value) {
        if (each.is_string()) note(key, each.get<std::string>(), split);
      }
    }
  }

  Validation take() {
    for (const auto& [who, splits] : sides_) {
      if (splits.size() < 2) continue;
      std::string leak = who + " is in";
      for (const std::string& split : splits)
        leak += (split == *splits.begin() ? " " : " and ") + split;
      found_.leaks.push_back(leak);
    }
    return std::move(found_);
  }

 private:
  void note(const std::string& key, const std::string& value, const std::string& split) {
    sides_[key + " " + value].insert(split);
  }

  const ShardFormat& format_;
  Validation found_;
  std::map<std::uint64_t, std::string> seen_;
  std::map<std::string, std::set<std::string>> sides_;
};

std::vector<std::string> shardNumbers(const fs::path& folder) {
  std::vector<std::string> numbers;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("features-") && name.ends_with(".npy"))
      numbers.push_back(name.substr(9, name.size() - 13));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

const ShardFormat& formatOf(const learning::DatasetInfo& info, const fs::path& directory) {
  for (const ShardFormat* format : {&soundFormat(), &beatFormat()}) {
    if (info.definition == format->definition && info.frames == format->rows) return *format;
  }
  throw Error(ErrorCode::kUnsupported,
              directory.string() + ": made with another definition of features; make it again");
}

// By the loudest row: between the beats of a sparse track there is nothing, and it is music.
bool silent(const Window& window, const ShardFormat& format) {
  const std::size_t columns = format.columns.size();
  double loudest = kSilenceDb - 1.0;
  for (std::size_t row = 0; (row + 1) * columns <= window.features.size(); ++row) {
    double sum = 0;
    for (std::size_t i = 0; i < format.melColumns; ++i) sum += window.features[row * columns + i];
    loudest = std::max(loudest, sum / static_cast<double>(format.melColumns));
  }
  return loudest < kSilenceDb;
}

}  // namespace

std::optional<std::string> reasonUnlearnable(const Window& window, const ShardFormat& format) {
  if (auto reason = notFinite(window)) return reason;
  if (silent(window, format)) return std::string("silence");
  return labelless(window, format);
}

std::optional<std::string> reasonToReject(const Window& window, const ShardFormat& format) {
  if (auto reason = reasonUnlearnable(window, format)) return reason;
  return unlicensed(window);
}

Validation validateDataset(const fs::path& directory) {
  const learning::Dataset dataset(directory);
  Validator validator(formatOf(dataset.info(), directory));
  for (const std::string_view split : kSplits) {
    for (const std::string& number : shardNumbers(directory / split)) {
      Shard shard(directory / split, number);
      for (std::size_t i = 0; i < shard.windows(); ++i)
        validator.look(std::string(split), shard.read(i));
    }
  }
  return validator.take();
}

}  // namespace dju::dataset
