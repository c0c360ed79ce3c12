#include "analysis/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

namespace dju::bench {
namespace {

constexpr double kBeatWindow = 0.07;            // s
constexpr double kContinuityTolerance = 0.175;  // of the period
constexpr double kTempoTolerance = 0.04;

FMeasure fromShares(double precision, double recall) {
  const double sum = precision + recall;
  return {precision, recall, sum > 0 ? 2 * precision * recall / sum : 0};
}

std::size_t nearestIndex(const std::vector<double>& times, double time) {
  const auto after = std::lower_bound(times.begin(), times.end(), time);
  if (after == times.begin()) return 0;
  const auto index = static_cast<std::size_t>(after - times.begin());
  if (after == times.end()) return index - 1;
  return time - times[index - 1] <= times[index] - time ? index - 1 : index;
}

// The period at `index`: to the next one where there is none before, else from the one before.
double periodAt(const std::vector<double>& times, std::size_t index, bool forward) {
  if (times.size() < 2) return 0;
  if ((forward || index == 0) && index + 1 < times.size()) return times[index + 1] - times[index];
  return times[index] - times[index - 1];
}

bool continues(const std::vector<double>& truth, std::size_t nearest,
               const std::vector<double>& found, std::size_t index) {
  const bool first = index == 0 || nearest == 0;
  const double truePeriod = periodAt(truth, nearest, first);
  const double period = periodAt(found, index, first);
  if (truePeriod <= 0) return false;
  const double phase = std::fabs(found[index] - truth[nearest]) / truePeriod;
  return phase < kContinuityTolerance && std::fabs(1 - period / truePeriod) < kContinuityTolerance;
}

struct Runs {
  double longest = 0, total = 0;
};

Runs runsAtLevel(const std::vector<double>& truth, const std::vector<double>& found) {
  if (truth.size() < 2 || found.size() < 2) return {};
  std::vector<bool> used(truth.size(), false);
  std::size_t run = 0, longest = 0, total = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t nearest = nearestIndex(truth, found[i]);
    const bool right = !used[nearest] && continues(truth, nearest, found, i);
    if (right) used[nearest] = true;
    run = right ? run + 1 : 0;
    total += right ? 1 : 0;
    longest = std::max(longest, run);
  }
  const auto all = static_cast<double>(std::max(truth.size(), found.size()));
  return {static_cast<double>(longest) / all, static_cast<double>(total) / all};
}

std::vector<double> everySecond(const std::vector<double>& times, std::size_t from) {
  std::vector<double> some;
  for (std::size_t i = from; i < times.size(); i += 2) some.push_back(times[i]);
  return some;
}

std::vector<double> withMiddles(const std::vector<double>& times) {
  std::vector<double> twice;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i > 0) twice.push_back((times[i - 1] + times[i]) / 2);
    twice.push_back(times[i]);
  }
  return twice;
}

std::vector<Interval> merged(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.start < b.start; });
  std::vector<Interval> out;
  for (const Interval& each : intervals) {
    if (each.end <= each.start) continue;
    if (!out.empty() && each.start <= out.back().end) {
      out.back().end = std::max(out.back().end, each.end);
    } else {
      out.push_back(each);
    }
  }
  return out;
}

double lengthOf(const std::vector<Interval>& intervals) {
  double sum = 0;
  for (const Interval& each : intervals) sum += each.end - each.start;
  return sum;
}

// Ranks from 1, equal values share their mean.
std::vector<double> ranksOf(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && values[order[to]] <= values[order[from]]) ++to;
    const double rank = (static_cast<double>(from + to) + 1) / 2;
    for (std::size_t i = from; i < to; ++i) ranks[order[i]] = rank;
    from = to;
  }
  return ranks;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  const double meanA = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double meanB = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) * (a[i] - meanA);
    bb += (b[i] - meanB) * (b[i] - meanB);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// Mean of a step curve over [from, to).
double meanOver(const Curve& curve, double from, double to) {
  double sum = 0, seconds = 0;
  for (std::size_t i = 0; i < curve.times.size(); ++i) {
    const double begin = std::max(from, curve.times[i]);
    const double next = i + 1 < curve.times.size() ? curve.times[i + 1] : to;
    const double end = std::min(to, next);
    if (end <= begin) continue;
    sum += curve.values[i] * (end - begin);
    seconds += end - begin;
  }
  return seconds > 0 ? sum / seconds : 0;
}

}  // namespace

FMeasure eventF(const std::vector<double>& truth, const std::vector<double>& found, double window) {
  // Times come from decimal files: an event exactly at the edge of the window belongs to it.
  const double reach = window + 1e-9;
  std::size_t hits = 0, j = 0;
  for (const double time : truth) {
    while (j < found.size() && found[j] < time - reach) ++j;
    if (j < found.size() && found[j] <= time + reach) {
      ++hits;
      ++j;
    }
  }
  if (truth.empty() && found.empty()) return {1, 1, 1};
  if (truth.empty() || found.empty()) return {};
  return fromShares(static_cast<double>(hits) / static_cast<double>(found.size()),
                    static_cast<double>(hits) / static_cast<double>(truth.size()));
}

