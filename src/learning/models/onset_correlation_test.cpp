#include "learning/models/onset_correlation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dju::learning {
namespace {

// The header's formula, term by term.
double reference(const torch::Tensor& onsets, const CorrelationShape& shape, std::int64_t step,
                 std::int64_t a, std::int64_t b, std::int64_t lag) {
  const auto x = onsets.accessor<float, 3>();
  double sum = 0;
  double energyA = 0;
  double energyB = 0;
  for (std::int64_t t = 0; t < (step + 1) * shape.block; ++t) {
    const double weight = std::pow(shape.keep, static_cast<double>(step - t / shape.block));
    const double past = t >= lag ? x[0][t - lag][b] : 0;
    sum += weight * x[0][t][a] * past;
    energyA += weight * x[0][t][a] * x[0][t][a];
    energyB += weight * x[0][t][b] * x[0][t][b];
  }
  return sum / (std::sqrt(energyA * energyB) + 1e-6);
}

TEST(OnsetCorrelation, IsTheFormula) {
  torch::manual_seed(1);
  const CorrelationShape shape{8, 24, 0.7};
  const torch::Tensor onsets = torch::rand({1, 40, 2});
  const torch::Tensor found = onsetCorrelation(onsets, shape);
  ASSERT_EQ(found.sizes(), (std::vector<std::int64_t>{1, 5, 4, 25}));
  for (std::int64_t step = 0; step < 5; ++step) {
    for (std::int64_t pair = 0; pair < 4; ++pair) {
      for (std::int64_t lag = 0; lag <= shape.past; ++lag) {
        EXPECT_NEAR(found[0][step][pair][lag].item<double>(),
                    reference(onsets, shape, step, pair / 2, pair % 2, lag), 1e-5)
            << step << ' ' << pair << ' ' << lag;
      }
    }
  }
}

// A low drum 30 ms behind a high one: the pair (low, high) peaks at a lag of 12 samples, and (high,
// low) does not.
TEST(OnsetCorrelation, TwoGridsShowTheirDistanceAndItsSign) {
  torch::Tensor onsets = torch::zeros({1, 1024, 2});
  for (std::int64_t beat = 100; beat < 1000; beat += 190) {
    onsets[0][beat][1] = 1;
    onsets[0][beat + 12][0] = 0.5;
  }
  const torch::Tensor last = onsetCorrelation(onsets, {})[0][15];
  EXPECT_NEAR(last[1][12].item<double>(), 1, 1e-4);
  EXPECT_NEAR(last[2][12].item<double>(), 0, 1e-4);
  EXPECT_NEAR(last[0][0].item<double>(), 1, 1e-4);
}

TEST(OnsetCorrelation, LevelsDoNotMatterAndTheFutureIsNotHeard) {
  torch::manual_seed(2);
  const torch::Tensor onsets = torch::rand({2, 256, 3});
  const torch::Tensor all = onsetCorrelation(onsets, {});
  EXPECT_TRUE(torch::allclose(all, onsetCorrelation(onsets * 10, {}), 1e-3, 1e-4));
  torch::Tensor other = onsets.clone();
  other.narrow(1, 128, 128).uniform_();
  EXPECT_TRUE(torch::equal(all.narrow(1, 0, 2), onsetCorrelation(other, {}).narrow(1, 0, 2)));
}

}  // namespace
}  // namespace dju::learning
