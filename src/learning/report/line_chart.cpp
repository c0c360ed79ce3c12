#include "learning/report/line_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

namespace dju::learning {
namespace {

constexpr double kWidth = 720, kHeight = 400;
constexpr double kLeft = 64, kRight = 24, kTop = 44, kBottom = 52;
// Okabe and Ito's colours, told apart also by people who see fewer.
constexpr std::array<std::string_view, 6> kColours = {"#0072b2", "#d55e00", "#009e73",
                                                      "#cc79a7", "#e69f00", "#56b4e9"};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

struct Axis {
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
  // 1, 2 or 5 times a power of ten, four to eight of them over the axis.
  double step() const {
    const double rough = (high - low) / 5;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double lead = rough / power;
    return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
  }
  void widenToSteps() {
    if (high - low < 1e-12) {
      high += 0.5;
      low -= 0.5;
    }
    const double by = step();
    low = std::floor(low / by) * by;
    high = std::ceil(high / by) * by;
  }
};

struct Frame {
  Axis x, y;
  double toX(double value) const {
    return kLeft + (value - x.low) / (x.high - x.low) * (kWidth - kLeft - kRight);
  }
  double toY(double value) const {
    return kHeight - kBottom - (value - y.low) / (y.high - y.low) * (kHeight - kTop - kBottom);
  }
};

std::string textAt(double x, double y, std::string_view anchor, std::string_view text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" +
         std::string(anchor) + "\">" + escaped(text) + "</text>\n";
}

std::string grid(const Frame& frame) {
  std::string out;
  const double yStep = frame.y.step();
  for (double y = frame.y.low; y <= frame.y.high + yStep / 2; y += yStep) {
    out += "<path class=\"grid\" d=\"M" + number(kLeft) + " " + number(frame.toY(y)) + "H" +
           number(kWidth - kRight) + "\"/>\n" +
           textAt(kLeft - 8, frame.toY(y) + 4, "end", number(std::fabs(y) < yStep / 1e6 ? 0 : y));
  }
  const double xStep = frame.x.step();
  for (double x = frame.x.low; x <= frame.x.high + xStep / 2; x += xStep)
    out += textAt(frame.toX(x), kHeight - kBottom + 18, "middle",
                  number(std::fabs(x) < xStep / 1e6 ? 0 : x));
  return out;
}

std::string curve(const LineSeries& series, const Frame& frame, std::string_view colour) {
  std::string path;
  for (const auto& [x, y] : series.points) {
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    path.append(path.empty() ? "M" : "L").append(number(frame.toX(x)));
    path.append(" ").append(number(frame.toY(y)));
  }
  return "<path fill=\"none\" stroke-width=\"2\" stroke=\"" + std::string(colour) + "\" d=\"" +
         path + "\"/>\n";
}

}  // namespace

std::string svgOf(const LineChart& chart) {
  Frame frame;
  for (const LineSeries& series : chart.series) {
    for (const auto& [x, y] : series.points) {
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      frame.x.take(x);
      frame.y.take(y);
    }
  }
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(kWidth) +
                    " " + number(kHeight) +
                    "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<style>text{fill:#222}.grid{stroke:#8884}svg{background:#fff}"
                    "@media(prefers-color-scheme:dark){text{fill:#ddd}svg{background:#111}}"
                    "</style>\n" +
                    textAt(kLeft, 20, "start", chart.title);
  if (frame.x.empty())
    return svg + textAt(kWidth / 2, kHeight / 2, "middle", "no points") + "</svg>\n";
  frame.x.widenToSteps();
  frame.y.widenToSteps();
  svg += grid(frame) + textAt(kWidth / 2, kHeight - 12, "middle", chart.xLabel) +
         textAt(kLeft, 38, "start", chart.yLabel);
  double legend = kWidth - kRight;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string_view colour = kColours[i % kColours.size()];
    svg += curve(chart.series[i], frame, colour) + "<text x=\"" + number(legend) + "\" y=\"" +
           number(20 + 16 * static_cast<double>(i)) +
           "\" text-anchor=\"end\" style=\"fill:" + std::string(colour) + "\">" +
           escaped(chart.series[i].name) + "</text>\n";
  }
  return svg + "</svg>\n";
}

}  // namespace dju::learning
