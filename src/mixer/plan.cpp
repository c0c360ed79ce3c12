#include "mixer/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mixer/contestants.h"
#include "mixer/order.h"
#include "mixer/place_shift.h"
#include "mixer/styles.h"

namespace dju::mixer {
namespace {

constexpr double kAloneBeats = 96;  // that a record is heard alone, where it is long enough
constexpr double kQuietestLufs = -20, kMostBoostDb = 4;

// Auto gain stops where peaks would clip, so that dynamic records stay softer. The others come down
// to the softest, as far as that makes sense, and what is softer still goes up.
void balance(std::span<const TrackView> tracks, std::vector<Turn>& turns) {
  double common = 0;
  for (const Turn& turn : turns) {
    if (const auto level = tracks[turn.track].level()) common = std::min(common, *level);
  }
  common = std::max(common, kQuietestLufs);
  for (Turn& turn : turns) {
    if (const auto level = tracks[turn.track].level())
      turn.trimDb = std::round(100 * std::clamp(common - *level, -12.0, kMostBoostDb)) / 100;
  }
}

// Keeps a mix to its wanted length while it is planned, record after record; as estimateTimes(), it
// counts each at its own tempo.
class WantedLength {
 public:
  // `bars`: of a transition, which both records share.
  WantedLength(double seconds, int bars) : left_(seconds), bars_(bars) {}

  // The beat at which the record at hand, the first of `turns`, should be left if all of them are
  // to be heard equally long: what short ones cannot give, the longer ones share.
  double exit(std::span<const TrackView> tracks, std::span<const Turn> turns) const {
    std::vector<double> lengths;
    for (const Turn& turn : turns) {
      const TrackView& track = tracks[turn.track];
      const bool last = &turn == &turns.back();
      const double shared = last ? 0 : bars_ * 4 * 60 / track.bpmAt(track.lastBar());
      lengths.push_back(track.seconds() - shared);
    }
    lengths.front() -= started_;
    std::sort(lengths.begin(), lengths.end());
    double left = left_;
    auto sharing = static_cast<double>(lengths.size());
    for (const double length : lengths) {
      if (sharing == 1 || length >= left / sharing) break;
      left -= length;
      --sharing;
    }
    return tracks[turns.front().track].grid().beatAt((started_ + left / sharing) * kSampleRate);
  }
  void passOn(const TrackView& from, const TrackView& to, const Transition& transition) {
    constexpr double kBarBeats = 4;
    const double passed = transition.exitBeat + kBarBeats * transition.genome.enterBar;
    left_ -= from.secondsAt(passed) - started_;
    started_ = to.secondsAt(transition.entryBeat);
  }
  // Where the last record, heard alone from `alone` on, should end: on a phrase near the wanted
  // moment, else on a bar. None where its own end is as near.
  std::optional<double> end(const TrackView& last, double alone) const {
    constexpr double kBarBeats = 4, kNearSeconds = 8;
    if (started_ + left_ > last.seconds() - kNearSeconds) return {};
    const double wanted = last.grid().beatAt((started_ + left_) * kSampleRate);
    const double earliest = alone + kEndingBeats;
    double best = std::max(earliest, kBarBeats * std::round(wanted / kBarBeats));
    double nearest = kNearSeconds;
    for (const Boundary& boundary : last.boundaries()) {
      const double distance = std::abs(last.secondsAt(boundary.beat) - last.secondsAt(wanted));
      if (boundary.beat < earliest || distance > nearest) continue;
      nearest = distance;
      best = boundary.beat;
    }
    if (last.secondsAt(best) > last.seconds() - kNearSeconds) return {};
    return best;
  }

