// What every mixer must beat. Neither listens: the incoming record starts from its beginning,
// wherever its beats are, while the outgoing one ends.
#include <algorithm>
#include <cmath>

#include "mixer/contestants.h"
#include "mixer/styles.h"

namespace dju::mixer {
namespace {

Transition atTheEnd(const TrackView& outgoing, const TrackView& incoming,
                    const MixParameters& parameters) {
  const double room = (outgoing.lastBar() - outgoing.firstBar()) / 4;
  const int bars = std::clamp(static_cast<int>(room / 2), 1, parameters.transitionBars);
  Transition transition;
  transition.genome = plainGenome(Style::kFade, bars);
  transition.exitBeat =
      outgoing.grid().beatAt(static_cast<double>(outgoing.record().info.frames)) - 4.0 * bars;
  transition.entryBeat = incoming.grid().beatAt(0);
  return transition;
}

}  // namespace

Transition writeCrossfade(const TrackView& outgoing, const TrackView& incoming,
                          const Situation& /*situation*/, const MixParameters& parameters) {
  Transition transition = atTheEnd(outgoing, incoming, parameters);
  const int bars = transition.genome.bars;
  for (int b = 0; b <= bars; ++b) {
    // Amplitudes in straight lines; the faders' square law is undone.
    const double part = static_cast<double>(b) / bars;
    const auto line = static_cast<std::size_t>(b);
    transition.genome.curve(Side::kIn, Lane::kGain).values[line] = std::sqrt(part);
    transition.genome.curve(Side::kOut, Lane::kGain).values[line] = std::sqrt(1 - part);
  }
  return transition;
}

Transition writeSum(const TrackView& outgoing, const TrackView& incoming,
                    const Situation& /*situation*/, const MixParameters& parameters) {
  return atTheEnd(outgoing, incoming, parameters);
}

}  // namespace dju::mixer
