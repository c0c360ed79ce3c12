// Does the judge see who is better? Pairs of three sizes of fault (jury/pairs.h), judged from
// telemetry: the share that is right with its 95 % interval (Wilson), by size and by fault; whether
// exchanged seats exchange the verdict; how far hands that are ±5 ms elsewhere move the totals; and
// the probabilityScale that the totals' differences ask for; pairs apart in creativity alone. Then
// the same pairs by their sound alone, and how far level and codec move these totals. Usage, in the
// repository's root: bench_jury [PAIRS a size [FIRST SEED]]. The figures of docs/judging.md are
// those of the first seed 0. What is tuned by such pairs is tuned on another: from 10,000 on none
// is the jury's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <vector>

#include "judge/verdict.h"
#include "jury/pairs.h"
#include "jury/sound.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)
using jury::Pair;
using jury::pairOf;

// Every so many pairs are judged in other ways, too.
constexpr int kTriedEach = 6;
constexpr double kJitterMs = 5;
// Of a battle of eight minutes, in which each DJ mixes eight times.
constexpr int kLongTransitions = 16;

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

// Points that jitter moves totals by.
struct Moves {
  std::vector<double> good, faulty;
  int turned = 0, all = 0;  // battles that somebody else wins for it

  void add(const Pair& pair, const judge::Ruling& ruling, int transitions) {
    const judge::Ruling moved = ruled(pair, {false, kJitterMs, transitions});
    for (int side = 0; side < judge::kSeats; ++side)
      (side == pair.worse ? faulty : good)
          .push_back(100 * std::abs(moved.sides[side].total - ruling.sides[side].total));
    ++all;
    turned += (*moved.probabilityA > 0.5) != (*ruling.probabilityA > 0.5) ? 1 : 0;
  }
};

bool triedInOtherWays(int i) {
  return i % kTriedEach == i / kTriedEach % kTriedEach;
}

void printMoves(std::string_view what, std::vector<double> moves) {
  std::sort(moves.begin(), moves.end());
  const auto within = std::ranges::count_if(moves, [](double points) { return points <= 1; });
  fmt::print("{} move by {:.2f} points (median), {:.2f} (most), {} of {} within 1\n", what,
             moves[moves.size() / 2], moves.back(), within, moves.size());
}

void judgeBySound(int pairs, std::uint64_t firstSeed) {
  const serving::ModelRegistry registry("data/models");
  serving::ModelCache models(registry);
  std::array<std::vector<double>, jury::kHeard.size()> moves;
  jury::Agreement performances, transitions;
  for (std::size_t s = 0; s < jury::kSizes.size(); ++s) {
    Count all, both;
    std::map<jury::Fault, Count> byFault;
    for (int i = 0; i < pairs; ++i) {
      const Pair pair = pairOf(s, i, firstSeed);
      const auto heard = jury::ruledBySound(pair, jury::Heard::kAsItIs, models);
      if (!heard) continue;
      performances.add(
          std::array{jury::Compared{heard->opinions[0].heads, heard->byTelemetry.sides[0].heads},
                     jury::Compared{heard->opinions[1].heads, heard->byTelemetry.sides[1].heads}});
      transitions.add(heard->transitions);
      const auto worse = static_cast<std::size_t>(pair.worse);
      const double margin = heard->ruling.totals[1 - worse] - heard->ruling.totals[worse];
      all.add(margin);
      byFault[pair.fault].add(margin);
      // What is heard counts by how sure it is of itself; telemetry is sure.
      const auto& sides = heard->byTelemetry.sides;
      const double sure = std::min(heard->ruling.confidences[0], heard->ruling.confidences[1]);
      both.add((sides[1 - worse].total - sides[worse].total + sure * margin) / (1 + sure));
      if (!triedInOtherWays(i)) continue;
      for (std::size_t how = 1; how < jury::kHeard.size(); ++how) {
        const auto other = jury::ruledBySound(pair, static_cast<jury::Heard>(how), models);
        for (std::size_t side = 0; side < judge::kSeats; ++side)
          moves[how].push_back(100 *
                               std::abs(other->ruling.totals[side] - heard->ruling.totals[side]));
      }
    }
    print(fmt::format("{}, by both together", jury::kSizes[s]), both);
    print(fmt::format("{}, by sound alone", jury::kSizes[s]), all);
    for (const auto& [fault, count] : byFault)
      print(fmt::format("  {}", jury::kFaults[static_cast<std::size_t>(fault)]), count);
  }
  for (std::size_t how = 1; how < jury::kHeard.size(); ++how)
    printMoves(fmt::format("heard {}, totals by sound", jury::kHeard[how]), moves[how]);
  performances.print("by sound against by telemetry, performances");
  transitions.print("by sound against by telemetry, transitions");
}

