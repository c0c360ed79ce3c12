#include "learning/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "learning/data/npy.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

Error invalid(const fs::path& file, const std::string& what) {
  return {ErrorCode::kInvalid, file.string() + ": " + what};
}

std::string readText(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorCode::kNotFound, file.string() + ": cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Json parseFile(const fs::path& file) {
  auto json = Json::parse(readText(file));
  if (!json) throw invalid(file, json.error().what());
  return std::move(json).valueOrThrow();
}

std::vector<std::string> namesIn(const fs::path& file, const Json& json, const char* key) {
  const Json* list = json.find(key);
  const Json::Array* array = list != nullptr ? list->array() : nullptr;
  if (array == nullptr) throw invalid(file, std::string("\"") + key + "\" is no list of names");
  std::vector<std::string> names;
  for (const Json& name : *array) {
    if (name.string() == nullptr)
      throw invalid(file, std::string("\"") + key + "\" has an entry that is no name");
    if (std::find(names.begin(), names.end(), *name.string()) != names.end())
      throw invalid(file, std::string("\"") + key + "\" has " + *name.string() + " twice");
    names.push_back(*name.string());
  }
  return names;
}

double numberIn(const fs::path& file, const Json& json, const char* key, double low, double high) {
  const Json* value = json.find(key);
  const double* number = value != nullptr ? value->number() : nullptr;
  if (number == nullptr) throw invalid(file, std::string("\"") + key + "\" is no number");
  if (*number < low || *number > high)
    throw invalid(file, std::string("\"") + key + "\" is " + jsonNumber(*number) + ", not from " +
                            jsonNumber(low) + " to " + jsonNumber(high));
  return *number;
}

std::optional<std::size_t> placeOf(const std::vector<std::string>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

std::string shapeText(const std::vector<std::size_t>& shape) {
  std::string text = "[";
  for (const std::size_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

void expectShape(const NpyFile& file, const std::vector<std::size_t>& shape) {
  if (file.header().shape != shape) {
    throw invalid(file.path(), "shape " + shapeText(file.header().shape) +
                                   " where dataset.json and its neighbours ask for " +
                                   shapeText(shape));
  }
}

}  // namespace

std::optional<std::size_t> DatasetInfo::labelAt(std::string_view name) const {
  return placeOf(labels, name);
}

std::optional<std::size_t> DatasetInfo::extraAt(std::string_view name) const {
  return placeOf(extras, name);
}

DatasetInfo::Range DatasetInfo::columnsNamed(std::string_view prefix) const {
  Range range;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].starts_with(prefix)) continue;
    if (range.count == 0) range.first = i;
    if (i == range.first + range.count) ++range.count;
  }
  return range;
}

std::string_view nameOf(SplitName split) {
  switch (split) {
    case SplitName::kTrain:
      return "train";
    case SplitName::kValidation:
      return "validation";
    default:
      return "test";
  }
}

struct Split::Shard {
  NpyFile features;
};

Split::~Split() = default;
Split::Split(Split&&) noexcept = default;

void Split::addShard(const DatasetInfo& info, const fs::path& directory,
                     const std::string& number) {
  NpyFile features(directory / ("features-" + number + ".npy"));
  const NpyFile labels(directory / ("labels-" + number + ".npy"));
  const NpyFile extras(directory / ("extra-" + number + ".npy"));
  const std::size_t items = features.header().shape[0];
  expectShape(features, {items, info.frames, info.columns.size()});
  expectShape(labels, {items, info.labels.size()});
  expectShape(extras, {items, info.extras.size()});
  std::istringstream lines(readText(directory / ("items-" + number + ".jsonl")));
  std::string line;
  for (std::size_t item = 0; item < items; ++item) {
    places_.push_back(
        {static_cast<std::uint32_t>(shards_.size()), static_cast<std::uint32_t>(item)});
    labels_.resize(labels_.size() + labelCount_);
    labels.copyRow(item, std::span(labels_).last(labelCount_));
    extras_.resize(extras_.size() + extraCount_);
    extras.copyRow(item, std::span(extras_).last(extraCount_));
    for (std::size_t i = 0; i < labelCount_; ++i) {
      const float label = labels_[labels_.size() - labelCount_ + i];
      if (std::isinf(label))
        throw invalid(labels.path(), "item " + std::to_string(item) + ", " + info.labels[i] +
                                         ": infinite; NaN says that a label does not exist");
    }
    auto about = std::getline(lines, line) ? Json::parse(line) : Result<Json>(Json());
    if (!about || about->object() == nullptr)
      throw invalid(directory / ("items-" + number + ".jsonl"),
                    "line " + std::to_string(item + 1) + " is no JSON object; the shard has " +
                        std::to_string(items) + " items");
    about_.push_back(std::move(about).valueOrThrow());
  }
  shards_.push_back(std::make_unique<Shard>(Shard{std::move(features)}));
}

