// Who writes mixes: each a name, a version and a function from a situation to a transition. Results
// name the contestant by both, "rules@1", so that what was once compared can be compared again.
// These three are always there; others are models (mixer_model.h).
// Pure; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "mixer/plan.h"

namespace dju::mixer {

struct Contestant {
  std::string name;
  std::string version;  // "1"; of a model (mixer_model.h) the hash of its content
  std::function<Transition(const TrackView& outgoing, const TrackView& incoming,
                           const Situation& situation, const MixParameters& parameters)>
      write;

  std::string id() const { return name + "@" + version; }
};

std::span<const Contestant> contestants();
// By "name@version". Expected to fail, naming those that there are.
Result<Contestant> findContestant(std::string_view model);

// Rules that a DJ would give (rules.cpp).
Transition writeByRules(const TrackView& outgoing, const TrackView& incoming,
                        const Situation& situation, const MixParameters& parameters);
// Baselines (baselines.cpp): a plain crossfade at the end, at each record's own tempo; and the same
// stretch with both records just added up.
Transition writeCrossfade(const TrackView& outgoing, const TrackView& incoming,
                          const Situation& situation, const MixParameters& parameters);
Transition writeSum(const TrackView& outgoing, const TrackView& incoming,
                    const Situation& situation, const MixParameters& parameters);

}  // namespace dju::mixer
