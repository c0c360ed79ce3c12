#include "mixes/plans.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audio/sha256.h"
#include "engine/battle.h"
#include "mixer/genome_json.h"
#include "mixer/play.h"
#include "music/key.h"

namespace dju::mixes {
namespace {

using nlohmann::json;

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

std::string keyOf(const MixRequest& request, const Selection& tracks) {
  json text = toJson(request);
  text.erase("preset");  // its parameters count
  text["dsp"] = engine::kDspRevision;
  text["plans"] = mixer::kPlanRevision;
  text["analyses"] = tracks.analysisHashes;
  return sha256Hex(text.dump());
}

json spanJson(const mixer::EstimatedTimes::Stretch& stretch) {
  return {{"startSeconds", rounded(stretch.start)}, {"endSeconds", rounded(stretch.end)}};
}

json turnJson(const PlannedMix& planned, const mixer::EstimatedTimes& times, std::size_t turn) {
  const mixer::Plan& plan = planned.plan;
  const mixer::TrackView& track = planned.tracks.views[plan.turns[turn].track];
  const crate::Record& record = track.record();
  const auto key = music::parseKey(record.info.key.name);
  json result = spanJson(times.turns[turn]);
  result["trackId"] = record.id;
  result["title"] = record.title;
  result["artist"] = record.artist;
  result["bpm"] = track.hasBeat() ? json(rounded(track.bpmAt(track.firstBar()))) : json();
  result["key"] = key ? json(record.info.key.name) : json();
  result["camelot"] = key ? json(music::camelotName(*key)) : json();
  result["trimDb"] = plan.turns[turn].trimDb;
  result["trackSeconds"] = rounded(track.seconds());
  result["enterSeconds"] =
      turn == 0 ? 0.0 : rounded(track.secondsAt(plan.transitions[turn - 1].entryBeat));
  const bool last = turn == plan.transitions.size();
  const auto leave = [&](const mixer::Transition& next) {
    return std::min(track.seconds(), track.secondsAt(next.exitBeat + 4.0 * next.genome.bars));
  };
  const double end = plan.endBeat ? track.secondsAt(*plan.endBeat) : track.seconds();
  result["leaveSeconds"] = rounded(last ? end : leave(plan.transitions[turn]));
  return result;
}

// Beats a minute of the outgoing record, or nothing where it has no beat.
json bpmJson(const mixer::Transition& transition, const mixer::TrackView& outgoing) {
  if (!outgoing.hasBeat()) return {nullptr, nullptr};
  const double own = outgoing.bpmAt(transition.exitBeat);
  return {rounded(own * (1 + transition.startPercent / 100)),
          rounded(own * (1 + transition.endPercent / 100))};
}

json transitionJson(const PlannedMix& planned, const mixer::EstimatedTimes& times, std::size_t i,
                    bool edited) {
  const mixer::Plan& plan = planned.plan;
  const mixer::Transition& transition = plan.transitions[i];
  const mixer::TrackView& outgoing = planned.tracks.views[plan.turns[i].track];
  const mixer::TrackView& incoming = planned.tracks.views[plan.turns[i + 1].track];
  json result = spanJson(times.transitions[i]);
  result["genome"] = mixer::toJson(transition.genome);
  result["edited"] = edited;
  const mixer::PlaceShift& shift = planned.shifted[i];
  result["shift"] = {{"exitBars", shift.exitBars}, {"entryBars", shift.entryBars}};
  constexpr double kSecondsABar = 4 * 60;  // at one beat a minute
  result["barSeconds"] = rounded(kSecondsABar / outgoing.bpmAt(transition.exitBeat) /
                                 (1 + transition.startPercent / 100));
  result["exitSeconds"] = rounded(outgoing.secondsAt(transition.exitBeat));
  result["entrySeconds"] = rounded(incoming.secondsAt(transition.entryBeat));
  result["tempoPath"] = mixer::kTempoPathNames[static_cast<std::size_t>(transition.tempoPath)];
  result["tempoChangePercent"] = {rounded(transition.startPercent), rounded(transition.endPercent)};
  result["tempoMultiple"] = transition.tempoMultiple;
  result["bpm"] = bpmJson(transition, outgoing);
  return result;
}

// Records of a selection have no sound: a mixer that listens hears those that it has not heard yet.
void letListen(const mixer::Contestant& contestant, Shelf& shelf, const Selection& tracks) {
  if (!contestant.listen) return;
  for (const auto& record : tracks.records) {
    if (!contestant.listen(*record)) contestant.listen(shelf.take(record->id));
  }
}

}  // namespace

PlannedMix planRequest(Shelf& shelf, const Mixers& mixers, const MixRequest& request) {
  const mixer::Contestant contestant = mixers.find(request.model).valueOrThrow();
  PlannedMix planned;
  planned.tracks = shelf.look(request.tracks);
  letListen(contestant, shelf, planned.tracks);
  auto made = mixer::planMix(planned.tracks.views, request.parameters, contestant,
                             request.transitions, request.shifts);
  planned.plan = std::move(made.plan);
  planned.shifted = std::move(made.followed);
  const double minutes = mixer::estimateTimes(planned.plan, planned.tracks.views).total / 60;
  if (minutes > kMostMinutes)
    throw Error(ErrorCode::kTooLarge,
                fmt::format("a mix of {:.0f} minutes: at most {:.0f}; take fewer tracks or set "
                            "targetMinutes",
                            minutes, kMostMinutes));
  planned.key = keyOf(request, planned.tracks);
  return planned;
}

json planJson(const PlannedMix& planned, const MixRequest& request) {
  const mixer::Plan& plan = planned.plan;
  const mixer::EstimatedTimes times = mixer::estimateTimes(plan, planned.tracks.views);
  json turns = json::array(), transitions = json::array();
  for (std::size_t i = 0; i < plan.turns.size(); ++i) turns.push_back(turnJson(planned, times, i));
  for (std::size_t i = 0; i < plan.transitions.size(); ++i)
    transitions.push_back(transitionJson(planned, times, i, request.transitions.contains(i)));
  return {{"model", plan.model},
          {"parameters", mixer::toJson(plan.parameters)},
          {"totalSeconds", rounded(times.total)},
          {"turns", std::move(turns)},
          {"transitions", std::move(transitions)}};
}

std::string mixName(const mixer::Plan& plan, std::span<const mixer::TrackView> tracks) {
  std::string name;
  for (const mixer::Turn& turn : plan.turns)
    name += (name.empty() ? "" : " → ") + tracks[turn.track].record().title;
  // A header's line of the log is bounded.
  constexpr std::size_t kMost = 400;
  return name.size() > kMost ? fmt::format("Mix of {} tracks", plan.turns.size()) : name;
}

}  // namespace dju::mixes
