// What can be said of a transition in a word each, from its plan and before anything sounds: how
// evolution tells styles apart, what the reward model and the taste of a listener are made of.
// Pure; any thread.
#pragma once

#include <array>
#include <string_view>

#include "mixer/plan.h"

namespace dju::arena {

enum class Trait : std::size_t {
  kLength,      // bars, of 32
  kLateSwap,    // where the basses change, 0 at once … 1 at the end
  kTogether,    // share of the bars in which both are heard
  kThinned,     // by how much mids and highs are taken away while both are heard, 0 … 1
  kEffects,     // effects and loops, of 3
  kFilter,      // how far the outgoing record's filter is turned, 0 … 1
  kSudden,      // 1: cut, echoed out or rolled
  kEnergyStep,  // from eight bars before to eight bars behind, -1 … 1
  kEnergyDip,   // by which what lies between is below both
  kVoices,      // seconds in which both sing, of 8
  kClash,       // of keys, as far as both are heard
  kTempoMoved,  // percent by which the outgoing record leaves its tempo, of 5
  kEnterDrop,   // 1: the incoming record comes in with its drop
  kUnplayed,    // share of the outgoing record behind the transition
  kSkipped,     // share of the incoming one before it
};
inline constexpr std::array<std::string_view, 15> kTraitNames = {
    "length", "lateSwap",   "together",   "thinned",   "effects",
    "filter", "sudden",     "energyStep", "energyDip", "voices",
    "clash",  "tempoMoved", "enterDrop",  "unplayed",  "skipped"};
inline constexpr std::size_t kTraits = kTraitNames.size();

using Traits = std::array<double, kTraits>;
inline double trait(const Traits& traits, Trait which) {
  return traits[static_cast<std::size_t>(which)];
}

Traits traitsOf(const mixer::Transition& transition, const mixer::TrackView& outgoing,
                const mixer::TrackView& incoming);

// Of several; zeros for none.
class TraitMean {
 public:
  void add(const Traits& traits);
  Traits mean() const;

 private:
  Traits sums_{};
  int count_ = 0;
};

}  // namespace dju::arena
