#include "mixer/genome.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/controls.h"
#include "engine/telemetry.h"

namespace dju::mixer {
namespace {

Error wrong(const std::string& what) {
  return {ErrorCode::kInvalid, "transition: " + what};
}

void require(bool holds, const std::string& what) {
  if (!holds) throw wrong(what);
}

void requireRange(double value, double min, double max, const std::string& name) {
  require(value >= min && value <= max,
          fmt::format("{} is {}; it must be from {} to {}", name, value, min, max));
}

void checkCurve(const Curve& curve, int bars, const LaneRange& range, const std::string& name) {
  require(curve.values.size() == static_cast<std::size_t>(bars) + 1,
          fmt::format("{} has {} values; {} bars have {} bar lines", name, curve.values.size(),
                      bars, bars + 1));
  for (std::size_t i = 0; i < curve.values.size(); ++i)
    requireRange(curve.values[i], range.min, range.max, fmt::format("{} at bar {}", name, i));
}

void checkStretch(double from, double to, int bars, const std::string& name) {
  requireRange(from, 0, bars, name + ".fromBar");
  requireRange(to, 0, bars, name + ".toBar");
  require(from < to, fmt::format("{} ends at bar {}, before it begins at {}", name, to, from));
}

bool isPowerOfTwo(double value) {
  int exponent = 0;
  return value > 0 && std::frexp(value, &exponent) == 0.5;
}

void checkEffects(const Genome& genome) {
  require(genome.effects.size() <= kMostEffects,
          fmt::format("{} effects; at most {}", genome.effects.size(), kMostEffects));
  for (std::size_t i = 0; i < genome.effects.size(); ++i) {
    const EffectUse& use = genome.effects[i];
    const std::string name = fmt::format("effects[{}]", i);
    checkStretch(use.fromBar, use.toBar, genome.bars, name);
    requireRange(use.effect, 0, engine::kEffectCount - 1, name + ".effect");
    requireRange(use.mix, 0, 1, name + ".mix");
    requireRange(use.amount, 0, 1, name + ".amount");
    requireRange(use.tone, 0, 1, name + ".tone");
    requireRange(use.beats, 1.0 / 16, 8, name + ".beats");
    require(isPowerOfTwo(use.beats),
            fmt::format("{}.beats is {}; it must be 1/16, 1/8 … 8", name, use.beats));
    const auto together =
        std::count_if(genome.effects.begin(), genome.effects.end(), [&](const EffectUse& other) {
          return other.side == use.side && other.fromBar <= use.fromBar &&
                 use.fromBar < other.toBar;
        });
    require(together <= engine::kEffectSlots,
            fmt::format("{} is the {}th effect of its deck at a time; there are {}", name, together,
                        engine::kEffectSlots));
  }
}

void checkLoops(const Genome& genome) {
  require(genome.loops.size() <= kMostLoops,
          fmt::format("{} loops; at most {}", genome.loops.size(), kMostLoops));
  for (std::size_t i = 0; i < genome.loops.size(); ++i) {
    const LoopUse& use = genome.loops[i];
    const std::string name = fmt::format("loops[{}]", i);
    checkStretch(use.fromBar, use.toBar, genome.bars, name);
    requireRange(use.beats, 1.0 / 32, 128, name + ".beats");
    for (std::size_t j = 0; j < i; ++j) {
      const LoopUse& other = genome.loops[j];
      require(other.side != use.side || other.toBar <= use.fromBar || use.toBar <= other.fromBar,
              fmt::format("{} overlaps loops[{}] of the same deck", name, j));
    }
  }
}

void checkCuts(const Genome& genome) {
  require(genome.cuts.size() <= kMostCuts,
          fmt::format("{} cuts; at most {}", genome.cuts.size(), kMostCuts));
  double last = 0;
  for (std::size_t i = 0; i < genome.cuts.size(); ++i) {
    requireRange(genome.cuts[i].bar, last, genome.bars, fmt::format("cuts[{}].bar", i));
    last = genome.cuts[i].bar;
  }
}

void check(const Genome& genome) {
  requireRange(genome.bars, 1, kMostBars, "bars");
  requireRange(genome.enterBar, 0, genome.bars, "enterBar");
  for (std::size_t side = 0; side < genome.decks.size(); ++side) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      checkCurve(genome.decks[side][lane], genome.bars, kLaneRanges[lane],
                 fmt::format("{}.{}", kSideNames[side], kLaneNames[lane]));
  }
  checkCurve(genome.tempo, genome.bars, {0, 1, 0}, "tempo");
  checkEffects(genome);
  checkLoops(genome);
  checkCuts(genome);
}

}  // namespace

double Curve::at(double bar) const {
  if (values.empty()) return 0;
  const double last = static_cast<double>(values.size() - 1);
  const double place = std::clamp(bar, 0.0, last);
  const auto index = static_cast<std::size_t>(place);
  if (stepped || index + 1 >= values.size()) return values[index];
  const double part = place - static_cast<double>(index);
  return values[index] + part * (values[index + 1] - values[index]);
}

Genome plainGenome(Style style, int bars) {
  Genome genome;
  genome.style = style;
  genome.bars = bars;
  const auto lines = static_cast<std::size_t>(bars) + 1;
  for (DeckCurves& curves : genome.decks) {
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      curves[lane].values.assign(lines, kLaneRanges[lane].neutral);
  }
  genome.tempo.values.assign(lines, 0);
  return genome;
}

Result<void> checkGenome(const Genome& genome) {
  try {
    check(genome);
    return {};
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dju::mixer
