#include "learning/report/evaluation_report.h"

#include <gtest/gtest.h>

#include <cmath>

#include "learning/data/json.h"

namespace dju::learning {
namespace {

EvaluationInput twelveItems() {
  EvaluationInput input;
  input.targets = {"beat_alignment"};
  input.truth.emplace_back();
  Predictor model{"model", {{}}};
  Predictor constant{"mean predictor", {{}}};
  Subset half{"first half", 0, {}};
  Subset few{"too few", {}, {}};
  for (int i = 0; i < 12; ++i) {
    input.truth[0].push_back(i == 11 ? NAN : i / 12.0);
    model.scores[0].push_back(i / 12.0 + 0.1);
    constant.scores[0].push_back(0.5);
    input.groups.push_back("performance " + std::to_string(i / 2));
    half.has.push_back(i < 8);
    few.has.push_back(i < 3);
  }
  input.predictors = {model, constant};
  input.subsets = {half, few};
  return input;
}

TEST(EvaluationReport, CountsWhatIsKnownAndShowsTheBaselineBeside) {
  const std::vector<Measurement> found = measure(twelveItems());
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].predictor, "model");
  EXPECT_EQ(found[0].items, 11U);
  EXPECT_EQ(found[0].groups, 6U);
  EXPECT_NEAR(found[0].pearson, 1, 1e-9);
  EXPECT_NEAR(found[0].meanAbsoluteError, 0.1, 1e-9);
  EXPECT_LT(found[0].p, 0.01);
  EXPECT_EQ(found[1].predictor, "mean predictor");
  EXPECT_TRUE(std::isnan(found[1].pearson));
  EXPECT_EQ(found[2].subset, "first half");
  EXPECT_EQ(found[2].items, 8U);
}

TEST(EvaluationReport, IsTheSameInMarkdownAndJson) {
  EvaluationReport report{
      "Technical", {{"data set", "\"toy\""}}, measure(twelveItems()), {"A note."}, {}};
  const std::string markdown = markdownOf(report);
  EXPECT_NE(markdown.find("| all | model | 11 (6) | 1.000 |"), std::string::npos) << markdown;
  EXPECT_NE(markdown.find("| all | mean predictor | 11 (6) | – |"), std::string::npos);
  const auto json = Json::parse(jsonOf(report));
  ASSERT_TRUE(json.ok()) << json.error().what();
  const Json::Array& rows = *json->find("measurements")->array();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(*rows[0].find("items")->number(), 11);
  EXPECT_EQ(rows[1].find("pearson")->number(), nullptr);
}

}  // namespace
}  // namespace dju::learning
