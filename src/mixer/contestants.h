// Who writes mixes: each a name, a version and a function from a situation to a transition. Results
// name the contestant by both, "rules@1", so that what was once compared can be compared again.
// Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "mixer/plan.h"

namespace dju::mixer {

struct Contestant {
  std::string_view name;
  int version;
  Transition (*write)(const TrackView& outgoing, const TrackView& incoming,
                      const Situation& situation, const MixParameters& parameters);
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
