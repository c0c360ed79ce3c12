#include "pipeline/monitoring.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "learning/data/dataset.h"

namespace dju::pipeline {
namespace {

constexpr std::size_t kWindows = 256;
constexpr std::size_t kRowStep = 16;  // neighbouring rows hardly differ

nlohmann::json summaryOf(std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(values.size());
  const double mean = sum / count;
  std::sort(values.begin(), values.end());
  nlohmann::json deciles = nlohmann::json::array();
  for (std::size_t i = 0; i <= 10; ++i) deciles.push_back(values[i * (values.size() - 1) / 10]);
  return {{"mean", mean},
          {"spread", std::sqrt(std::max(0.0, squares / count - mean * mean))},
          {"deciles", deciles}};
}

}  // namespace

nlohmann::json featureReference(const std::filesystem::path& data) {
  const learning::Dataset dataset(data);
  const learning::DatasetInfo& info = dataset.info();
  const learning::Split split = dataset.open(learning::SplitName::kTrain);
  const std::size_t windows = std::min(kWindows, split.items());
  std::vector<std::vector<float>> columns(info.columns.size());
  std::vector<float> window(info.frames * info.columns.size());
  for (std::size_t i = 0; i < windows; ++i) {
    split.copyFeatures(i * split.items() / windows, window);
    for (std::size_t row = 0; row < info.frames; row += kRowStep)
      for (std::size_t c = 0; c < columns.size(); ++c)
        columns[c].push_back(window[row * columns.size() + c]);
  }
  nlohmann::json reference{{"definition", info.definition}, {"windows", windows}};
  for (std::size_t c = 0; c < columns.size(); ++c)
    reference["columns"][info.columns[c]] = summaryOf(columns[c]);
  return reference;
}

}  // namespace dju::pipeline
