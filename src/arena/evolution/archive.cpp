#include "arena/evolution/archive.h"

#include <algorithm>
#include <array>

namespace dju::arena {
namespace {

// Upper ends of all bins but the last.
constexpr std::array<double, kLengthBins - 1> kLengthEnds = {0.2, 0.4, 0.7};  // of 32 bars
constexpr std::array<double, kSlopeBins - 1> kSlopeEnds = {-0.03, 0.03};
constexpr std::array<double, kEffectBins - 1> kEffectEnds = {0.15, 0.6};  // of three

template <std::size_t N>
int binOf(const std::array<double, N>& ends, double value) {
  return static_cast<int>(std::upper_bound(ends.begin(), ends.end(), value) - ends.begin());
}

}  // namespace

int archiveCell(const Traits& traits) {
  const int length = binOf(kLengthEnds, trait(traits, Trait::kLength));
  const int slope = binOf(kSlopeEnds, trait(traits, Trait::kEnergyStep));
  const int effects = binOf(kEffectEnds, trait(traits, Trait::kEffects));
  return (length * kSlopeBins + slope) * kEffectBins + effects;
}

void Archive::offer(const std::string& id, const Traits& traits, double points) {
  const auto [place, isNew] = elites_.try_emplace(archiveCell(traits), Elite{id, points});
  if (!isNew && points > place->second.points) place->second = {id, points};
}

}  // namespace dju::arena
