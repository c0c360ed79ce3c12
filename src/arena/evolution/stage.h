// Pairs of records on which mixers are compared, and what a mixer would do with each. Planned when
// it is first asked for and kept, since a champion is asked again every round. One thread.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "arena/evolution/traits.h"
#include "mixer/mixer_model.h"

namespace dju::arena {

struct Performance {
  mixer::Transition transition;
  Traits traits{};
};

class Stage {
 public:
  // Indices into `tracks`, which outlive the stage: outgoing, incoming.
  using Pair = std::array<std::size_t, 2>;
  Stage(const std::vector<mixer::TrackView>& tracks, std::vector<Pair> pairs,
        mixer::MixParameters parameters = {});

  std::size_t size() const { return pairs_.size(); }
  const Pair& pair(std::size_t index) const { return pairs_[index]; }
  // The records of a pair, as they were planned with.
  const std::vector<mixer::TrackView>& tracks(std::size_t pair) const { return tracks_[pair]; }

  mixer::Plan plan(const mixer::MixerModel& model, std::size_t pair) const;
  // By pair.
  const std::vector<Performance>& performances(const mixer::MixerModel& model);
  Traits meanTraits(const mixer::MixerModel& model);

 private:
  std::vector<Pair> pairs_;
  std::vector<std::vector<mixer::TrackView>> tracks_;
  mixer::MixParameters parameters_;
  std::map<std::string, std::vector<Performance>> kept_;  // by content hash
};

}  // namespace dju::arena
