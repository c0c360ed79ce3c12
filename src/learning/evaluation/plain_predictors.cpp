#include "learning/evaluation/plain_predictors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "core/error.h"
#include "learning/models/onset_correlation.h"
#include "learning/report/regression.h"

namespace dju::learning {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFlam = 0.2;  // below this a peak is the tail of a drum, not another record's

// Levels of three ranges of bands over eight parts, the steps between the parts, and ranges.
std::vector<double> levelsOf(const DatasetInfo& info, const std::vector<float>& window,
                             const DatasetInfo::Range& mel) {
  constexpr std::size_t kParts = 8, kRanges = 3;
  std::array<std::array<double, kParts>, kRanges> level{};
  std::array<std::array<double, kParts>, kRanges> count{};
  for (std::size_t n = 0; n < info.frames; ++n) {
    const std::size_t part = n * kParts / info.frames;
    for (std::size_t band = 0; band < mel.count; ++band) {
      const std::size_t range = band * kRanges / mel.count;
      level[range][part] += window[n * info.columns.size() + mel.first + band];
      ++count[range][part];
    }
  }
  std::vector<double> inputs;
  for (std::size_t range = 0; range < kRanges; ++range) {
    for (std::size_t part = 0; part < kParts; ++part) level[range][part] /= count[range][part];
    const auto [low, high] = std::minmax_element(level[range].begin(), level[range].end());
    inputs.push_back(*high - *low);
    for (std::size_t part = 0; part < kParts; ++part) {
      inputs.push_back(level[range][part]);
      if (part > 0) inputs.push_back(std::fabs(level[range][part] - level[range][part - 1]));
    }
  }
  return inputs;
}

std::vector<std::vector<double>> levelRows(const DatasetInfo& info, const Split& split) {
  const DatasetInfo::Range mel = info.columnsNamed("mel");
  if (mel.count == 0) throw Error(ErrorCode::kInvalid, "the data set has no columns \"mel…\"");
  std::vector<float> window(info.frames * info.columns.size());
  std::vector<std::vector<double>> rows;
  for (std::size_t item = 0; item < split.items(); ++item) {
    split.copyFeatures(item, window);
    rows.push_back(levelsOf(info, window, mel));
  }
  return rows;
}

// What the correlation, averaged over the window, says of the grids' distance: ms, 0 = together.
double flamMs(const torch::Tensor& window, std::int64_t onsetsAFrame, double frameRate) {
  const torch::Tensor onsets = window.reshape({1, window.size(0) * onsetsAFrame, kOnsetBands});
  const CorrelationShape shape;
  const torch::Tensor whole = onsets.narrow(1, 0, onsets.size(1) / shape.block * shape.block);
  torch::Tensor curve = onsetCorrelation(whole, shape).mean(1).squeeze(0);  // [pairs, lags]
  torch::Tensor same = torch::zeros({curve.size(1)});
  for (std::int64_t band = 0; band < kOnsetBands; ++band) same += curve[band * kOnsetBands + band];
  const auto* value = same.contiguous().data_ptr<float>();
  const double msALag = 1000 / (frameRate * static_cast<double>(onsetsAFrame));
  const auto from = static_cast<std::int64_t>(std::ceil(10 / msALag));
  const auto to = std::min<std::int64_t>(static_cast<std::int64_t>(200 / msALag), shape.past - 1);
  double best = kFlam * value[0];
  double distance = 0;
  for (std::int64_t lag = from; lag <= to; ++lag) {
    if (value[lag] <= best || value[lag] < value[lag - 1] || value[lag] < value[lag + 1]) continue;
    best = value[lag];
    distance = static_cast<double>(lag) * msALag;
  }
  return distance;
}

}  // namespace

Predictor levelAndFadePredictor(const DatasetInfo& info, const Split& training,
                                const ScoreTable& trainingTruth, const Split& test) {
  const auto learned = levelRows(info, training);
  const auto asked = levelRows(info, test);
  Predictor predictor{"level and fade only", {}};
  for (const std::vector<double>& truth : trainingTruth) {
    auto& scores = predictor.scores.emplace_back(asked.size(), kNaN);
    std::vector<std::vector<double>> rows;
    std::vector<double> known;
    for (std::size_t item = 0; item < learned.size(); ++item) {
      if (std::isnan(truth[item])) continue;
      rows.push_back(learned[item]);
      known.push_back(truth[item]);
    }
    if (rows.empty()) continue;
    const RidgeRegression line(rows, known);
    for (std::size_t item = 0; item < asked.size(); ++item)
      scores[item] = line.predict(asked[item]);
  }
  return predictor;
}

Predictor onsetRulePredictor(const DatasetInfo& info, const Split& test,
                             const std::vector<std::string>& targets) {
  Predictor predictor{"onset correlation rule", {}};
  const DatasetInfo::Range onsets = info.columnsNamed("onset");
  const auto onsetsAFrame = static_cast<std::int64_t>(onsets.count) / kOnsetBands;
  for (const std::string& target : targets) {
    auto& scores = predictor.scores.emplace_back(test.items(), kNaN);
    if (target != "beat_alignment" || onsetsAFrame == 0) continue;
    std::vector<float> window(info.frames * info.columns.size());
    for (std::size_t item = 0; item < test.items(); ++item) {
      test.copyFeatures(item, window);
      const torch::Tensor all = torch::from_blob(
          window.data(),
          {static_cast<std::int64_t>(info.frames), static_cast<std::int64_t>(info.columns.size())});
      const torch::Tensor part =
          all.narrow(1, static_cast<std::int64_t>(onsets.first), onsetsAFrame * kOnsetBands);
      const double distance = flamMs(part, onsetsAFrame, info.frameRate);
      scores[item] = 1 / (1 + distance * distance / (50 * 50));
    }
  }
  return predictor;
}

Predictor meanPredictor(const ScoreTable& trainingTruth, std::size_t items) {
  Predictor predictor{"mean", {}};
  for (const std::vector<double>& truth : trainingTruth) {
    std::vector<double> known;
    std::copy_if(truth.begin(), truth.end(), std::back_inserter(known),
                 [](double value) { return !std::isnan(value); });
    predictor.scores.emplace_back(items, known.empty() ? kNaN : mean(known));
  }
  return predictor;
}

}  // namespace dju::learning
