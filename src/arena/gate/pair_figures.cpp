#include "arena/gate/pair_figures.h"

#include <algorithm>
#include <cmath>
#include <ctime>

#include "mixer/styles.h"

namespace dju::arena {
namespace {

constexpr double kAroundSeconds = 60;

double cpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Beats since a true phrase of eight bars began, 0 … 32.
std::optional<double> phraseBeat(const judge::JudgedTrack& truth, double frame) {
  if (truth.phraseStarts.empty()) return {};
  const double beat = truth.grid.beatAt(frame);
  double start = truth.phraseStarts.front();
  for (const double candidate : truth.phraseStarts) {
    if (candidate <= beat + 0.5) start = candidate;
  }
  return beat - start;
}

// Whether two places lie together within a unit of so many beats, give or take half a beat.
bool together(double a, double b, double unit) {
  const double apart = a - b;
  return std::abs(apart - unit * std::round(apart / unit)) < 0.5;
}

void compareBars(const TrueRecord& outgoing, const TrueRecord& incoming,
                 const mixer::TrackView& out, const mixer::TrackView& in,
                 const mixer::Transition& transition, PairFigures& figures) {
  const int meeting = mixer::meetingBar(transition.genome);
  const double first = out.grid().frameAt(transition.exitBeat + 4.0 * meeting);
  const double second = in.grid().frameAt(
      transition.entryBeat + 4 / transition.tempoMultiple * (meeting - transition.genome.enterBar));
  const auto a = phraseBeat(outgoing.truth, first), b = phraseBeat(incoming.truth, second);
  if (a && b) figures.phraseAligned = together(*a, *b, 32);
  if (transition.matched() && outgoing.truth.grid.valid() && incoming.truth.grid.valid())
    figures.barAligned =
        together(outgoing.truth.grid.beatAt(first), incoming.truth.grid.beatAt(second), 4);
}

}  // namespace

std::optional<double> quantile(std::vector<double> values, double share) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

PairFigures measurePair(const TrueRecord& outgoing, const TrueRecord& incoming,
                        const mixer::MixParameters& parameters,
                        const mixer::Contestant& contestant) {
  const std::vector<mixer::TrackView> views = {mixer::TrackView(outgoing.record),
                                               mixer::TrackView(incoming.record)};
  const double begin = cpuSeconds();
  mixer::MixParameters given = parameters;
  given.order = mixer::TrackOrder::kGiven;
  const mixer::Plan plan = mixer::planMix(views, given, contestant);
  const mixer::Transition& transition = plan.transitions.front();
  mixer::QualityListener listener(plan, views, {outgoing.truth, incoming.truth});
  mixer::MixOptions options;
  const double length = transition.genome.bars * 240 / views[0].bpmAt(transition.exitBeat);
  options.preview = mixer::MixPreview{0, std::min(120.0, length + kAroundSeconds / 2)};
  const mixer::PlayedMix mix = mixer::playMix(plan, views, options, [&](const auto& block) {
    listener.hear(block);
    return true;
  });
  const mixer::MixQuality quality = listener.finish(mix);
  PairFigures figures;
  figures.style = transition.genome.style;
  figures.matched = transition.matched();
  figures.truePeakDbtp = quality.truePeakDbtp;
  figures.seconds = quality.seconds;
  compareBars(outgoing, incoming, views[0], views[1], transition, figures);
  if (!quality.transitions.empty()) {
    const mixer::TransitionQuality& heard = quality.transitions.front();
    figures.medianMs = heard.beatOffsetMedianMs;
    figures.p95Ms = heard.beatOffsetP95Ms;
    figures.heardStepLu = heard.heardStepLu;
    figures.vocalOverlapSeconds = heard.vocalOverlapSeconds;
    if (heard.judged) {
      for (const judge::OffsetAt& offset : heard.judged->beatOffsets)
        figures.offsetsMs.push_back(std::abs(static_cast<double>(offset.ms)));
      figures.wreck = heard.judged->type == judge::TransitionType::kTrainWreck;
      figures.stepLu = heard.judged->loudnessStepLu;
      figures.doubleBassSeconds = heard.judged->doubleBassSeconds;
      figures.score = heard.judged->score;
      figures.parts = heard.judged->parts;
    }
  }
  figures.cpuSeconds = cpuSeconds() - begin;
  return figures;
}

}  // namespace dju::arena
