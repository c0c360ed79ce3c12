#include "engine/dsp/math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dju::engine {
namespace {

TEST(Math, StatedErrorsHold) {
  for (int i = -100000; i <= 100000; ++i) {
    const double x = i * 1e-3 + 1e-5;
    ASSERT_NEAR(sine(x), static_cast<double>(std::sin(static_cast<long double>(x))), 1e-13) << x;
    ASSERT_NEAR(cosine(x), static_cast<double>(std::cos(static_cast<long double>(x))), 1e-13) << x;
    const double power = std::exp2(x);
    ASSERT_NEAR(exp2(x), power, power * 1e-14) << x;
    const double large = std::exp2(9.9 * x);
    ASSERT_NEAR(exp2(9.9 * x), large, large * 1e-14) << x;
  }
  for (double x = 1e-300; x < 1e300; x *= 1.37) ASSERT_NEAR(log2(x), std::log2(x), 1e-13) << x;
}

TEST(Math, EdgesAreNumbers) {
  EXPECT_EQ(exp2(0), 1);
  EXPECT_EQ(exp2(-2000), 0);
  EXPECT_EQ(log2(0), 0);
  EXPECT_EQ(log2(-1), 0);
  EXPECT_EQ(log2(8), 3);
  EXPECT_EQ(sine(0), 0);
  EXPECT_EQ(dbToGain(0), 1);
  EXPECT_EQ(floorToInt(-0.5), -1);
  EXPECT_EQ(floorToInt(-1.0), -1);
  EXPECT_EQ(floorToInt(2.999), 2);
}

}  // namespace
}  // namespace dju::engine