void Split::copyFeatures(std::size_t item, std::span<float> out) const {
  const Place place = places_[item];
  const NpyFile& file = shards_[place.shard]->features;
  file.copyRow(place.row, out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (std::isfinite(out[i])) continue;
    const std::size_t columns = file.header().shape[2];
    throw invalid(file.path(), "item " + std::to_string(place.row) + ", frame " +
                                   std::to_string(i / columns) + ", column " +
                                   std::to_string(i % columns) +
                                   " is not finite; make this shard again");
  }
}

std::span<const float> Split::labels(std::size_t item) const {
  return std::span(labels_).subspan(item * labelCount_, labelCount_);
}

std::span<const float> Split::extras(std::size_t item) const {
  return std::span(extras_).subspan(item * extraCount_, extraCount_);
}

std::string Split::textOf(std::size_t item, std::string_view key) const {
  const Json* value = about_[item].find(key);
  return value != nullptr && value->string() != nullptr ? *value->string() : std::string();
}

void Split::keep(const std::vector<std::size_t>& items) {
  Split kept;
  for (const std::size_t item : items) {
    kept.places_.push_back(places_.at(item));
    kept.about_.push_back(about_[item]);
    kept.labels_.insert(kept.labels_.end(), labels(item).begin(), labels(item).end());
    kept.extras_.insert(kept.extras_.end(), extras(item).begin(), extras(item).end());
  }
  places_ = std::move(kept.places_);
  about_ = std::move(kept.about_);
  labels_ = std::move(kept.labels_);
  extras_ = std::move(kept.extras_);
}

Dataset::Dataset(fs::path directory) : directory_(std::move(directory)) {
  const fs::path file = directory_ / "dataset.json";
  const Json json = parseFile(file);
  const double format = numberIn(file, json, "format", 0, 1e6);
  if (format != kDatasetFormat)
    throw Error(ErrorCode::kUnsupported,
                file.string() + ": format " + jsonNumber(format) + ", this program reads " +
                    std::to_string(kDatasetFormat) + "; make the data set again");
  const Json* definition = json.find("definition");
  if (definition == nullptr || definition->string() == nullptr)
    throw invalid(file, "\"definition\" does not name the features' definition");
  info_.definition = *definition->string();
  info_.frameRate = numberIn(file, json, "frame_rate", 1, 48000);
  info_.frames = static_cast<std::size_t>(numberIn(file, json, "frames", 1, 1e6));
  info_.columns = namesIn(file, json, "columns");
  info_.labels = namesIn(file, json, "heads");
  info_.extras = namesIn(file, json, "extra");
}

Split Dataset::open(SplitName name) const {
  const fs::path folder = directory_ / nameOf(name);
  std::vector<std::string> numbers;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    const std::string file = entry.path().filename().string();
    if (file.starts_with("features-") && file.ends_with(".npy"))
      numbers.push_back(file.substr(9, file.size() - 13));
  }
  std::sort(numbers.begin(), numbers.end());
  Split split;
  split.labelCount_ = info_.labels.size();
  split.extraCount_ = info_.extras.size();
  for (const std::string& number : numbers) split.addShard(info_, folder, number);
  if (split.items() == 0)
    throw Error(ErrorCode::kNotFound, folder.string() + ": no features-NNN.npy with items; the " +
                                          std::string(nameOf(name)) + " split is empty");
  return split;
}

}  // namespace dju::learning