 private:
  double left_;         // seconds, from where the record at hand starts to the end of the mix
  double started_ = 0;  // seconds of that record
  int bars_;
};

// `genome` instead of the model's, with its meeting bar where the model's was.
void replaceGenome(Transition& transition, const Genome& genome, const TrackView& incoming,
                   double earliestExit) {
  constexpr double kBarBeats = 4;
  const Genome& planned = transition.genome;
  const double exit = transition.exitBeat + kBarBeats * (meetingBar(planned) - meetingBar(genome));
  const auto run = [](const Genome& of) { return meetingBar(of) - of.enterBar; };
  const double entry =
      transition.entryBeat + kBarBeats / transition.tempoMultiple * (run(planned) - run(genome));
  if (exit >= earliestExit) transition.exitBeat = exit;
  if (entry >= incoming.firstBar()) transition.entryBeat = entry;
  transition.genome = genome;
}

// The nearest number of bars from `wanted` to none whose place lies between the two beats; none
// where there is no such.
int barsWithin(int wanted, double from, double barBeats, double least, double most) {
  for (int bars = wanted; bars != 0; bars -= wanted > 0 ? 1 : -1) {
    const double place = from + barBeats * bars;
    if (place >= least && place <= most) return bars;
  }
  return 0;
}

// Both records have to be there for the whole transition, the outgoing one not before it is heard
// alone.
PlaceShift shiftPlaces(Transition& transition, const PlaceShift& wanted, double alone,
                       const TrackView& outgoing, const TrackView& incoming) {
  constexpr double kBarBeats = 4;
  const double inBar = kBarBeats / transition.tempoMultiple;
  const Genome& genome = transition.genome;
  const PlaceShift followed{
      barsWithin(wanted.exitBars, transition.exitBeat, kBarBeats, alone,
                 outgoing.lastBar() - kBarBeats * genome.bars),
      barsWithin(wanted.entryBars, transition.entryBeat, inBar, incoming.firstBar(),
                 incoming.lastBar() - inBar * (genome.bars - genome.enterBar))};
  transition.exitBeat += kBarBeats * followed.exitBars;
  transition.entryBeat += inBar * followed.entryBars;
  return followed;
}

}  // namespace

void checkTrackCount(std::size_t tracks) {
  if (tracks < 2)
    throw Error(ErrorCode::kInvalid, fmt::format("a mix of {} track{}: it needs two or more",
                                                 tracks, tracks == 1 ? "" : "s"));
}

Plan planMix(std::span<const TrackView> tracks, const MixParameters& parameters,
             std::string_view model, const EditedGenomes& edited) {
  return planMix(tracks, parameters, findContestant(model).valueOrThrow(), edited);
}

Plan planMix(std::span<const TrackView> tracks, const MixParameters& parameters,
             const Contestant& contestant, const EditedGenomes& edited) {
  return planMix(tracks, parameters, contestant, edited, {}).plan;
}

ShiftedPlan planMix(std::span<const TrackView> tracks, const MixParameters& parameters,
                    const Contestant& contestant, const EditedGenomes& edited,
                    const PlaceShifts& shifts) {
  checkTrackCount(tracks.size());
  const auto check = [&](const auto& changes) {
    if (!changes.empty() && changes.rbegin()->first + 1 >= tracks.size())
      throw Error(ErrorCode::kInvalid,
                  fmt::format("transition {}: {} tracks have the transitions 0 to {}",
                              changes.rbegin()->first, tracks.size(), tracks.size() - 2));
  };
  check(edited);
  check(shifts);
  ShiftedPlan result;
  Plan& plan = result.plan;
  plan.model = contestant.id();
  plan.parameters = parameters;
  for (const std::size_t track : orderTracks(tracks, parameters)) plan.turns.push_back({track, 0});
  balance(tracks, plan.turns);
  Situation situation;
  // The beat from which on the record is heard alone.
  double alone = tracks[plan.turns.front().track].firstBar();
  std::optional<WantedLength> length;
  if (parameters.targetMinutes)
    length.emplace(60 * *parameters.targetMinutes, parameters.transitionBars);
  for (std::size_t i = 0; i + 1 < plan.turns.size(); ++i) {
    const TrackView &out = tracks[plan.turns[i].track], &in = tracks[plan.turns[i + 1].track];
    situation.earliestExit = alone + std::min(kAloneBeats, (out.lastBar() - alone) / 4);
    if (length) situation.wantedExit = length->exit(tracks, std::span(plan.turns).subspan(i));
    Transition& next =
        plan.transitions.emplace_back(contestant.write(out, in, situation, parameters));
    if (const auto own = edited.find(i); own != edited.end())
      replaceGenome(next, own->second, in, situation.earliestExit);
    const auto wanted = shifts.find(i);
    result.followed.push_back(
        wanted == shifts.end() ? PlaceShift{} : shiftPlaces(next, wanted->second, alone, out, in));
    situation.before.push_back(next.genome.style);
    if (length) length->passOn(out, in, next);
    alone = next.entryBeat + 4 / next.tempoMultiple * (next.genome.bars - next.genome.enterBar);
  }
  if (length) plan.endBeat = length->end(tracks[plan.turns.back().track], alone);
  return result;
}

}  // namespace dju::mixer
