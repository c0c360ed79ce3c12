// Who writes mixes: each a name, a version and a function from a situation to a transition. Results
// name the contestant by both, "rules@1", so that what was once compared can be compared again.
// Three are always there; a program adds those that need more than this floor has, such as trained
// networks (serving/pair_model.h); others are models in files (mixer_model.h). Any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/plan.h"

namespace dju::mixer {

struct Contestant {
  std::string name;
  std::string version;  // "1"; of a model (mixer_model.h) the hash of its content
  std::function<Transition(const TrackView& outgoing, const TrackView& incoming,
                           const Situation& situation, const MixParameters& parameters)>
      write;
  // Of those that listen: hears a record while its sound is in memory, so that writing can do
  // without it afterwards. False where it would have to and the sound is not there. Empty: does not
  // listen.
  std::function<bool(const crate::Record& record)> listen{};

  std::string id() const { return name + "@" + version; }
};

std::vector<Contestant> contestants();
// For the rest of the program's life, in place of one of the same name and version. At its start:
// mixes that are being planned do not see it.
void addContestant(Contestant contestant);
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