Continuity continuity(const std::vector<double>& truth, const std::vector<double>& found) {
  const std::vector<double> twice = withMiddles(truth);
  const std::array<std::vector<double>, 5> levels = {truth, everySecond(twice, 1), twice,
                                                     everySecond(truth, 0), everySecond(truth, 1)};
  Continuity best;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Runs runs = runsAtLevel(levels[i], found);
    if (i == 0) {
      best.cmlC = runs.longest;
      best.cmlT = runs.total;
    }
    best.amlC = std::max(best.amlC, runs.longest);
    best.amlT = std::max(best.amlT, runs.total);
  }
  return best;
}

double medianOffset(const std::vector<double>& truth, const std::vector<double>& found) {
  std::vector<double> errors;
  for (const double time : truth) {
    const double error = nearestError(found, time);
    if (std::fabs(error) <= kBeatWindow) errors.push_back(error);
  }
  if (errors.empty()) return 0;
  const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
  std::nth_element(errors.begin(), middle, errors.end());
  return *middle;
}

double nearestError(const std::vector<double>& found, double time) {
  if (found.empty()) return std::numeric_limits<double>::infinity();
  return found[nearestIndex(found, time)] - time;
}

TempoScore tempoScore(double truthBpm, double alternativeBpm, double foundBpm) {
  TempoScore score;
  if (truthBpm <= 0 || foundBpm <= 0) return score;
  const auto within = [&](double bpm) {
    return bpm > 0 && std::fabs(foundBpm / bpm - 1) <= kTempoTolerance;
  };
  score.strict = within(truthBpm) || within(alternativeBpm);
  double closest = std::numeric_limits<double>::infinity();
  for (const double factor : {1.0, 2.0, 3.0, 1.0 / 2, 1.0 / 3}) {
    for (const double bpm : {truthBpm * factor, alternativeBpm * factor}) {
      if (within(bpm)) closest = std::min(closest, std::fabs(foundBpm - bpm));
    }
  }
  score.octave = std::isfinite(closest);
  if (score.octave) score.errorBpm = closest;
  return score;
}

FMeasure intervalF(const std::vector<Interval>& truth, const std::vector<Interval>& found) {
  const std::vector<Interval> a = merged(truth);
  const std::vector<Interval> b = merged(found);
  if (a.empty() && b.empty()) return {1, 1, 1};
  if (a.empty() || b.empty()) return {};
  double both = 0;
  for (const Interval& one : a) {
    for (const Interval& other : b) {
      both += std::max(0.0, std::min(one.end, other.end) - std::max(one.start, other.start));
    }
  }
  return fromShares(both / lengthOf(b), both / lengthOf(a));
}

FMeasure boundaryF(const std::vector<LabelledSection>& truth,
                   const std::vector<LabelledSection>& found, double window) {
  const auto starts = [](const std::vector<LabelledSection>& sections) {
    std::vector<double> times;
    for (std::size_t i = 1; i < sections.size(); ++i) times.push_back(sections[i].start);
    return times;
  };
  return eventF(starts(truth), starts(found), window);
}

double labelAgreement(const std::vector<LabelledSection>& truth,
                      const std::vector<LabelledSection>& found) {
  double same = 0, all = 0;
  for (const LabelledSection& one : truth) {
    all += one.end - one.start;
    for (const LabelledSection& other : found) {
      if (one.label != other.label) continue;
      same += std::max(0.0, std::min(one.end, other.end) - std::max(one.start, other.start));
    }
  }
  return all > 0 ? same / all : 0;
}

double rankCorrelation(const Curve& truth, const Curve& found) {
  if (truth.times.size() < 2 || found.times.empty()) return 0;
  std::vector<double> means;
  const double lastStep = truth.times.back() - truth.times[truth.times.size() - 2];
  for (std::size_t i = 0; i < truth.times.size(); ++i) {
    const double end = i + 1 < truth.times.size() ? truth.times[i + 1] : truth.times[i] + lastStep;
    means.push_back(meanOver(found, truth.times[i], end));
  }
  return correlation(ranksOf(truth.values), ranksOf(means));
}

int Confusion::total() const {
  int sum = 0;
  for (const auto& [pair, count] : counts_) sum += count;
  return sum;
}

double Confusion::accuracy() const {
  int right = 0;
  for (const auto& [pair, count] : counts_) right += pair.first == pair.second ? count : 0;
  const int all = total();
  return all > 0 ? static_cast<double>(right) / all : 0;
}

std::string Confusion::table() const {
  std::set<std::string> rows, columns;
  for (const auto& [pair, count] : counts_) {
    rows.insert(pair.first);
    columns.insert(pair.second);
  }
  std::string text = fmt::format("{:16}", "is \\ was called");
  for (const std::string& column : columns) text += fmt::format(" {:>13}", column);
  text += '\n';
  for (const std::string& row : rows) {
    text += fmt::format("{:16}", row);
    for (const std::string& column : columns) {
      const auto count = counts_.find({row, column});
      text += fmt::format(" {:>13}", count == counts_.end() ? 0 : count->second);
    }
    text += '\n';
  }
  return text;
}

}  // namespace dju::bench
