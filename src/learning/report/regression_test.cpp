#include "learning/report/regression.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"

namespace dju::learning {
namespace {

TEST(RidgeRegression, FindsThePlaneThatThePointsLieOn) {
  Random random(1);
  std::vector<std::vector<double>> rows;
  std::vector<double> truth;
  for (int i = 0; i < 200; ++i) {
    rows.push_back({random.uniform(), random.uniform(-10, 10), 3});
    truth.push_back(1 + 2 * rows.back()[0] - 0.5 * rows.back()[1]);
  }
  const RidgeRegression fit(rows, truth, 1e-9);
  EXPECT_NEAR(fit.predict(std::vector<double>{0.5, 2, 3}), 1, 1e-6);
  EXPECT_NEAR(fit.predict(std::vector<double>{0.5, 2, 99}), 1, 1e-6);  // never moved: no weight
}

TEST(RidgeRegression, AHeavyPenaltyLeavesTheMean) {
  const RidgeRegression fit({{0}, {1}}, std::vector<double>{0, 2}, 1e9);
  EXPECT_NEAR(fit.predict(std::vector<double>{1}), 1, 1e-6);
  EXPECT_THROW(RidgeRegression({}, {}), Error);
}

}  // namespace
}  // namespace dju::learning
