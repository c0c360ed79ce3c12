#include "learning/report/class_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dju::learning {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(ChoiceTables, CountTheLikeliestNameWhereTheTruthIsKnown) {
  EvaluationInput input;
  input.targets = {"house", "trance"};
  // Four items, the last one unknown; the model is right about the first two.
  input.truth = {{1, 0, 1, kNaN}, {0, 1, 0, kNaN}};
  input.predictors = {{"model", {{0.9, 0.4, 0.3, 0.9}, {0.1, 0.6, 0.7, 0.1}}}};
  input.groups = {"a", "b", "c", "d"};
  const auto tables = choiceTables(input, {0, 2}, "Genre");
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].rows[0][1], "3");
  EXPECT_EQ(tables[0].rows[0][2], "0.667");
  EXPECT_EQ(tables[1].rows[0], (std::vector<std::string>{"house", "2", "0.500"}));
  EXPECT_EQ(tables[1].rows[1], (std::vector<std::string>{"trance", "1", "1.000"}));
}

// Of a window of 100 beats. True: at 20 to 50, at 20 to 50, none, none, at 20 to 50. Said: at its
// place; five beats off; none; one where none is; none.
TEST(TransitionsFound, CountOnesElsewhereAsMissedAndAsWrong) {
  EvaluationInput input;
  input.targets = {"start", "end", "none"};
  input.truth = {{.2, .2, kNaN, kNaN, .2}, {.5, .5, kNaN, kNaN, .5}, {0, 0, 1, 1, 0}};
  input.predictors = {{"model", {{.22, .25, .2, .2, .2}, {.53, .5, .5, .5, .5}, {0, 0, 1, 0, 1}}}};
  input.groups = {"a", "b", "c", "d", "e"};
  const ReportTable table = transitionsFoundTable(input, {0, 1, 2, 100}, 4);
  // One right, two wrong, two missed: 2 / (2 + 2 + 2).
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0][1], "5");
  EXPECT_EQ(table.rows[0][2], "0.333");
}

}  // namespace
}  // namespace dju::learning
