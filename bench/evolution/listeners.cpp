#include "evolution/listeners.h"

#include <algorithm>
#include <cmath>

#include "mixer/transition_moves.h"

namespace dju::bench {
namespace {

using mixer::Genome;
using mixer::Lane;
using mixer::Side;

constexpr double kBarBeats = 4;
constexpr int kAroundBars = 4;
constexpr double kSteepness = 2;  // log odds of one deviation of taste
constexpr double kCoins = 0.1;

// Amplitude of a side, and of its bass alone.
struct Level {
  double all = 0, bass = 0;
};

Level levelOf(const Genome& genome, Side side, double bar, double energy) {
  if (side == Side::kIn && bar < genome.enterBar) return {};
  const double at = std::clamp(bar, 0.0, static_cast<double>(genome.bars));
  const double fader = mixer::heardGain(genome, side, at);
  const double gain = bar < 0              ? (side == Side::kOut ? 1 : 0)
                      : bar >= genome.bars ? (side == Side::kIn ? 1 : 0)
                                           : fader * fader;
  const auto knob = [&](Lane lane) {
    return bar < 0 || bar >= genome.bars ? 1 : 2 * genome.curve(side, lane).at(at);
  };
  const double filter =
      bar < 0 || bar >= genome.bars ? 0 : genome.curve(side, Lane::kFilter).at(at);
  const double bass = gain * energy * knob(Lane::kLow) * (1 - std::clamp(filter, 0.0, 1.0));
  return {0.5 * bass + gain * energy * (0.3 * knob(Lane::kMid) + 0.2 * knob(Lane::kHigh)), bass};
}

struct Moment {
  Level out, in;
  double outEnergy = 0, inEnergy = 0;
  double all() const { return std::sqrt(out.all * out.all + in.all * in.all); }
  double bass() const { return std::sqrt(out.bass * out.bass + in.bass * in.bass); }
};

std::vector<Moment> course(const mixer::Transition& transition, const mixer::TrackView& outgoing,
                           const mixer::TrackView& incoming) {
  const Genome& genome = transition.genome;
  const double perBar = kBarBeats / transition.tempoMultiple;
  std::vector<Moment> moments;
  for (double bar = -kAroundBars; bar < genome.bars + kAroundBars; bar += 0.5) {
    const double out = transition.exitBeat + kBarBeats * bar;
    const double in = transition.entryBeat + perBar * (bar - genome.enterBar);
    Moment moment;
    moment.outEnergy = outgoing.energy(out, out + kBarBeats);
    moment.inEnergy = incoming.energy(in, in + perBar);
    moment.out = levelOf(genome, Side::kOut, bar, moment.outEnergy);
    moment.in = levelOf(genome, Side::kIn, bar, moment.inEnergy);
    moments.push_back(moment);
  }
  return moments;
}

double level(double amplitude) {
  return 20 * std::log10(std::max(amplitude, 0.03));
}

double largestJolt(const std::vector<Moment>& moments) {
  double jolt = 0;
  for (std::size_t i = 2; i < moments.size(); ++i)
    jolt = std::max(jolt, std::abs(level(moments[i].all()) - level(moments[i - 2].all())));
  return jolt;
}

double tension(const std::vector<Moment>& moments) {
  double most = 0;
  for (std::size_t i = 8; i + 1 < moments.size(); ++i) {
    double thinnest = 100;
    for (std::size_t j = i - 4; j < i; ++j) thinnest = std::min(thinnest, level(moments[j].all()));
    const double before = level(moments[i - 8].all());
    most = std::max(most, std::min(level(moments[i].all()) - thinnest, before - thinnest + 1));
  }
  return most;
}

double withoutBass(const std::vector<Moment>& moments) {
  double lack = 0;
  for (const Moment& moment : moments)
    lack += std::max(0.0, 0.5 - moment.bass() / std::max(0.1, moment.outEnergy));
  return lack;
}

double conversation(const std::vector<Moment>& moments) {
  double turns = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    const double out = moments[i].outEnergy - moments[i - 1].outEnergy;
    const double in = moments[i].inEnergy - moments[i - 1].inEnergy;
    turns += std::min(moments[i].out.all, 2 * moments[i].in.all) * std::max(0.0, out) +
             std::min(moments[i].in.all, 2 * moments[i].out.all) * std::max(0.0, in);
  }
  return turns;
}

double busiest(const mixer::Transition& transition, const mixer::TrackView& outgoing) {
  const auto moves = mixer::timedMoves(transition.genome, {0, 1});
  std::size_t most = 0;
  for (std::size_t i = 0; i < moves.size(); ++i) {
    std::size_t j = i;
    while (j < moves.size() && moves[j].bar < moves[i].bar + 2) ++j;
    most = std::max(most, j - i);
  }
  const double seconds = 2 * kBarBeats * 60 / outgoing.bpmAt(transition.exitBeat);
  return static_cast<double>(std::min<std::size_t>(most, 14)) / seconds;
}

}  // namespace

Impressions hear(const mixer::Transition& transition, const mixer::TrackView& outgoing,
                 const mixer::TrackView& incoming) {
  const std::vector<Moment> moments = course(transition, outgoing, incoming);
  return {-largestJolt(moments), tension(moments), -withoutBass(moments), conversation(moments),
          busiest(transition, outgoing)};
}

Listeners::Listeners(arena::Stage& stage, const std::vector<mixer::MixerModel>& sorts) {
  Impressions sums{}, squares{};
  double count = 0;
  for (const mixer::MixerModel& model : sorts) {
    for (std::size_t pair = 0; pair < stage.size(); ++pair, ++count) {
      const auto& tracks = stage.tracks(pair);
      const Impressions heard =
          hear(stage.performances(model)[pair].transition, tracks[0], tracks[1]);
      for (std::size_t t = 0; t < kTasteCount; ++t) {
        sums[t] += heard[t];
        squares[t] += heard[t] * heard[t];
      }
    }
  }
  for (std::size_t t = 0; t < kTasteCount; ++t)
    scale_[t] = std::sqrt(std::max(1e-9, squares[t] / count - sums[t] / count * sums[t] / count));
}

double Listeners::liking(std::size_t taste, const arena::Stage& stage, std::size_t pair,
                         const mixer::Transition& transition) const {
  const auto& tracks = stage.tracks(pair);
  return hear(transition, tracks[0], tracks[1])[taste] / scale_[taste];
}

arena::Choice Listeners::choose(std::size_t taste, const arena::Stage& stage, std::size_t pair,
                                const mixer::Transition& a, const mixer::Transition& b,
                                Random& random) const {
  if (random.chance(kCoins)) return random.chance(0.5) ? arena::Choice::kA : arena::Choice::kB;
  const double better = liking(taste, stage, pair, a) - liking(taste, stage, pair, b);
  if (std::abs(better) < kAlike && random.chance(0.5)) return arena::Choice::kTie;
  return random.chance(1 / (1 + std::exp(-kSteepness * better))) ? arena::Choice::kA
                                                                 : arena::Choice::kB;
}

}  // namespace dju::bench
