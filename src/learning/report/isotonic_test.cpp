#include "learning/report/isotonic.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace dju::learning {
namespace {

TEST(IsotonicCurve, PoolsWhatFalls) {
  // 1, 3, 2, 4: the middle two become 2.5 at 1.5.
  const IsotonicCurve curve =
      IsotonicCurve::fit(std::vector<double>{3, 0, 1, 2}, std::vector<double>{4, 1, 3, 2});
  EXPECT_EQ(curve.x(), (std::vector<double>{0, 1.5, 3}));
  EXPECT_EQ(curve.y(), (std::vector<double>{1, 2.5, 4}));
  EXPECT_DOUBLE_EQ(curve(0.75), 1.75);
  EXPECT_DOUBLE_EQ(curve(-9), 1);
  EXPECT_DOUBLE_EQ(curve(9), 4);
}

TEST(IsotonicCurve, WhatOnlyFallsBecomesItsMean) {
  const IsotonicCurve curve =
      IsotonicCurve::fit(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 1});
  EXPECT_DOUBLE_EQ(curve(0), 2);
  EXPECT_DOUBLE_EQ(curve(5), 2);
}

TEST(IsotonicCurve, CornersThatMakeNoneAreRefused) {
  EXPECT_THROW(IsotonicCurve({}, {}), Error);
  EXPECT_THROW(IsotonicCurve({1, 2}, {1}), Error);
  EXPECT_THROW(IsotonicCurve({1, 2}, {2, 1}), Error);
}

}  // namespace
}  // namespace dju::learning
