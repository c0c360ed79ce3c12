// The plot of the misses as SVG: a strip a piece, time to the right, error upwards.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "analysis/metrics.h"
#include "analysis/results.h"
#include "core/error.h"

namespace dju::bench {
namespace {

constexpr double kLabel = 190, kPlot = 900, kRow = 46, kHalf = 17, kTop = 62;  // px
constexpr double kScaleMs = 100;  // at a strip's edge; what is further off is drawn there
constexpr double kNarrowMs = 20, kWideMs = 70;

double scoreOf(const Outcome& outcome, std::string_view id) {
  const auto score = outcome.scores.find(id);
  return score == outcome.scores.end() ? 0 : score->second;
}

std::string_view colourOf(double errorMs) {
  const double size = std::fabs(errorMs);
  return size <= kNarrowMs ? "#2b7a4b" : size <= kWideMs ? "#d08a00" : "#c8102e";
}

std::string strip(const Outcome& outcome, double middle, double seconds) {
  std::string svg;
  const auto x = [&](double time) { return kLabel + kPlot * time / seconds; };
  for (const double ms : {kWideMs, kNarrowMs}) {
    const double height = 2 * kHalf * ms / kScaleMs;
    svg += fmt::format(R"(<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}" fill="{}"/>)"
                       "\n",
                       kLabel, middle - height / 2, kPlot, height,
                       ms > kNarrowMs ? "#f4f4f4" : "#e3efe7");
  }
  for (const double time : outcome.truth.beats) {
    const double error = 1000 * nearestError(outcome.answer.beats, time);
    const double y = middle - kHalf * std::clamp(error, -kScaleMs, kScaleMs) / kScaleMs;
    svg += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="1.8" fill="{}"/>)"
                       "\n",
                       x(time), y, colourOf(error));
  }
  for (const double time : outcome.answer.beats) {
    if (std::fabs(nearestError(outcome.truth.beats, time)) * 1000 <= kWideMs) continue;
    svg += fmt::format(R"(<path d="M{:.1f} {:.1f}v4" stroke="#5b5bd6"/>)"
                       "\n",
                       x(time), middle + kHalf + 1);
  }
  svg += fmt::format(R"(<text x="8" y="{:.1f}">{}</text>)"
                     "\n",
                     middle - 2, outcome.piece);
  svg += fmt::format(R"(<text x="8" y="{:.1f}" class="s">F70 {:.2f} F20 {:.2f} AMLt {:.2f}</text>)"
                     "\n",
                     middle + 12, scoreOf(outcome, "f70"), scoreOf(outcome, "f20"),
                     scoreOf(outcome, "amlt"));
  return svg;
}

std::string timeAxis(double seconds, double bottom) {
  std::string svg;
  for (double time = 0; time <= seconds; time += 10) {
    const double x = kLabel + kPlot * time / seconds;
    svg += fmt::format(R"(<path d="M{0:.1f} {1}V{2:.1f}" stroke="#cccccc"/>)"
                       "\n",
                       x, kTop - 8, bottom);
    svg += fmt::format(R"(<text x="{:.1f}" y="{}" class="s" text-anchor="middle">{:.0f} s</text>)"
                       "\n",
                       x, kTop - 12, time);
  }
  return svg;
}

}  // namespace

void writePlot(const std::filesystem::path& path, const std::string& system,
               const std::vector<Outcome>& outcomes) {
  std::vector<const Outcome*> pieces;
  double seconds = 1;
  for (const Outcome& outcome : outcomes) {
    if (outcome.system != system || !outcome.scores.contains("f70")) continue;
    pieces.push_back(&outcome);
    for (const double time : outcome.truth.beats) seconds = std::max(seconds, time);
  }
  if (pieces.empty()) return;
  seconds = 10 * std::ceil(seconds / 10);
  std::stable_sort(pieces.begin(), pieces.end(), [](const Outcome* a, const Outcome* b) {
    return scoreOf(*a, "f70") < scoreOf(*b, "f70");
  });
  const double bottom = kTop + kRow * static_cast<double>(pieces.size());
  std::ofstream out(path);
  out << fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}">)"
      "\n<style>text{{font:12px "
      "sans-serif;fill:#222222}}.s{{font-size:10px;fill:#666666}}</style>\n"
      R"(<rect width="100%" height="100%" fill="#ffffff"/>)"
      "\n<text x=\"8\" y=\"20\">{2}: error of the beats, worst piece first</text>\n"
      "<text x=\"8\" y=\"36\" class=\"s\">green within 20 ms, amber within 70 ms, red missed; late "
      "is "
      "up, a strip's edge is {3} ms; blue ticks: beats that are none</text>\n",
      kLabel + kPlot + 20, bottom + 12, system, kScaleMs);
  out << timeAxis(seconds, bottom);
  double middle = kTop + kRow / 2;
  for (const Outcome* piece : pieces) {
    out << strip(*piece, middle, seconds);
    middle += kRow;
  }
  out << "</svg>\n";
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, path.string() + ": cannot be written");
}

}  // namespace dju::bench
