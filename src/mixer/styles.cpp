#include "mixer/styles.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "engine/controls.h"

namespace dju::mixer {
namespace {

using engine::EffectType;

constexpr double kFlat = 0.5;  // an EQ knob

// Bars of a double drop: before both drop, together, and until the first one is gone.
constexpr int kDropRise = 8, kDropTogether = 8, kDropFall = 8;
constexpr int kRollBars = 8;

void shape(Curve& curve, const std::function<double(double)>& of) {
  const auto last = static_cast<double>(curve.values.size() - 1);
  for (std::size_t b = 0; b < curve.values.size(); ++b)
    curve.values[b] = of(last > 0 ? static_cast<double>(b) / last : 1);
}

void step(Curve& curve, int bar, double before, double after) {
  curve.stepped = true;
  for (std::size_t b = 0; b < curve.values.size(); ++b)
    curve.values[b] = static_cast<int>(b) < bar ? before : after;
}

// From `before` to `after`, evenly between two bar lines.
void slope(Curve& curve, int from, int to, double before, double after) {
  for (std::size_t b = 0; b < curve.values.size(); ++b) {
    const double part = to > from ? (static_cast<double>(b) - from) / (to - from)
                                  : (static_cast<int>(b) < from ? 0.0 : 1.0);
    curve.values[b] = before + (after - before) * std::clamp(part, 0.0, 1.0);
  }
}

// A value that is `usual` at 0, `least` at -1 and `most` at 1.
double between(double at, double least, double usual, double most) {
  return usual + at * (at < 0 ? usual - least : most - usual);
}

// Both stay in the middle for a while: how a blend differs from a fade.
std::function<double(double)> blended(const BlendShape& shape) {
  const double rise = between(shape.plateau, 0.5, 0.375, 0.125);
  return [rise](double part) {
    if (part < rise) return 0.5 * part / rise;
    if (part > 1 - rise) return 1 - 0.5 * (1 - part) / rise;
    return 0.5;
  };
}

void fadeAcross(Genome& genome, const std::function<double(double)>& part) {
  shape(genome.curve(Side::kIn, Lane::kGain), [&](double x) { return fadeIn(part(x)); });
  shape(genome.curve(Side::kOut, Lane::kGain), [&](double x) { return fadeOut(part(x)); });
}

void cutAt(Genome& genome, int bar) {
  step(genome.curve(Side::kOut, Lane::kGain), bar, 1, 0);
  step(genome.curve(Side::kIn, Lane::kGain), bar, 0, 1);
}

void swapBass(Genome& genome, int bar) {
  step(genome.curve(Side::kOut, Lane::kLow), bar, kFlat, 0);
  step(genome.curve(Side::kIn, Lane::kLow), bar, 0, kFlat);
}

EffectUse effect(EffectType type, double fromBar, double toBar) {
  EffectUse use;
  use.effect = static_cast<int>(type);
  use.fromBar = fromBar;
  use.toBar = toBar;
  return use;
}

// The bar line on which the basses change.
int swapBar(const Genome& genome, const BlendShape& shape) {
  const auto moved = static_cast<int>(std::lround(shape.swap * genome.bars / 4));
  return std::clamp(genome.bars / 2 + moved, 1, std::max(1, genome.bars - 1));
}

void longBlend(Genome& genome, const BlendShape& shape) {
  const int swap = swapBar(genome, shape), swing = std::max(1, genome.bars / 8);
  const double thin = between(shape.thinning, kFlat, 0.3, 0);
  fadeAcross(genome, blended(shape));
  // The basses never lie upon each other: one has gone when the other comes.
  slope(genome.curve(Side::kOut, Lane::kLow), swap - swing, swap, kFlat, 0);
  slope(genome.curve(Side::kIn, Lane::kLow), swap, swap + swing, 0, kFlat);
  slope(genome.curve(Side::kIn, Lane::kHigh), 0, swap, thin, kFlat);
  slope(genome.curve(Side::kOut, Lane::kMid), swap, genome.bars, kFlat, thin);
  slope(genome.curve(Side::kOut, Lane::kHigh), swap, genome.bars, kFlat, thin);
}

void bassSwap(Genome& genome, const BlendShape& shape) {
  fadeAcross(genome, blended(shape));
  swapBass(genome, swapBar(genome, shape));
}

void filterFade(Genome& genome, const StyleWishes& wishes) {
  fadeAcross(genome, blended(wishes.shape));
  slope(genome.curve(Side::kOut, Lane::kFilter), genome.bars / 4, genome.bars, 0,
        0.6 + 0.3 * wishes.effects);
  // What is left of the outgoing bass goes with the swap, or two basses would cross.
  swapBass(genome, swapBar(genome, wishes.shape));
}

// Effects that ring out of the outgoing record and colour the incoming one.
void garnish(Genome& genome, const BlendShape& shape) {
  const auto count = std::lround(3 * std::max(0.0, shape.garnish));
  const double end = genome.bars, quarter = std::max(1.0, end / 4);
  if (count > 0) {
    EffectUse echo = effect(EffectType::kEcho, end - 1, end);
    echo.mix = 0.4;
    genome.effects.push_back(echo);
  }
  if (count > 1) {
    EffectUse reverb = effect(EffectType::kReverb, end - quarter, end);
    reverb.mix = 0.35;
    genome.effects.push_back(reverb);
  }
  if (count > 2) {
    EffectUse phaser = effect(EffectType::kPhaser, 0, quarter);
    phaser.side = Side::kIn;
    phaser.mix = 0.4;
    phaser.beats = 4;
    genome.effects.push_back(phaser);
  }
}

void echoOut(Genome& genome, const StyleWishes& wishes) {
  const int end = genome.bars;
  genome.enterBar = end;
  cutAt(genome, end);
  EffectUse echo = effect(EffectType::kEcho, end - 1, end);
  echo.mix = 0.4 + 0.2 * wishes.effects;
  echo.amount = 0.45 + 0.25 * wishes.effects;
  echo.beats = 1;
  genome.effects.push_back(echo);
  slope(genome.curve(Side::kOut, Lane::kFilter), end - 1, end, 0, 0.2);
}

void loopRoll(Genome& genome, const StyleWishes& wishes) {
  const double end = genome.bars;
  genome.enterBar = genome.bars;
  cutAt(genome, genome.bars);
  // Half as long each time, as a build's snare is.
  const double starts[] = {end - 4, end - 2, end - 1, end - 0.5, end};
  double beats = 4;
  for (std::size_t i = 0; i + 1 < std::size(starts); ++i, beats /= 2)
    genome.loops.push_back({Side::kOut, starts[i], starts[i + 1], beats, true});
  slope(genome.curve(Side::kOut, Lane::kFilter), genome.bars - 4, genome.bars, 0, 0.55);
  if (wishes.effects < 0.4) return;
  EffectUse riser = effect(EffectType::kNoise, end - 4, end);
  riser.mix = 0.2 * wishes.effects;
  riser.amount = 0.3;
  riser.beats = 4;
  genome.effects.push_back(riser);
}

void doubleDrop(Genome& genome) {
  const int drop = kDropRise, fall = kDropRise + kDropTogether;
  slope(genome.curve(Side::kIn, Lane::kGain), 0, drop, 0, 1);
  slope(genome.curve(Side::kOut, Lane::kGain), fall, genome.bars, 1, 0);
  // Both basses for the first two bars of the drop, which is what people shout for; then turns.
  step(genome.curve(Side::kIn, Lane::kLow), drop, 0, kFlat);
  step(genome.curve(Side::kOut, Lane::kLow), drop + 2, kFlat, 0);
}

void fade(Genome& genome) {
  fadeAcross(genome, [](double part) { return part; });
}

}  // namespace

double fadeIn(double part) {
  // sin² + cos² = 1; the fader's square law is undone.
  return std::sqrt(std::sin(std::clamp(part, 0.0, 1.0) * std::acos(-1.0) / 2));
}

int barsOf(Style style, int bars) {
  switch (style) {
    case Style::kCut:
      return 1;
    case Style::kEchoOut:
      return 2;
    case Style::kLoopRoll:
      return kRollBars;
    case Style::kDoubleDrop:
      return kDropRise + kDropTogether + kDropFall;
    default:
      return std::clamp(bars, 2, kMostBars);
  }
}

Genome makeGenome(Style style, int bars, const StyleWishes& wishes) {
  Genome genome = plainGenome(style, barsOf(style, bars));
  switch (style) {
    case Style::kFade:
      fade(genome);
      break;
    case Style::kLongBlend:
      longBlend(genome, wishes.shape);
      break;
    case Style::kBassSwap:
    case Style::kHalfTime:
      bassSwap(genome, wishes.shape);
      break;
    case Style::kFilterFade:
      filterFade(genome, wishes);
      break;
    case Style::kEchoOut:
      echoOut(genome, wishes);
      break;
    case Style::kCut:
      genome.enterBar = 1;
      cutAt(genome, 1);
      break;
    case Style::kLoopRoll:
      loopRoll(genome, wishes);
      break;
    case Style::kDoubleDrop:
      doubleDrop(genome);
      break;
  }
  const bool anyLength = barsOf(style, kMostBars) == kMostBars;
  if (anyLength) garnish(genome, wishes.shape);
  return genome;
}

Curve glideCurve(int bars, double glide) {
  Curve curve;
  for (int b = 0; b <= bars; ++b) {
    const double part = static_cast<double>(b) / bars;
    curve.values.push_back(part + glide * part * (1 - part));
  }
  return curve;
}

int meetingBar(const Genome& genome) {
  return genome.style == Style::kDoubleDrop ? std::min(kDropRise, genome.bars) : genome.enterBar;
}

}  // namespace dju::mixer
