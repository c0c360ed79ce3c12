// Listeners whose taste nobody is told: five of them, each of what can be heard half bar by half
// bar as the faders, knobs and the records' energies run together. Neither the reward model's
// traits nor the archive's are among it. They err: alike mixes are told apart by chance, and every
// tenth voice is a coin.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "arena/evolution/stage.h"
#include "arena/vote.h"
#include "core/random.h"

namespace dju::bench {

inline constexpr std::array<std::string_view, 5> kTastes = {
    "no jolts",           // the largest change of level within a bar is small
    "tension",            // it grows thin, then comes back at once
    "bass never leaves",  // half bars with little bass
    "conversation",       // both records' own accents are heard in turn
    "busy hands"};        // moves of the log a second, at the busiest
inline constexpr std::size_t kTasteCount = kTastes.size();
// Deviations of liking below which half of the voices are ties.
inline constexpr double kAlike = 0.15;

// What each taste would say, before it is brought to a common scale.
using Impressions = std::array<double, kTasteCount>;
Impressions hear(const mixer::Transition& transition, const mixer::TrackView& outgoing,
                 const mixer::TrackView& incoming);

class Listeners {
 public:
  // The scale is that of the impressions of these: mixers of all sorts.
  Listeners(arena::Stage& stage, const std::vector<mixer::MixerModel>& sorts);

  // How much one of the taste likes it, in deviations among mixers of all sorts.
  double liking(std::size_t taste, const arena::Stage& stage, std::size_t pair,
                const mixer::Transition& transition) const;

  arena::Choice choose(std::size_t taste, const arena::Stage& stage, std::size_t pair,
                       const mixer::Transition& a, const mixer::Transition& b,
                       Random& random) const;

 private:
  Impressions scale_{};
};

}  // namespace dju::bench
