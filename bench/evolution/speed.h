// How long a generation takes from its votes until people can hear the next one.
#pragma once

#include "evolution/audience.h"

namespace dju::bench {

// 20 contestants, on all pairs of the stage, two threads; elapsed time and the processor's.
void printSpeed(arena::Stage& stage, const Listeners& listeners);

}  // namespace dju::bench
