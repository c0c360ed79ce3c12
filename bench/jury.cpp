// Does the judge see who is better? Pairs of three sizes of fault (jury/pairs.h), judged from
// telemetry: the share that is right with its 95 % interval (Wilson), by size and by fault; whether
// exchanged seats exchange the verdict; how far hands that are ±5 ms elsewhere move the totals; and
// the probabilityScale that the totals' differences ask for. Usage: bench_jury [PAIRS a size]
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

#include "judge/verdict.h"
#include "jury/pairs.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)
using jury::Pair;

// Every so many pairs are exchanged and jittered, too.
constexpr int kExchangedEach = 6;
constexpr double kJitterMs = 5;

judge::Ruling ruled(const Pair& pair, const jury::Playing& playing = {}) {
  const auto played = jury::play(pair, playing);
  const auto performance =
      judge::readPerformance(played.log, played.audio, played.tracks).valueOrThrow();
  return judge::verdictOf(performance, judge::standardRubric(), "back_to_back").battle;
}

struct Count {
  int right = 0, all = 0;
  std::vector<double> margins;  // of the better's total, in points of 100

  void add(double margin) {
    ++all;
    right += margin > 0 ? 1 : 0;
    margins.push_back(100 * margin);
  }
  // Wilson, "Probable inference ...", 1927.
  std::pair<double, double> interval() const {
    const double n = all, p = right / n, z = 1.96;
    const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return {100 * (middle - half), 100 * (middle + half)};
  }
  double medianMargin() const {
    std::vector<double> sorted = margins;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

void print(std::string_view what, const Count& count) {
  const auto [low, high] = count.interval();
  fmt::print("{:<44} {:3}/{:<3} {:5.1f} % ({:.1f} to {:.1f}), median margin {:.1f} points\n", what,
             count.right, count.all, 100.0 * count.right / count.all, low, high,
             count.medianMargin());
}

// The scale at which the verdicts' probabilities are likeliest, by golden sections of its
// logarithm.
double fittedScale(const std::vector<double>& margins) {
  const auto loss = [&](double logScale) {
    double sum = 0;
    for (const double margin : margins) sum += std::log1p(std::exp(-margin / std::exp(logScale)));
    return sum;
  };
  constexpr double kGolden = 0.618033988749895;
  double low = std::log(0.001), high = std::log(1.0);
  for (int i = 0; i < 60; ++i) {
    const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    (loss(a) < loss(b) ? high : low) = loss(a) < loss(b) ? b : a;
  }
  return std::exp((low + high) / 2);
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::max(6, std::atoi(argv[1])) : 102;
  std::vector<double> margins;
  int exchanged = 0, exact = 0;
  std::vector<double> good, faulty;  // points that jitter moves a total by
  for (std::size_t s = 0; s < jury::kSizes.size(); ++s) {
    Count all;
    std::map<jury::Fault, Count> byFault;
    for (int i = 0; i < pairs; ++i) {
      Pair pair;
      pair.size = static_cast<jury::Size>(s);
      pair.fault = static_cast<jury::Fault>(i % 6);
      pair.worse = i / 6 % 2;
      pair.seed = 1000 * (s + 1) + static_cast<std::uint64_t>(i);
      const judge::Ruling ruling = ruled(pair);
      const int better = 1 - pair.worse;
      const double margin = ruling.sides[better].total - ruling.sides[pair.worse].total;
      all.add(margin);
      byFault[pair.fault].add(margin);
      margins.push_back(margin);
      if (i % kExchangedEach != i / kExchangedEach % kExchangedEach) continue;
      const judge::Ruling other = ruled(pair, {true, 0});
      ++exchanged;
      // Up to the rounding of 1 - p.
      exact += std::abs(*other.probabilityA + *ruling.probabilityA - 1) < 1e-12 ? 1 : 0;
      const judge::Ruling moved = ruled(pair, {false, kJitterMs});
      for (int side = 0; side < judge::kSeats; ++side)
        (side == better ? good : faulty)
            .push_back(100 * std::abs(moved.sides[side].total - ruling.sides[side].total));
    }
    print(jury::kSizes[s], all);
    for (const auto& [fault, count] : byFault) {
      const jury::Range range = jury::rangeOf(fault, static_cast<jury::Size>(s));
      print(fmt::format("  {}, {:g} to {:g} {}", jury::kFaults[static_cast<std::size_t>(fault)],
                        range.from, range.to, range.unit),
            count);
    }
  }
  fmt::print("exchanged seats: {} of {} verdicts are exactly the other way round\n", exact,
             exchanged);
  for (auto* moves : {&good, &faulty}) {
    std::sort(moves->begin(), moves->end());
    fmt::print(
        "hands +/-{:g} ms elsewhere: totals of {} {} performances move by {:.2f} points "
        "(median), {:.2f} (most)\n",
        kJitterMs, moves->size(), moves == &good ? "good" : "faulty", (*moves)[moves->size() / 2],
        moves->back());
  }
  fmt::print("probabilityScale: fitted {:.4f} over all {} pairs, the rubric's {:.4f}\n",
             fittedScale(margins), margins.size(), judge::standardRubric().probabilityScale);
}
