#include "music/tempo_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "music/onset.h"
#include "music/periodicity.h"

namespace dju::music {
namespace {

constexpr std::size_t kWindow = 2400;  // 12 s: four bars at 80 BPM
constexpr std::size_t kStep = 400;     // 2 s
// Only usual tempi, of which each has an octave here: 60 would hold for 120 as well as for 180.
constexpr double kLongestPeriod = 150;    // 80 BPM
constexpr double kSlowestPeriod = 200;    // 60 BPM, of half-time patterns
constexpr double kGrid = 0.005;           // of the logarithm, between two periods
constexpr std::size_t kPeriods = 169;     // down to 185 BPM
constexpr double kAgrees = 0.72;          // of a window's best comb
constexpr double kAgreeing = 0.9;         // share of windows under one tempo
constexpr double kLeastComb = 0.12;       // a window below has no rhythm to speak of
constexpr double kJump = 2.5;             // windows' worth of evidence for another tempo
constexpr double kSlide = 0.12;           // for each grid step of a gradual change
constexpr int kLargestSlide = 4;          // 2 % in 2 s
constexpr std::size_t kLeastSection = 5;  // windows

double periodOf(std::size_t index) {
  return kLongestPeriod * std::exp(-kGrid * static_cast<double>(index));
}

// How well each period explains a window, against the best of these and their slower octaves; all
// zero for a window without rhythm.
using Scores = std::array<float, kPeriods>;

double combOf(const Periodicity& periodicity, double period) {
  double sum = 0;
  for (const double beats : {1.0, 2.0, 3.0, 4.0}) {
    const double reach = 0.5 * kGrid * beats * period + 0.5;  // the grid is coarser than a peak
    sum += periodicity.peak(beats * period, reach);
  }
  return std::max(0.0, sum / 4);
}

Scores scoresOf(std::span<const float> window) {
  Scores out{};
  const Periodicity periodicity(window, static_cast<std::size_t>(kSlowestPeriod * 4.2));
  if (periodicity.silent()) return out;
  float best = 0;
  for (double period = kSlowestPeriod; period > kLongestPeriod; period *= 1 - kGrid)
    best = std::max(best, static_cast<float>(combOf(periodicity, period)));
  for (std::size_t i = 0; i < kPeriods; ++i) {
    out[i] = static_cast<float>(combOf(periodicity, periodOf(i)));
    best = std::max(best, out[i]);
  }
  for (float& value : out) value = best < kLeastComb ? 0 : value / best;
  return out;
}

// The period under which most windows agree, and whether enough do.
struct Constant {
  std::size_t index = 0;
  bool holds = false;
};

Constant constantTempo(const std::vector<Scores>& windows) {
  Constant best;
  double bestSum = 0, rhythmic = 0;
  for (const Scores& scores : windows)
    rhythmic += *std::max_element(scores.begin(), scores.end()) > 0 ? 1 : 0;
  for (std::size_t i = 1; i + 1 < kPeriods; ++i) {
    double sum = 0, agreeing = 0;
    for (const Scores& scores : windows) {
      const float score = std::max({scores[i - 1], scores[i], scores[i + 1]});
      sum += scores[i];
      agreeing += score >= kAgrees ? 1 : 0;
    }
    const bool holds = agreeing >= kAgreeing * rhythmic;
    if (holds < best.holds || (holds == best.holds && sum <= bestSum)) continue;
    bestSum = sum;
    best = {i, holds};
  }
  return best;
}

// The periods of all windows that pass most score for the fewest changes (Viterbi).
std::vector<std::size_t> path(const std::vector<Scores>& windows) {
  std::vector<std::array<std::uint16_t, kPeriods>> from(windows.size());
  std::array<double, kPeriods> score{}, next{};
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const auto top =
        static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
    for (std::size_t i = 0; i < kPeriods; ++i) {
      double best = score[top] - kJump;
      std::size_t source = top;
      for (int slide = -kLargestSlide; slide <= kLargestSlide; ++slide) {
        const std::int64_t other = static_cast<std::int64_t>(i) + slide;
        if (other < 0 || other >= static_cast<std::int64_t>(kPeriods)) continue;
        const double value = score[static_cast<std::size_t>(other)] - kSlide * std::abs(slide);
        if (value <= best) continue;
        best = value;
        source = static_cast<std::size_t>(other);
      }
      next[i] = best + static_cast<double>(windows[w][i]);
      from[w][i] = static_cast<std::uint16_t>(source);
    }
    std::swap(score, next);
  }
  std::vector<std::size_t> out(windows.size());
  std::size_t state =
      static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
  for (std::size_t w = windows.size(); w-- > 0;) {
    out[w] = state;
    state = from[w][state];
  }
  return out;
}

// Whether a section of windows would also repeat at another's period.
bool agrees(const std::vector<Scores>& windows, std::size_t begin, std::size_t end,
            std::size_t index) {
  double sum = 0, rhythmic = 0;
  for (std::size_t w = begin; w < end; ++w) {
    const std::size_t low = index > 0 ? index - 1 : 0, high = std::min(index + 1, kPeriods - 1);
    sum += *std::max_element(windows[w].begin() + static_cast<std::ptrdiff_t>(low),
                             windows[w].begin() + static_cast<std::ptrdiff_t>(high + 1));
    rhythmic += *std::max_element(windows[w].begin(), windows[w].end()) > 0 ? 1 : 0;
  }
  return sum >= kAgrees * rhythmic;
}

struct Run {
  std::size_t begin, end, index;  // windows
};

std::vector<Run> runsOf(const std::vector<Scores>& windows, const std::vector<std::size_t>& path) {
  std::vector<Run> runs;
  for (std::size_t w = 0; w < path.size(); ++w) {
    const bool same = !runs.empty() && std::abs(static_cast<int>(path[w]) -
                                                static_cast<int>(runs.back().index)) <= 1;
    if (same) {
      runs.back().end = w + 1;
    } else {
      runs.push_back({w, w + 1, path[w]});
    }
  }
  std::vector<Run> out;
  for (const Run& run : runs) {
    const bool close = !out.empty() && std::abs(static_cast<int>(run.index) -
                                                static_cast<int>(out.back().index)) <= 1;
    // A rhythm that merely prefers another multiple is no change of tempo.
    const bool ratio = !out.empty() && agrees(windows, run.begin, run.end, out.back().index);
    const bool brief = !out.empty() && run.end - run.begin < kLeastSection;
    if (close || ratio || brief) {
      out.back().end = run.end;
    } else {
      out.push_back(run);
    }
  }
  return out;
}

}  // namespace

std::vector<TempoSection> tempoSections(const std::vector<float>& onset) {
  if (onset.size() < kWindow + 2 * kStep) return {{0, onset.size(), 0}};
  std::vector<Scores> windows;
  for (std::size_t from = 0; from + kWindow <= onset.size(); from += kStep)
    windows.push_back(scoresOf(std::span(onset).subspan(from, kWindow)));
  const Constant constant = constantTempo(windows);
  if (constant.holds) return {{0, onset.size(), periodOf(constant.index)}};
  std::vector<TempoSection> out;
  for (const Run& run : runsOf(windows, path(windows))) {
    // A window speaks for its middle.
    const std::size_t from = out.empty() ? 0 : run.begin * kStep + kWindow / 2 - kStep / 2;
    if (!out.empty()) out.back().to = from;
    out.push_back({from, onset.size(), periodOf(run.index)});
  }
  return out;
}

}  // namespace dju::music
