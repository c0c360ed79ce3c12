// rules@1: what a DJ would say about which transition goes where, each rule a cost; the style, the
// length and the places that cost least together are taken. docs/mixing.md lists the rules. What a
// model says is added to these costs.
#include <algorithm>
#include <cmath>

#include "mixer/contestants.h"
#include "mixer/cue_search.h"
#include "mixer/mixer_model.h"
#include "mixer/order.h"
#include "mixer/situation_features.h"
#include "mixer/styles.h"
#include "mixer/tempo_match.h"

namespace dju::mixer {
namespace {

constexpr Style kAllStyles[] = {Style::kLongBlend,  Style::kBassSwap, Style::kFilterFade,
                                Style::kEchoOut,    Style::kCut,      Style::kLoopRoll,
                                Style::kDoubleDrop, Style::kHalfTime, Style::kFade};

// Places that a network chooses among, for each style and length.
constexpr std::size_t kPlacesToWeigh = 4;

struct Pair {
  const TrackView& out;
  const TrackView& in;
  const MixParameters& wishes;
  PairOutlook outlook;
  bool beats;  // both can be matched, as far as beats go
};

bool sounds(const std::vector<Boundary>& boundaries, const char* label) {
  return std::any_of(boundaries.begin(), boundaries.end(),
                     [&](const Boundary& at) { return at.after == label && !at.inside; });
}

bool possible(Style style, const Pair& pair, const TempoMatch& match) {
  const bool matched = pair.beats && match.path != TempoPath::kOwn;
  switch (style) {
    case Style::kFade:
      return !pair.beats;
    case Style::kCut:
    case Style::kEchoOut:
      return pair.out.hasBeat();
    case Style::kLoopRoll:
      return pair.out.steady() && pair.in.hasBeat();
    case Style::kHalfTime:
      return matched && match.multiple != 1;
    case Style::kDoubleDrop:
      return matched && match.multiple == 1 && pair.outlook.keyClash < 0.5 &&
             sounds(pair.out.boundaries(), "drop") && sounds(pair.in.boundaries(), "drop");
    case Style::kLongBlend:
    case Style::kBassSwap:
    case Style::kFilterFade:
      return matched && match.multiple == 1;
  }
  return false;
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

double pairCost(Style style, const Pair& pair) {
  double cost = pair.wishes.harmonicStrictness * clashHeard(style) * pair.outlook.keyClash;
  const bool blend = style == Style::kLongBlend || style == Style::kBassSwap;
  if (pair.outlook.genresDiffer.value_or(false) && blend)
    cost += style == Style::kLongBlend ? 0.4 : 0.15;
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
int lengthWanted(const MixerModel& model, int wish) {
  const double bars = std::ldexp(wish, static_cast<int>(std::lround(model.priors.lengthOctaves)));
  return std::clamp(4 * static_cast<int>(bars / 4), 4, 64);
}

class RuleBook {
 public:
  RuleBook(const MixerModel& model, const Pair& pair, const Situation& situation)
      : model_(model),
        pair_(pair),
        situation_(situation),
        wish_(lengthWanted(model, pair.wishes.transitionBars)) {}

  Transition choose() {
    for (const Style style : kAllStyles) {
      for (const int bars : lengths(style, wish_)) consider(style, bars);
    }
    return best_ ? played(*best_) : lastResort();
  }

 private:
  struct Candidate {
    Style style{};
    int bars = 0;
    CuePair cues;
    double cost = 0;
    BlendShape shape;  // the network's part of it
  };

  TempoMatch matchFor(int bars) const {
    return matchTempos(pair_.out.bpmAt(pair_.out.lastBar()), pair_.in.bpmAt(pair_.in.firstBar()),
                       pair_.wishes.tempoRangePercent, bars);
  }

  void consider(Style style, int bars) {
    const TempoMatch rough = matchFor(bars);
    if (!possible(style, pair_, rough)) return;
    const Genome genome = makeGenome(style, bars, {});
    CueQuestion question;
    question.style = style;
    question.bars = genome.bars;
    question.enterBar = genome.enterBar;
    question.meetingBar = meetingBar(genome);
    question.multiple = pair_.beats && rough.path != TempoPath::kOwn ? rough.multiple : 1;
    question.earliestExit = situation_.earliestExit;
    question.wantedExit = situation_.wantedExit;
    question.vocalCare = pair_.wishes.vocalCare;
    // Styles with a length of their own are not shortened.
    const double shortened =
        barsOf(style, wish_) == wish_ ? std::log2(static_cast<double>(wish_) / bars) : 0;
    const double byStyle = styleCost(style, pair_.wishes) + pairCost(style, pair_) +
                           varietyCost(style, situation_.before) + 0.2 * shortened +
                           model_.priors.styleCost[static_cast<std::size_t>(style)];
    const std::size_t places = model_.head.empty() ? 1 : kPlacesToWeigh;
    for (const CuePair& cues : findCues(pair_.out, pair_.in, question, places)) {
      HeadOpinion opinion;
      if (!model_.head.empty())
        opinion = model_.head.opinion(
            situationFeatures(pair_.outlook, rough, question, cues, situation_));
      const double cost = cues.cost + byStyle + opinion.styleCost[static_cast<std::size_t>(style)];
      if (best_ && cost >= best_->cost) continue;
      best_ = Candidate{style, bars, cues, cost, opinion.shape};
    }
  }

  Transition played(const Candidate& best) const {
    StyleWishes wishes{pair_.wishes.effects, pair_.wishes.boldness, {}};
    for (const ShapeField& field : kShapeFields)
      wishes.shape.*field.member =
          std::clamp(model_.priors.shape.*field.member + best.shape.*field.member, -1.0, 1.0);
    return placed(makeGenome(best.style, best.bars, wishes), best.cues.exitBeat,
                  best.cues.entryBeat, wishes.shape.glide);
  }

  // With the tempo as it is there.
  Transition placed(Genome genome, double exitBeat, double entryBeat, double glide) const {
    Transition transition;
    transition.exitBeat = exitBeat;
    transition.entryBeat = entryBeat;
    if (pair_.beats) {
      const TempoMatch match = matchTempos(pair_.out.bpmAt(exitBeat), pair_.in.bpmAt(entryBeat),
                                           pair_.wishes.tempoRangePercent, genome.bars);
      transition.tempoPath = match.path;
      transition.tempoMultiple = match.path == TempoPath::kOwn ? 1 : match.multiple;
      transition.startPercent = match.startPercent;
      transition.endPercent = match.endPercent;
      if (match.path == TempoPath::kGlide) genome.tempo = glideCurve(genome.bars, glide);
    }
    transition.genome = std::move(genome);
    return transition;
  }

  // A record that has no room for any of it is followed by the next when it ends.
  Transition lastResort() const {
    const TrackView& out = pair_.out;
    return placed(makeGenome(Style::kCut, 1, {}), std::max(out.firstBar(), out.lastBar() - 4),
                  pair_.in.firstBar(), 0);
  }

  const MixerModel& model_;
  Pair pair_;
  const Situation& situation_;
  int wish_;
  std::optional<Candidate> best_;
};

}  // namespace

Transition writeByModel(const MixerModel& model, const TrackView& outgoing,
                        const TrackView& incoming, const Situation& situation,
                        const MixParameters& parameters) {
  const Pair pair{outgoing, incoming, parameters, outlookOf(outgoing, incoming),
                  outgoing.steady() && incoming.steady()};
  return RuleBook(model, pair, situation).choose();
}

Transition writeByRules(const TrackView& outgoing, const TrackView& incoming,
                        const Situation& situation, const MixParameters& parameters) {
  return writeByModel({}, outgoing, incoming, situation, parameters);
}

}  // namespace dju::mixer
