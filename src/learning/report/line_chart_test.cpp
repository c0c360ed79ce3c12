#include "learning/report/line_chart.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dju::learning {
namespace {

TEST(LineChart, PointsLieWhereTheAxesSay) {
  // x from 0 to 10 over 632 pixels from 64 on, y from 0 to 1 over 304 up from 348.
  const std::string svg = svgOf({"t", "x", "y", {{"a<b", {{0, 0}, {10, 1}}}}});
  EXPECT_NE(svg.find("d=\"M64 348L696 44\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("a&lt;b"), std::string::npos);
}

TEST(LineChart, WithoutPointsOrSpreadItStillStands) {
  EXPECT_NE(svgOf({"t", "x", "y", {{"a", {{NAN, 1}}}}}).find("no points"), std::string::npos);
  const std::string flat = svgOf({"t", "x", "y", {{"a", {{1, 2}, {1, 2}}}}});
  EXPECT_EQ(flat.find("nan"), std::string::npos);
  EXPECT_EQ(flat.find("inf"), std::string::npos);
}

}  // namespace
}  // namespace dju::learning
