// The report of a mix as JSON (docs/mixing.md): the plan as it was carried out, with every genome,
// and what came of it.
#include <cmath>
#include <nlohmann/json.hpp>

#include "judge/heads.h"
#include "mixer/genome_json.h"
#include "mixer/order.h"
#include "mixer/quality.h"
#include "mixer/styles.h"

namespace dju::mixer {
namespace {

using nlohmann::json;

json rounded(double value) {
  return std::round(value * 1000) / 1000;
}

template <typename T>
json orNull(const std::optional<T>& value) {
  return value ? rounded(*value) : json();
}

json turnJson(const Turn& turn, const TrackView& track) {
  const crate::Record& record = track.record();
  return {{"trackId", record.id},
          {"title", record.title},
          {"artist", record.artist},
          {"bpm", track.hasBeat() ? rounded(track.bpmAt(track.firstBar())) : json()},
          {"key", record.info.key.name.empty() ? json() : json(record.info.key.name)},
          {"trimDb", turn.trimDb}};
}

bool onPhrase(const TrackView& track, double beat) {
  for (const Boundary& boundary : track.boundaries()) {
    if (boundary.beat == beat) return true;
  }
  return false;
}

// As the analysis knows phrases; null where a record has no beat, and so none.
json phraseAligned(const Transition& transition, const TrackView& outgoing,
                   const TrackView& incoming) {
  if (!outgoing.hasBeat() || !incoming.hasBeat()) return {};
  const int meeting = meetingBar(transition.genome);
  const double own =
      transition.entryBeat + 4 / transition.tempoMultiple * (meeting - transition.genome.enterBar);
  return onPhrase(outgoing, transition.exitBeat + 4.0 * meeting) && onPhrase(incoming, own);
}

json judgedJson(const judge::Transition& judged) {
  return {{"type", judge::transitionName(judged.type)},
          {"score", orNull(judged.score)},
          {"spectralContinuity", orNull(judged.parts.spectralContinuity)},
          {"tempoSmoothness", orNull(judged.parts.tempoSmoothness)},
          {"keyCompatibility", orNull(judged.parts.keyCompatibility)},
          {"phraseAlignment", orNull(judged.parts.phraseAlignment)},
          {"bassHandling", orNull(judged.parts.bassHandling)},
          {"levelHandling", orNull(judged.parts.levelHandling)}};
}

json transitionJson(const TransitionQuality& quality, const Plan& plan,
                    std::span<const TrackView> tracks) {
  const Transition& transition = plan.transitions[quality.played.outgoing];
  const TrackView& outgoing = tracks[plan.turns[quality.played.outgoing].track];
  const TrackView& incoming = tracks[plan.turns[quality.played.incoming].track];
  const auto steps = wheelSteps(outgoing, incoming);
  const auto& judged = quality.judged;
  return {
      {"startSeconds", rounded(quality.played.start.seconds())},
      {"endSeconds", rounded(quality.played.end.seconds())},
      {"exitSeconds", rounded(outgoing.secondsAt(transition.exitBeat))},
      {"entrySeconds", rounded(incoming.secondsAt(transition.entryBeat))},
      {"tempoPath", kTempoPathNames[static_cast<std::size_t>(transition.tempoPath)]},
      {"tempoChangePercent", {rounded(transition.startPercent), rounded(transition.endPercent)}},
      {"genome", toJson(transition.genome)},
      {"beatOffsetMs",
       {{"median", orNull(quality.beatOffsetMedianMs)}, {"p95", orNull(quality.beatOffsetP95Ms)}}},
      {"phraseAligned", phraseAligned(transition, outgoing, incoming)},
      {"doubleBassSeconds", judged ? rounded(judged->doubleBassSeconds) : json()},
      {"loudnessStepLu", judged ? orNull(judged->loudnessStepLu) : json()},
      {"heardStepLu", orNull(quality.heardStepLu)},
      {"keyDistance", steps ? json(*steps) : json()},
      {"vocalOverlapSeconds", rounded(quality.vocalOverlapSeconds)},
      {"judge", judged ? judgedJson(*judged) : json()}};
}

}  // namespace

json toJson(const MixQuality& quality, const Plan& plan, std::span<const TrackView> tracks) {
  json turns = json::array(), transitions = json::array(), heads = json::object();
  for (const Turn& turn : plan.turns) turns.push_back(turnJson(turn, tracks[turn.track]));
  for (const TransitionQuality& transition : quality.transitions)
    transitions.push_back(transitionJson(transition, plan, tracks));
  for (std::size_t h = 0; h < judge::kTechnicalHeads; ++h) {
    const auto head = static_cast<judge::Head>(h);
    heads[std::string(judge::headName(head))] = orNull(quality.heads[head]);
  }
  return {{"schema", "dju-mix-report"},
          {"version", 1},
          {"model", plan.model},
          {"parameters", toJson(plan.parameters)},
          {"durationSeconds", rounded(quality.seconds)},
          {"tracks", std::move(turns)},
          {"transitions", std::move(transitions)},
          {"heads", std::move(heads)},
          {"sound",
           {{"integratedLufs", orNull(quality.integratedLufs)},
            {"truePeakDbtp", rounded(quality.truePeakDbtp)},
            {"limiterDb", rounded(quality.limiterDb)}}}};
}

}  // namespace dju::mixer
