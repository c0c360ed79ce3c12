// Curves as SVG that opens in any browser and reads in light and dark. Plain values; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dju::learning {

struct LineSeries {
  std::string name;
  std::vector<std::pair<double, double>> points;  // x rising
};

struct LineChart {
  std::string title, xLabel, yLabel;
  std::vector<LineSeries> series;  // up to six keep different colours
};

// Points that are not finite are left out. A chart without points says so.
std::string svgOf(const LineChart& chart);

}  // namespace dju::learning
