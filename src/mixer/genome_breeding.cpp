#include "mixer/genome_breeding.h"

#include <algorithm>
#include <cmath>

namespace dju::mixer {
namespace {

Curve resizedCurve(const Curve& curve, int bars) {
  Curve result;
  result.stepped = curve.stepped;
  const double old = static_cast<double>(curve.values.size() - 1);
  for (int b = 0; b <= bars; ++b) result.values.push_back(curve.at(b * old / bars));
  return result;
}

template <typename Use>
void rescale(std::vector<Use>& uses, double factor, int bars) {
  for (Use& use : uses) {
    use.fromBar = std::min<double>(use.fromBar * factor, bars);
    use.toBar = std::min<double>(use.toBar * factor, bars);
  }
}

// From `bar` on the other parent's.
Curve spliced(const Curve& first, const Curve& second, std::size_t bar) {
  Curve child = first;
  for (std::size_t b = bar; b < child.values.size(); ++b) child.values[b] = second.values[b];
  return child;
}

Curve crossCurves(const Curve& mother, const Curve& father, Random& random) {
  const bool motherFirst = random.chance(0.5), splice = random.chance(0.25);
  const auto bar = static_cast<std::size_t>(random.below(static_cast<int>(mother.values.size())));
  const Curve &first = motherFirst ? mother : father, &second = motherFirst ? father : mother;
  // A line and steps are not made of the same thing.
  if (!splice || mother.stepped != father.stepped) return first;
  return spliced(first, second, bar);
}

void mutateCurve(Curve& curve, const LaneRange& range, double strength, Random& random) {
  const double span = range.max - range.min;
  const auto last = static_cast<int>(curve.values.size()) - 1;
  switch (random.below(3)) {
    case 0: {  // one bar line
      double& value = curve.values[static_cast<std::size_t>(random.below(last + 1))];
      value = std::clamp(value + span * strength * random.uniform(-1, 1), range.min, range.max);
      return;
    }
    case 1: {  // earlier or later by a bar
      if (random.chance(0.5)) {
        std::rotate(curve.values.begin(), curve.values.begin() + 1, curve.values.end());
        curve.values.back() = curve.values[static_cast<std::size_t>(std::max(0, last - 1))];
      } else {
        std::rotate(curve.values.begin(), curve.values.end() - 1, curve.values.end());
        curve.values.front() = curve.values[static_cast<std::size_t>(std::min(1, last))];
      }
      return;
    }
    default: {  // all of it, up or down
      const double by = span * strength * random.uniform(-0.5, 0.5);
      for (double& value : curve.values) value = std::clamp(value + by, range.min, range.max);
    }
  }
}

void mutateEffects(std::vector<EffectUse>& effects, double strength, Random& random) {
  for (EffectUse& use : effects) {
    if (!random.chance(strength)) continue;
    for (double* value : {&use.mix, &use.amount, &use.tone})
      *value = std::clamp(*value + strength * random.uniform(-0.5, 0.5), 0.0, 1.0);
  }
  if (!effects.empty() && random.chance(0.2 * strength))
    effects.erase(effects.begin() + random.below(static_cast<int>(effects.size())));
}

}  // namespace

Genome resized(const Genome& genome, int bars) {
  if (bars == genome.bars) return genome;
  Genome result = genome;
  const double factor = static_cast<double>(bars) / genome.bars;
  result.bars = bars;
  result.enterBar = static_cast<int>(std::lround(genome.enterBar * factor));
  for (DeckCurves& curves : result.decks) {
    for (Curve& curve : curves) curve = resizedCurve(curve, bars);
  }
  result.tempo = resizedCurve(genome.tempo, bars);
  rescale(result.effects, factor, bars);
  rescale(result.loops, factor, bars);
  for (CutPoint& cut : result.cuts) cut.bar = std::min<double>(cut.bar * factor, bars);
  return result;
}

Genome cross(const Genome& mother, const Genome& father, Random& random) {
  Genome child = mother;
  const Genome other = resized(father, mother.bars);
  for (std::size_t side = 0; side < child.decks.size(); ++side) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      child.decks[side][lane] =
          crossCurves(mother.decks[side][lane], other.decks[side][lane], random);
  }
  child.tempo = crossCurves(mother.tempo, other.tempo, random);
  if (random.chance(0.5)) child.effects = other.effects;
  if (random.chance(0.5)) child.loops = other.loops;
  if (random.chance(0.5)) child.cuts = other.cuts;
  // Where the incoming record enters goes with its fader.
  if (child.curve(Side::kIn, Lane::kGain) != mother.curve(Side::kIn, Lane::kGain)) {
    child.enterBar = other.enterBar;
    child.style = father.style;
  }
  return child;
}

Genome mutate(const Genome& genome, double strength, Random& random) {
  Genome child = genome;
  const double amount = std::clamp(strength, 0.0, 1.0);
  for (DeckCurves& curves : child.decks) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (random.chance(amount)) mutateCurve(curves[lane], kLaneRanges[lane], amount, random);
    }
  }
  if (random.chance(amount)) mutateCurve(child.tempo, {0, 1, 0}, amount, random);
  mutateEffects(child.effects, amount, random);
  return child;
}

}  // namespace dju::mixer
