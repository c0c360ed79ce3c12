#include "arena/gate/gate.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace dju::arena {
namespace {

// Of those that have the figure; 0 of none.
template <typename Get>
double mean(const std::vector<PairFigures>& pairs, Get get) {
  double sum = 0, count = 0;
  for (const PairFigures& pair : pairs) {
    const std::optional<double> value = get(pair);
    if (!value) continue;
    sum += *value;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

double offsetQuantile(const std::vector<PairFigures>& pairs, double share) {
  std::vector<double> offsets;
  for (const PairFigures& pair : pairs)
    offsets.insert(offsets.end(), pair.offsetsMs.begin(), pair.offsetsMs.end());
  return quantile(std::move(offsets), share).value_or(0);
}

double stepQuantile(const std::vector<PairFigures>& pairs) {
  std::vector<double> steps;
  for (const PairFigures& pair : pairs) {
    if (pair.stepLu) steps.push_back(std::abs(*pair.stepLu));
  }
  return quantile(std::move(steps), 0.95).value_or(0);
}

std::optional<double> asPercent(const std::optional<bool>& holds) {
  if (!holds) return {};
  return *holds ? 100.0 : 0.0;
}

struct Measure {
  std::string_view name, unit;
  Better better;
  double margin;
  double (*of)(const std::vector<PairFigures>& pairs);
};

using Pairs = std::vector<PairFigures>;
constexpr Measure kMeasures[] = {
    {"beat offset, median", "ms", Better::kLower, 1,
     [](const Pairs& pairs) { return offsetQuantile(pairs, 0.5); }},
    {"beat offset, 95 %", "ms", Better::kLower, 4,
     [](const Pairs& pairs) { return offsetQuantile(pairs, 0.95); }},
    {"phrases aligned", "%", Better::kHigher, 5,
     [](const Pairs& pairs) {
       return mean(pairs, [](const PairFigures& pair) { return asPercent(pair.phraseAligned); });
     }},
    {"train wrecks", "%", Better::kLower, 0,
     [](const Pairs& pairs) {
       return mean(pairs,
                   [](const PairFigures& pair) { return std::optional(pair.wreck ? 100.0 : 0.0); });
     }},
    {"loudness step, 95 %", "LU", Better::kLower, 0.5, stepQuantile},
    {"true peak, highest", "dBTP", Better::kLower, 0.5,
     [](const Pairs& pairs) {
       double peak = -120;
       for (const PairFigures& pair : pairs) peak = std::max(peak, pair.truePeakDbtp);
       return peak;
     }},
    {"double bass, mean", "s", Better::kLower, 1,
     [](const Pairs& pairs) {
       return mean(pairs,
                   [](const PairFigures& pair) { return std::optional(pair.doubleBassSeconds); });
     }},
    {"judge's score, mean", "", Better::kHigher, 0.03, [](const Pairs& pairs) {
       return mean(pairs, [](const PairFigures& pair) { return pair.score; });
     }}};

}  // namespace

bool GateReport::passed() const {
  return std::all_of(figures.begin(), figures.end(),
                     [](const GateFigure& figure) { return figure.passed(); });
}

GateReport gateReport(const std::vector<PairFigures>& before,
                      const std::vector<PairFigures>& after) {
  GateReport report;
  report.pairs = before.size();
  for (const Measure& measure : kMeasures)
    report.figures.push_back({measure.name, measure.unit, measure.better, measure.margin,
                              measure.of(before), measure.of(after)});
  return report;
}

GateReport compareVersions(const mixer::Contestant& before, const mixer::Contestant& after,
                           const GateQuestion& question,
                           const std::function<void(int, int)>& progress) {
  const std::vector<TrueRecord> records =
      synthesised(question.seed, question.genres, question.perGenre, question.seconds);
  Random random(question.seed);
  const auto any = [&] {
    return static_cast<std::size_t>(random.below(static_cast<int>(records.size())));
  };
  std::vector<PairFigures> old, fresh;
  while (static_cast<int>(old.size()) < question.pairs) {
    const std::size_t a = any(), b = any();
    const bool kin = records[a].genre == records[b].genre;
    if (a == b || kin != (old.size() % 4 != 3)) continue;
    old.push_back(measurePair(records[a], records[b], {}, before));
    fresh.push_back(measurePair(records[a], records[b], {}, after));
    progress(static_cast<int>(old.size()), question.pairs);
  }
  return gateReport(old, fresh);
}

}  // namespace dju::arena
