#include "mixer/tempo_match.h"

#include <algorithm>
#include <cmath>

namespace dju::mixer {
namespace {

// Below this a change of tempo is not noticed, so only the incoming record need make it.
constexpr double kUnnoticedPercent = 1.5;
constexpr int kGlideBars = 16;
constexpr double kGlideFrom = 0.25, kGlideTo = 0.75;

}  // namespace

TempoMatch matchTempos(double outgoingBpm, double incomingBpm, double rangePercent, int bars) {
  TempoMatch match;
  const double ratio = outgoingBpm / incomingBpm;
  // As the engine's sync follows: what is nearest to the record's own tempo (docs/controls.md).
  match.multiple = ratio > std::sqrt(2.0) ? 2 : ratio < std::sqrt(0.5) ? 0.5 : 1;
  const double toward = incomingBpm * match.multiple / outgoingBpm;
  const double way = 100 * (toward - 1);
  match.apartPercent = std::abs(way);
  // By how much both are moved at most, where the outgoing record is moved by so many percent.
  const auto moved = [&](double percent) {
    return std::max(std::abs(percent), std::abs(100 * ((1 + percent / 100) / toward - 1)));
  };
  const auto take = [&](TempoPath path, double start, double end) {
    match.path = path;
    match.startPercent = start;
    match.endPercent = end;
  };
  const double middle = 100 * (std::sqrt(toward) - 1);
  const double unnoticed = std::min(rangePercent, std::max(kUnnoticedPercent, rangePercent / 2));
  if (moved(0) <= unnoticed) {
    take(TempoPath::kHold, 0, 0);
  } else if (bars >= kGlideBars && moved(kGlideFrom * way) <= rangePercent &&
             moved(kGlideTo * way) <= rangePercent) {
    take(TempoPath::kGlide, kGlideFrom * way, kGlideTo * way);
  } else if (moved(middle) <= rangePercent) {
    take(TempoPath::kMeet, middle, middle);
  }
  return match;
}

}  // namespace dju::mixer
