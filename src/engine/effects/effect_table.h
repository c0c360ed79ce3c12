// The rows of all effects, each defined in its own file. Only effect_table.cpp and these files need
// it; everybody else asks effectInfo().
#pragma once

#include "engine/effects/effect.h"

namespace dju::engine {

extern const EffectInfo kEcho, kPingPong, kReverb, kFlanger, kPhaser, kFilter, kCrusher, kGate,
    kRoll, kNoise, kBrake;

}  // namespace dju::engine
