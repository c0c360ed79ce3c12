#include "engine/effects/effect_table.h"

#include <array>

namespace dju::engine {
namespace {

// In the order of data/controls.json, which gives the effects their numbers.
constexpr std::array<const EffectInfo*, kEffectCount> kTable = {
    &kEcho,    &kPingPong, &kReverb, &kFlanger, &kPhaser, &kFilter,
    &kCrusher, &kGate,     &kRoll,   &kNoise,   &kBrake};

}  // namespace

const EffectInfo& effectInfo(EffectType type) noexcept {
  const auto index = static_cast<std::size_t>(type);
  return *kTable[index < kTable.size() ? index : 0];
}

}  // namespace dju::engine
