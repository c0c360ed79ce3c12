// Keys around the wheel by which DJs mix (Camelot, Open Key): its order for sorting, and which keys
// mix without a clash. Pure; any thread.
#pragma once

#include "music/key.h"

namespace dju::music {

// 1A, 1B, 2A … 12B = 0 … 23.
int wheelOrder(const Key& key);
// Same key, relative key, or one step around the wheel in the same mode.
bool mixesWith(const Key& a, const Key& b);

}  // namespace dju::music