// Pairs that differ in nothing but what is played with: proxies see it, the verdict does not.
void judgeCreativity(int pairs, std::uint64_t firstSeed) {
  int seen = 0;
  std::vector<double> apart, likelier;  // points of the totals, probability of the inventive one
  for (int i = 0; i < pairs; ++i) {
    jury::Playing playing;
    playing.inventive = i % 2;
    const auto inventive = static_cast<std::size_t>(i % 2);
    const judge::Ruling ruling = ruled(pairOf(0, i, firstSeed + 5000), playing);
    const auto& sides = ruling.sides;
    constexpr auto kOriginality = judge::Head::kOriginality;
    seen += *sides[inventive].heads[kOriginality] > *sides[1 - inventive].heads[kOriginality];
    apart.push_back(100 * (sides[inventive].total - sides[1 - inventive].total));
    likelier.push_back(inventive == 0 ? *ruling.probabilityA : 1 - *ruling.probabilityA);
  }
  double mean = 0, probability = 0;
  for (const double points : apart) mean += points / static_cast<double>(apart.size());
  for (const double p : likelier) probability += p / static_cast<double>(likelier.size());
  fmt::print(
      "apart in creativity alone: originality (proxy, no weight) sees it in {} of {}; totals are "
      "{:+.2f} "
      "points apart (mean), the inventive one is better with probability {:.3f} (mean)\n",
      seen, pairs, mean, probability);
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
  const std::uint64_t firstSeed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  std::vector<double> margins;
  int exchanged = 0, exact = 0;
  constexpr std::array kLengths = {jury::Playing{}.transitions, kLongTransitions};
  std::array<Moves, kLengths.size()> jitter;
  for (std::size_t s = 0; s < jury::kSizes.size(); ++s) {
    Count all;
    std::map<jury::Fault, Count> byFault;
    for (int i = 0; i < pairs; ++i) {
      const Pair pair = pairOf(s, i, firstSeed);
      const judge::Ruling ruling = ruled(pair);
      const int better = 1 - pair.worse;
      const double margin = ruling.sides[better].total - ruling.sides[pair.worse].total;
      all.add(margin);
      byFault[pair.fault].add(margin);
      margins.push_back(margin);
      if (!triedInOtherWays(i)) continue;
      const judge::Ruling other = ruled(pair, {true, 0});
      ++exchanged;
      // Up to the rounding of 1 - p.
      exact += std::abs(*other.probabilityA + *ruling.probabilityA - 1) < 1e-12 ? 1 : 0;
      jitter[0].add(pair, ruling, kLengths[0]);
      jitter[1].add(pair, ruled(pair, {false, 0, kLengths[1]}), kLengths[1]);
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
  for (std::size_t i = 0; i < kLengths.size(); ++i) {
    const auto tell = [&](std::string_view whose, const std::vector<double>& moves) {
      printMoves(fmt::format("hands +/-{:g} ms elsewhere in battles of {} transitions: totals of "
                             "{} performances",
                             kJitterMs, kLengths[i], whose),
                 moves);
    };
    tell("good", jitter[i].good);
    tell("faulty", jitter[i].faulty);
    fmt::print("  somebody else wins for it in {} of {}\n", jitter[i].turned, jitter[i].all);
  }
  fmt::print("probabilityScale: fitted {:.4f} over all {} pairs, the rubric's {:.4f}\n",
             fittedScale(margins), margins.size(), judge::standardRubric().probabilityScale);
  judgeCreativity(pairs, firstSeed);
  judgeBySound(pairs, firstSeed);
}
