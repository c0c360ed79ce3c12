#include "learning/report/dose_response.h"

#include <gtest/gtest.h>

#include <limits>

namespace dju::learning {
namespace {

// Two pairs of records, each at three offsets; the model's score falls by 0.1 and by 0.3.
EvaluationInput input() {
  EvaluationInput input;
  input.targets = {"beat_alignment", "bpm_accuracy"};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  input.truth = {{1, 0.9, 0.5, 1, 0.9, 0.5}, std::vector<double>(6, nan)};
  input.groups = {"a", "a", "a", "b", "b", "b"};
  input.predictors = {{"model", {{0.8, 0.7, 0.5, 0.6, 0.5, 0.3}, std::vector<double>(6, 0.5)}}};
  return input;
}

TEST(DoseResponse, ComparesTheSameRecordsWithTheFirstCondition) {
  const auto tables = doseTables(
      input(), {"offset 0", "offset 10", "offset 50", "offset 0", "offset 10", "offset 50"});
  ASSERT_EQ(tables.size(), 1U) << "a target of which nothing is known has none";
  ASSERT_EQ(tables[0].rows.size(), 3U);
  EXPECT_EQ(tables[0].rows[0], (std::vector<std::string>{"offset 0", "2", "1.000", "0.700", "–"}));
  EXPECT_EQ(tables[0].rows[2], (std::vector<std::string>{"offset 50", "2", "0.500", "0.400",
                                                         "-0.300 (-0.300 … -0.300)"}))
      << "both pairs fall alike, however differently they began";
}

TEST(DoseResponse, WithoutConditionsThereIsNone) {
  EXPECT_TRUE(doseTables(input(), std::vector<std::string>(6)).empty());
  EXPECT_TRUE(doseTables(input(), std::vector<std::string>(6, "level 6")).empty());
}

}  // namespace
}  // namespace dju::learning
