#include "arena/evolution/traits.h"

#include <algorithm>
#include <cmath>

#include "mixer/situation_features.h"
#include "mixer/styles.h"
#include "mixer/transition_moves.h"

namespace dju::arena {
namespace {

using mixer::Genome;
using mixer::Lane;
using mixer::Side;

constexpr double kHeard = 0.3;  // of a fader
constexpr double kHalfBar = 0.5;

double bassOf(const Genome& genome, Side side, double bar) {
  return mixer::heardGain(genome, side, bar) * genome.curve(side, Lane::kLow).at(bar);
}

// From the genome alone, half bar by half bar.
struct Course {
  double lateSwap = 1, together = 0, thinned = 0, filter = 0;
};

Course courseOf(const Genome& genome) {
  Course course;
  int steps = 0, both = 0;
  bool swapped = false;
  for (double bar = 0; bar < genome.bars; bar += kHalfBar, ++steps) {
    if (!swapped && bassOf(genome, Side::kIn, bar) > bassOf(genome, Side::kOut, bar)) {
      swapped = true;
      course.lateSwap = bar / genome.bars;
    }
    course.filter =
        std::max(course.filter, std::abs(genome.curve(Side::kOut, Lane::kFilter).at(bar)));
    const bool entered = bar >= genome.enterBar;
    if (!entered || mixer::heardGain(genome, Side::kOut, bar) < kHeard ||
        mixer::heardGain(genome, Side::kIn, bar) < kHeard)
      continue;
    ++both;
    for (const Side side : {Side::kOut, Side::kIn}) {
      for (const Lane lane : {Lane::kMid, Lane::kHigh})
        course.thinned += std::max(0.0, 1 - 2 * genome.curve(side, lane).at(bar)) / 4;
    }
  }
  course.together = static_cast<double>(both) / std::max(1, steps);
  course.thinned = both > 0 ? std::min(1.0, 2 * course.thinned / both) : 0;
  return course;
}

mixer::SituationFeatures situationOf(const mixer::Transition& transition,
                                     const mixer::TrackView& outgoing,
                                     const mixer::TrackView& incoming) {
  mixer::TempoMatch match;
  match.path = transition.tempoPath;
  match.multiple = transition.tempoMultiple;
  mixer::CueQuestion question;
  question.style = transition.genome.style;
  question.bars = transition.genome.bars;
  question.enterBar = transition.genome.enterBar;
  question.meetingBar = mixer::meetingBar(transition.genome);
  question.multiple = transition.tempoMultiple;
  return mixer::situationFeatures(mixer::outlookOf(outgoing, incoming), match, question,
                                  {transition.exitBeat, transition.entryBeat, 0}, {});
}

double named(const mixer::SituationFeatures& features, std::string_view name) {
  const auto& names = mixer::kSituationFeatureNames;
  const auto at = std::find(names.begin(), names.end(), name) - names.begin();
  return features[static_cast<std::size_t>(at)];
}

bool sudden(mixer::Style style) {
  return style == mixer::Style::kCut || style == mixer::Style::kEchoOut ||
         style == mixer::Style::kLoopRoll;
}

}  // namespace

Traits traitsOf(const mixer::Transition& transition, const mixer::TrackView& outgoing,
                const mixer::TrackView& incoming) {
  const Genome& genome = transition.genome;
  const Course course = courseOf(genome);
  const mixer::SituationFeatures situation = situationOf(transition, outgoing, incoming);
  const double moved = std::max(std::abs(transition.startPercent), std::abs(transition.endPercent));
  Traits traits{};
  const auto set = [&](Trait which, double value) {
    traits[static_cast<std::size_t>(which)] = value;
  };
  set(Trait::kLength, genome.bars / 32.0);
  set(Trait::kLateSwap, course.lateSwap);
  set(Trait::kTogether, course.together);
  set(Trait::kThinned, course.thinned);
  set(Trait::kEffects, static_cast<double>(genome.effects.size() + genome.loops.size()) / 3);
  set(Trait::kFilter, course.filter);
  set(Trait::kSudden, sudden(genome.style) ? 1 : 0);
  set(Trait::kEnergyStep, named(situation, "energyStep"));
  set(Trait::kEnergyDip, named(situation, "energyDip"));
  set(Trait::kVoices, named(situation, "voices") * course.together);
  set(Trait::kClash, named(situation, "keyClash") * course.together);
  set(Trait::kTempoMoved, moved / 5);
  set(Trait::kEnterDrop, named(situation, "entryAtDrop"));
  set(Trait::kUnplayed, named(situation, "unplayed"));
  set(Trait::kSkipped, named(situation, "skipped"));
  return traits;
}

void TraitMean::add(const Traits& traits) {
  for (std::size_t i = 0; i < kTraits; ++i) sums_[i] += traits[i];
  ++count_;
}

Traits TraitMean::mean() const {
  Traits mean{};
  if (count_ == 0) return mean;
  for (std::size_t i = 0; i < kTraits; ++i) mean[i] = sums_[i] / count_;
  return mean;
}

}  // namespace dju::arena
