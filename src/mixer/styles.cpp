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

// Both stay in the middle for a while: how a blend differs from a fade.
double blended(double part) {
  constexpr double kRise = 0.375;
  if (part < kRise) return 0.5 * part / kRise;
  if (part > 1 - kRise) return 1 - 0.5 * (1 - part) / kRise;
  return 0.5;
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

void longBlend(Genome& genome) {
  const int half = genome.bars / 2, swing = std::max(1, genome.bars / 8);
  fadeAcross(genome, blended);
  // The basses never lie upon each other: one has gone when the other comes.
  slope(genome.curve(Side::kOut, Lane::kLow), half - swing, half, kFlat, 0);
  slope(genome.curve(Side::kIn, Lane::kLow), half, half + swing, 0, kFlat);
  slope(genome.curve(Side::kIn, Lane::kHigh), 0, half, 0.3, kFlat);
  slope(genome.curve(Side::kOut, Lane::kMid), half, genome.bars, kFlat, 0.3);
  slope(genome.curve(Side::kOut, Lane::kHigh), half, genome.bars, kFlat, 0.3);
}

void bassSwap(Genome& genome) {
  fadeAcross(genome, blended);
  swapBass(genome, genome.bars / 2);
}

void filterFade(Genome& genome, const StyleWishes& wishes) {
  const int half = std::max(1, genome.bars / 2);
  fadeAcross(genome, blended);
  slope(genome.curve(Side::kOut, Lane::kFilter), genome.bars / 4, genome.bars, 0,
        0.6 + 0.3 * wishes.effects);
  // What is left of the outgoing bass goes with the swap, or two basses would cross.
  swapBass(genome, half);
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
      longBlend(genome);
      break;
    case Style::kBassSwap:
    case Style::kHalfTime:
      bassSwap(genome);
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
  return genome;
}

int meetingBar(const Genome& genome) {
  return genome.style == Style::kDoubleDrop ? std::min(kDropRise, genome.bars) : genome.enterBar;
}

}  // namespace dju::mixer
