#include "mixing/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/random.h"

namespace dju::bench {
namespace {

using arena::quantile;

template <typename Get>
std::vector<double> all(const std::vector<PairFigures>& pairs, Get get) {
  std::vector<double> values;
  for (const PairFigures& pair : pairs) {
    const std::optional<double> value = get(pair);
    if (value) values.push_back(*value);
  }
  return values;
}

std::string text(const std::optional<double>& value, const char* form = "{:.2f}") {
  return value ? fmt::format(fmt::runtime(form), *value) : "-";
}

std::optional<double> mean(const std::vector<double>& values) {
  if (values.empty()) return {};
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

template <typename Get>
std::string share(const std::vector<PairFigures>& pairs, Get get) {
  std::vector<double> values;
  for (const PairFigures& pair : pairs) {
    const std::optional<bool> holds = get(pair);
    if (holds) values.push_back(*holds ? 100 : 0);
  }
  return values.empty() ? "-" : fmt::format("{:.1f}", *mean(values));
}

}  // namespace

std::string heading() {
  return fmt::format(
      "{:<26} {:>5} {:>8} {:>8} {:>8} {:>7} {:>7} {:>6} {:>7} {:>7} {:>7} {:>6} {:>6}", "", "pairs",
      "matched", "med ms", "p95 ms", "phrase%", "bar%", "wrecks", "peak dB", "step LU", "heard",
      "bass s", "score");
}

std::string row(const std::string& name, const std::vector<PairFigures>& pairs) {
  std::vector<double> offsets;
  std::size_t matched = 0, wrecks = 0;
  double peak = -120;
  for (const PairFigures& pair : pairs) {
    offsets.insert(offsets.end(), pair.offsetsMs.begin(), pair.offsetsMs.end());
    matched += pair.matched ? 1 : 0;
    wrecks += pair.wreck ? 1 : 0;
    peak = std::max(peak, pair.truePeakDbtp);
  }
  const auto magnitude = [](const std::optional<double>& value) {
    return value ? std::optional(std::abs(*value)) : value;
  };
  const auto steps = all(pairs, [&](const PairFigures& pair) { return magnitude(pair.stepLu); });
  const auto heard =
      all(pairs, [&](const PairFigures& pair) { return magnitude(pair.heardStepLu); });
  return fmt::format(
      "{:<26} {:>5} {:>8} {:>8} {:>8} {:>7} {:>7} {:>6} {:>7.2f} {:>7} {:>7} {:>6} {:>6}", name,
      pairs.size(), matched, text(quantile(offsets, 0.5)), text(quantile(offsets, 0.95)),
      share(pairs, [](const PairFigures& pair) { return pair.phraseAligned; }),
      share(pairs, [](const PairFigures& pair) { return pair.barAligned; }), wrecks, peak,
      text(quantile(steps, 0.95)), text(quantile(heard, 0.5)),
      text(mean(
          all(pairs, [](const PairFigures& p) { return std::optional(p.doubleBassSeconds); }))),
      text(mean(all(pairs, [](const PairFigures& pair) { return pair.score; })), "{:.3f}"));
}

std::string styles(const std::vector<PairFigures>& pairs) {
  std::array<int, mixer::kStyleNames.size()> counts{};
  for (const PairFigures& pair : pairs) ++counts[static_cast<std::size_t>(pair.style)];
  std::string line;
  for (std::size_t style = 0; style < counts.size(); ++style) {
    if (counts[style] == 0) continue;
    line +=
        fmt::format("{}{} {}", line.empty() ? "" : ", ", mixer::kStyleNames[style], counts[style]);
  }
  return line;
}

MeanWithin meanWithin(const std::vector<double>& values) {
  Random random(1);
  std::vector<double> means;
  for (int draw = 0; draw < 2000; ++draw) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      sum += values[static_cast<std::size_t>(random.below(static_cast<int>(values.size())))];
    means.push_back(sum / static_cast<double>(values.size()));
  }
  return {*mean(values), *quantile(means, 0.025), *quantile(means, 0.975)};
}

std::string scoreDifference(const std::vector<PairFigures>& a, const std::vector<PairFigures>& b) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].score && b[i].score) differences.push_back(*a[i].score - *b[i].score);
  }
  if (differences.empty()) return "-";
  const MeanWithin all = meanWithin(differences);
  return fmt::format("{:+.3f} [{:+.3f}, {:+.3f}] over {} pairs", all.mean, all.low, all.high,
                     differences.size());
}

}  // namespace dju::bench
