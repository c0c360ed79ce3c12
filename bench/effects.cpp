// What each effect costs while it works: one slot with a 124 BPM track's sound going through it.
// Prints its conditions; asserts nothing. Usage: bench_effects [SECONDS]
#include "engine/effects/effect_slot.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bench/support/cpu.h"
#include "engine/test_support.h"

