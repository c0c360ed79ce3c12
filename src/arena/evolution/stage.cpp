#include "arena/evolution/stage.h"

namespace dju::arena {

Stage::Stage(const std::vector<mixer::TrackView>& tracks, std::vector<Pair> pairs,
             mixer::MixParameters parameters)
    : pairs_(std::move(pairs)), parameters_(std::move(parameters)) {
  parameters_.order = mixer::TrackOrder::kGiven;
  for (const Pair& pair : pairs_) tracks_.push_back({tracks[pair[0]], tracks[pair[1]]});
}

mixer::Plan Stage::plan(const mixer::MixerModel& model, std::size_t pair) const {
  return mixer::planMix(tracks_[pair], parameters_, mixer::contestantOf(model));
}

const std::vector<Performance>& Stage::performances(const mixer::MixerModel& model) {
  const auto [place, isNew] = kept_.try_emplace(mixer::contentHash(model));
  if (!isNew) return place->second;
  for (std::size_t pair = 0; pair < pairs_.size(); ++pair) {
    Performance& performance = place->second.emplace_back();
    performance.transition = plan(model, pair).transitions.front();
    performance.traits = traitsOf(performance.transition, tracks_[pair][0], tracks_[pair][1]);
  }
  return place->second;
}

Traits Stage::meanTraits(const mixer::MixerModel& model) {
  TraitMean mean;
  for (const Performance& performance : performances(model)) mean.add(performance.traits);
  return mean.mean();
}

}  // namespace dju::arena
