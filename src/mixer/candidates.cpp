// What a DJ would say about which transition goes where, each rule a cost; docs/mixing.md lists the
// rules.
#include "mixer/candidates.h"

#include <algorithm>
#include <cmath>

#include "mixer/order.h"
#include "mixer/styles.h"

namespace dju::mixer {
namespace {

constexpr Style kAllStyles[] = {Style::kLongBlend,  Style::kBassSwap, Style::kFilterFade,
                                Style::kEchoOut,    Style::kCut,      Style::kLoopRoll,
                                Style::kDoubleDrop, Style::kHalfTime, Style::kFade};

bool sounds(const std::vector<Boundary>& boundaries, const char* label) {
  return std::any_of(boundaries.begin(), boundaries.end(),
                     [&](const Boundary& at) { return at.after == label && !at.inside; });
}

// What a style costs by itself.
double styleCost(Style style, const MixParameters& wishes) {
  const double bold = wishes.boldness, effects = wishes.effects;
  switch (style) {
    case Style::kFade:
      return 0.8;
    case Style::kLongBlend:
      return 0.1 + 0.8 * bold;
    case Style::kBassSwap:
      return 0.15 + 0.3 * std::abs(bold - 0.4);
    case Style::kFilterFade:
      return 0.65 - 0.5 * effects;
    case Style::kHalfTime:
      return 0.4;
    case Style::kEchoOut:
      return 1.3 - 0.5 * effects - 0.3 * bold;
    case Style::kCut:
      return 1.35 - 0.8 * bold;
    case Style::kLoopRoll:
      return 1.6 - 1.0 * bold - 0.3 * effects;
    case Style::kDoubleDrop:
      return 2.1 - 2.0 * bold;
  }
  return 0;
}

// How much of a clash of keys is heard.
double clashHeard(Style style) {
  switch (style) {
    case Style::kLongBlend:
    case Style::kDoubleDrop:
      return 1.4;
    case Style::kBassSwap:
    case Style::kHalfTime:
      return 1.1;
    case Style::kFilterFade:
      return 0.7;
    case Style::kFade:
      return 0.5;
    default:
      return 0.1;
  }
}

double varietyCost(Style style, const std::vector<Style>& before) {
  double cost = 0;
  if (!before.empty() && before.back() == style) cost += 0.3;
  if (before.size() > 1 && before[before.size() - 2] == style) cost += 0.1;
  return cost;
}

// Lengths to try, the wish first.
std::vector<int> lengths(Style style, int wish) {
  const int own = barsOf(style, wish);
  if (own != wish) return {own};
  std::vector<int> all = {wish};
  for (int bars = wish / 2; bars >= 4; bars /= 2) all.push_back(bars);
  return all;
}

// The length that a model makes of the one that is wanted.
int lengthWanted(const MixerPriors& priors, int wish) {
  const double bars = std::ldexp(wish, static_cast<int>(std::lround(priors.lengthOctaves)));
  return std::clamp(4 * static_cast<int>(bars / 4), 4, 64);
}

}  // namespace

CandidateBook::CandidateBook(const TrackView& outgoing, const TrackView& incoming,
                             const Situation& situation, const MixParameters& parameters,
                             const MixerPriors& priors)
    : situation_(situation),
      wishes_(parameters),
      priors_(priors),
      outlook_(outlookOf(outgoing, incoming)),
      beats_(outgoing.steady() && incoming.steady()),
      wish_(lengthWanted(priors, parameters.transitionBars)) {}

bool CandidateBook::possible(Style style, const TempoMatch& match) const {
  const TrackView &out = outgoing(), &in = incoming();
  const bool matched = beats_ && match.path != TempoPath::kOwn;
  switch (style) {
    case Style::kFade:
      return !beats_;
    case Style::kCut:
    case Style::kEchoOut:
      return out.hasBeat();
    case Style::kLoopRoll:
      return out.steady() && in.hasBeat();
    case Style::kHalfTime:
      return matched && match.multiple != 1;
    case Style::kDoubleDrop:
      return matched && match.multiple == 1 && outlook_.keyClash < 0.5 &&
             sounds(out.boundaries(), "drop") && sounds(in.boundaries(), "drop");
    case Style::kLongBlend:
    case Style::kBassSwap:
    case Style::kFilterFade:
      return matched && match.multiple == 1;
  }
  return false;
}

double CandidateBook::pairCost(Style style) const {
  double cost = wishes_.harmonicStrictness * clashHeard(style) * outlook_.keyClash;
  const bool blend = style == Style::kLongBlend || style == Style::kBassSwap;
  if (outlook_.genresDiffer.value_or(false) && blend)
    cost += style == Style::kLongBlend ? 0.4 : 0.15;
  return cost;
}

std::vector<Candidate> CandidateBook::candidates(std::size_t places) const {
  std::vector<Candidate> found;
  for (const Style style : kAllStyles) {
    for (const int bars : lengths(style, wish_)) {
      const TempoMatch match =
          matchTempos(outgoing().bpmAt(outgoing().lastBar()),
                      incoming().bpmAt(incoming().firstBar()), wishes_.tempoRangePercent, bars);
      if (!possible(style, match)) continue;
      const Genome genome = makeGenome(style, bars, {});
      CueQuestion question;
      question.style = style;
      question.bars = genome.bars;
      question.enterBar = genome.enterBar;
      question.meetingBar = meetingBar(genome);
      question.multiple = beats_ && match.path != TempoPath::kOwn ? match.multiple : 1;
      question.earliestExit = situation_.earliestExit;
      question.wantedExit = situation_.wantedExit;
      question.vocalCare = wishes_.vocalCare;
      // Styles with a length of their own are not shortened.
      const double shortened =
          barsOf(style, wish_) == wish_ ? std::log2(static_cast<double>(wish_) / bars) : 0;
      const double byStyle = styleCost(style, wishes_) + pairCost(style) +
                             varietyCost(style, situation_.before) + 0.2 * shortened +
                             priors_.styleCost[static_cast<std::size_t>(style)];
      for (const CuePair& cues : findCues(outgoing(), incoming(), question, places))
        found.push_back({style, bars, cues, cues.cost + byStyle, question, match});
    }
  }
  return found;
}

SituationFeatures CandidateBook::featuresOf(const Candidate& candidate) const {
  return situationFeatures(outlook_, candidate.match, candidate.question, candidate.cues,
                           situation_);
}

Transition CandidateBook::written(const Candidate& candidate, const BlendShape& shape) const {
  const StyleWishes wishes{wishes_.effects, wishes_.boldness, shape};
  return placed(makeGenome(candidate.style, candidate.bars, wishes), candidate.cues.exitBeat,
                candidate.cues.entryBeat, shape.glide);
}

Transition CandidateBook::placed(Genome genome, double exitBeat, double entryBeat,
                                 double glide) const {
  Transition transition;
  transition.exitBeat = exitBeat;
  transition.entryBeat = entryBeat;
  if (beats_) {
    const TempoMatch match = matchTempos(outgoing().bpmAt(exitBeat), incoming().bpmAt(entryBeat),
                                         wishes_.tempoRangePercent, genome.bars);
    transition.tempoPath = match.path;
    transition.tempoMultiple = match.path == TempoPath::kOwn ? 1 : match.multiple;
    transition.startPercent = match.startPercent;
    transition.endPercent = match.endPercent;
    if (match.path == TempoPath::kGlide) genome.tempo = glideCurve(genome.bars, glide);
  }
  transition.genome = std::move(genome);
  return transition;
}

Transition CandidateBook::lastResort() const {
  const TrackView& out = outgoing();
  return placed(makeGenome(Style::kCut, 1, {}), std::max(out.firstBar(), out.lastBar() - 4),
                incoming().firstBar(), 0);
}

}  // namespace dju::mixer
