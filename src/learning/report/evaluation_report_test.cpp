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
  EvaluationReport report{"Technical",
                          {{"data set", "\"toy\""}},
                          measure(twelveItems()),
                          {{"Right", {"predictor", "share"}, {{"model", "0.5"}}}},
                          {},
                          {},
                          12.5,
                          {"A note."},
                          {}};
  const std::string markdown = markdownOf(report);
  EXPECT_NE(markdown.find("| all | model | 11 (6) | 1.000 |"), std::string::npos) << markdown;
  EXPECT_NE(markdown.find("| all | mean predictor | 11 (6) | – |"), std::string::npos);
  const auto json = Json::parse(jsonOf(report));
  ASSERT_TRUE(json.ok()) << json.error().what();
  const Json::Array& rows = *json->find("measurements")->array();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(*rows[0].find("items")->number(), 11);
  EXPECT_EQ(rows[1].find("pearson")->number(), nullptr);
  EXPECT_NE(markdown.find("| predictor | share |\n|---|---|\n| model | 0.5 |"), std::string::npos);
  EXPECT_EQ(*(*json->find("tables")->array())[0].find("title")->string(), "Right");
  EXPECT_EQ(*json->find("milliseconds_per_window")->number(), 12.5);
  EXPECT_TRUE(json->find("human_correlation")->array()->empty());
}

TEST(EvaluationReport, RanksWhoPlayedByTheirMeans) {
  EvaluationInput input;
  input.targets = {"a"};
  input.predictors = {{"model", {{}}}};
  std::vector<std::string> who;
  // Six DJs with two items each; the model swaps the best two.
  for (int dj = 0; dj < 6; ++dj) {
    for (const double wobble : {-0.05, 0.05}) {
      input.truth.resize(1);
      input.truth[0].push_back(dj / 10.0 + wobble);
      input.predictors[0].scores[0].push_back((dj < 4 ? dj : 9 - dj) / 10.0 - wobble);
      who.push_back("dj-" + std::to_string(dj));
    }
  }
  const std::vector<Ranking> found = rankings(input, who);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ranked, 6U);
  EXPECT_NEAR(found[0].kendall, 13.0 / 15, 1e-9) << "one of 15 pairs is swapped";
  EXPECT_LT(found[0].p, 0.05);
  ASSERT_EQ(found[0].top.size(), 3U);
  EXPECT_DOUBLE_EQ(found[0].top[0].second, 1) << "the best three are the same, in another order";
  EXPECT_TRUE(std::isnan(found[0].top[1].second)) << "five of six say nothing";
}

}  // namespace
}  // namespace dju::learning
