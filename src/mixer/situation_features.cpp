#include "mixer/situation_features.h"

#include <algorithm>
#include <cmath>

#include "mixer/order.h"

namespace dju::mixer {
namespace {

constexpr double kBarBeats = 4;
constexpr double kNearBeats = 32;

std::string_view beginsAt(const TrackView& track, double beat) {
  for (const Boundary& boundary : track.boundaries()) {
    if (boundary.beat == beat) return boundary.after;
  }
  return {};
}

// Bars of the phrase that a beat lies in; 8 where nothing is known.
double phraseBars(const TrackView& track, double beat) {
  const double seconds = track.secondsAt(beat) + 0.01;
  for (const music::TrackPhrase& phrase : track.record().info.phrases) {
    if (phrase.start <= seconds && seconds < phrase.end) return phrase.bars;
  }
  return 8;
}

double lengthOf(const TrackView& track) {
  return std::max(1.0, track.lastBar() - track.firstBar());
}

double flag(bool holds) {
  return holds ? 1 : 0;
}

}  // namespace

PairOutlook outlookOf(const TrackView& outgoing, const TrackView& incoming) {
  PairOutlook pair{outgoing, incoming, keyClash(outgoing, incoming), {}, 0};
  if (!outgoing.genre().empty() && !incoming.genre().empty())
    pair.genresDiffer = outgoing.genre() != incoming.genre();
  pair.timbreDistance = timbreDistance(outgoing.timbre(), incoming.timbre());
  return pair;
}

SituationFeatures situationFeatures(const PairOutlook& pair, const TempoMatch& match,
                                    const CueQuestion& question, const CuePair& cues,
                                    const Situation& situation) {
  const TrackView &out = pair.outgoing, &in = pair.incoming;
  const double exitEnd = cues.exitBeat + kBarBeats * question.bars;
  const double perBar = kBarBeats / question.multiple;
  const double alone = cues.entryBeat + perBar * (question.bars - question.enterBar);
  const double before = out.energy(cues.exitBeat - kNearBeats, cues.exitBeat);
  const double after = in.energy(alone, alone + kNearBeats);
  const double both =
      std::max(out.energy(cues.exitBeat, exitEnd), in.energy(cues.entryBeat, alone));
  const double exitMeets = cues.exitBeat + kBarBeats * question.meetingBar;
  const double entryMeets = cues.entryBeat + perBar * (question.meetingBar - question.enterBar);
  const std::string_view left = beginsAt(out, exitMeets), entered = beginsAt(in, entryMeets);
  const bool matched = match.path != TempoPath::kOwn;
  const double voices = crossedVoices(out, in, question, cues.exitBeat, cues.entryBeat);
  const std::array<double, kSituationFeatures> values = {
      matched ? std::min(1.0, match.apartPercent / 8) : 1,
      flag(match.multiple != 1),
      pair.keyClash,
      pair.genresDiffer ? flag(*pair.genresDiffer) : 0.5,
      pair.timbreDistance / 12,
      out.meanEnergy(),
      in.meanEnergy(),
      before,
      after,
      after - before,
      std::max(0.0, std::min(before, after) - both),
      voices / 8,
      question.bars / 32.0,
      flag(left == "drop"),
      flag(left == "outro"),
      flag(entered == "intro"),
      flag(entered == "drop"),
      phraseBars(out, exitMeets) / 16,
      phraseBars(in, entryMeets) / 16,
      std::max(0.0, out.lastBar() - exitEnd) / lengthOf(out),
      std::max(0.0, cues.entryBeat - in.firstBar()) / lengthOf(in),
      flag(!situation.before.empty() && situation.before.back() == question.style)};
  SituationFeatures features{};
  for (std::size_t i = 0; i < features.size(); ++i)
    features[i] = static_cast<float>(std::clamp(values[i], -2.0, 2.0));
  return features;
}

}  // namespace dju::mixer
