#include "mixer/tempo_match.h"

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
  if (match.apartPercent <= std::min(rangePercent, std::max(kUnnoticedPercent, rangePercent / 2))) {
    match.path = TempoPath::kHold;
  } else if (bars >= kGlideBars && kGlideTo * match.apartPercent <= rangePercent) {
    match.path = TempoPath::kGlide;
    match.startPercent = kGlideFrom * way;
    match.endPercent = kGlideTo * way;
  } else if (match.apartPercent <= 2 * rangePercent) {
    match.path = TempoPath::kMeet;
    match.startPercent = match.endPercent = 100 * (std::sqrt(toward) - 1);
  }
  return match;
}

}  // namespace dju::mixer
