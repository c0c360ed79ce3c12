#include "arena/taste/recommendation.h"

#include <array>

namespace dju::arena {
namespace {

constexpr double kWorthIt = 0.1;  // log odds

struct Knob {
  const char* name;
  double mixer::MixParameters::*member;
};
constexpr std::array<Knob, 4> kKnobs = {
    {{"boldness", &mixer::MixParameters::boldness},
     {"effects", &mixer::MixParameters::effects},
     {"harmonicStrictness", &mixer::MixParameters::harmonicStrictness},
     {"vocalCare", &mixer::MixParameters::vocalCare}}};

}  // namespace

Recommendation recommend(const TasteProfile& profile, const std::vector<mixer::TrackView>& tracks,
                         const std::vector<Stage::Pair>& pairs, const mixer::MixParameters& base) {
  const auto worthOf = [&](const mixer::MixParameters& parameters) {
    Stage stage(tracks, pairs, parameters);
    double worth = 0;
    for (const Performance& performance : stage.performances({}))
      worth += profile.worth(performance.traits);
    return pairs.empty() ? 0 : worth / static_cast<double>(pairs.size());
  };
  Recommendation best;
  best.parameters = base;
  const double begin = worthOf(base);
  double worth = begin;
  // Whether `tried` replaces the best so far.
  const auto take = [&](const mixer::MixParameters& tried) {
    const double value = worthOf(tried);
    if (value < worth + kWorthIt) return false;
    worth = value;
    best.parameters = tried;
    return true;
  };
  bool changed = false;
  for (const int bars : {4, 8, 16, 32, 64}) {
    mixer::MixParameters tried = best.parameters;
    tried.transitionBars = bars;
    changed = take(tried) || changed;
  }
  if (changed) best.changed.emplace_back("transitionBars");
  for (const Knob& knob : kKnobs) {
    changed = false;
    for (const double value : {0.0, 0.25, 0.5, 0.75, 1.0}) {
      mixer::MixParameters tried = best.parameters;
      tried.*knob.member = value;
      changed = take(tried) || changed;
    }
    if (changed) best.changed.emplace_back(knob.name);
  }
  best.worth = worth - begin;
  return best;
}

}  // namespace dju::arena
