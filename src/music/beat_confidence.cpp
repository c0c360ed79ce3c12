#include "music/beat_confidence.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dju::music {
namespace {

constexpr double kLeastRepeat = 0.08;  // comb of autocorrelation that noise and speech reach
constexpr double kClearRepeat = 0.35;  // dance music has more
constexpr double kReach = 2;           // hops around a lag
// How much better another bar repeats. Synthesised waltzes and bars of seven lie at 0.04 to 0.2, of
// 25 real pieces in four none above -0.02.
constexpr double kOtherBar = 0.04, kFourBar = 0.0;
constexpr double kMostExpected = 6;  // log-odds, what is expected of a tempo can take away

double doubtedScore(const Metre& metre) {
  const double expected = tempoPrior(metre.period);
  return metre.score - expected + std::max(expected, -kMostExpected);
}

}  // namespace

double regularityOf(const Periodicity& periodicity, const std::vector<Metre>& hypotheses) {
  double comb = 0;
  for (const Metre& metre : hypotheses) comb = std::max(comb, periodicity.comb(metre.period));
  return std::clamp((comb - kLeastRepeat) / (kClearRepeat - kLeastRepeat), 0.0, 1.0);
}

double barsOfFour(const Periodicity& periodicity, double period) {
  const auto most = [&](const auto& beats) {
    double highest = 0;
    for (const double each : beats)
      highest = std::max(highest, periodicity.peak(each * period, kReach));
    return highest;
  };
  const double other = most(std::array{3.0, 3.5, 5.0, 6.0, 7.0}) - most(std::array{4.0, 8.0, 16.0});
  return std::clamp((kOtherBar - other) / (kOtherBar - kFourBar), 0.0, 1.0);
}

double probabilityOf(const std::vector<Metre>& hypotheses, const Metre& chosen,
                     const Agrees& agrees) {
  double highest = doubtedScore(chosen);
  for (const Metre& metre : hypotheses) highest = std::max(highest, doubtedScore(metre));
  double sum = 0, part = 0;
  for (const Metre& metre : hypotheses) {
    const double odds = std::exp(doubtedScore(metre) - highest);
    sum += odds;
    if (agrees(metre, chosen)) part += odds;
  }
  return part / sum;
}

}  // namespace dju::music
