// How large a model a machine should run, by its memory: the document's edge engine takes full
// precision above 2 GB, half above 1 GB, and quantised weights below. The browser decides by the
// same numbers (web/src/app/edge/). Any thread.
#pragma once

#include <cstdint>

#include "serving/model_version.h"

namespace dju::serving {

// Bytes that this process may have: of the machine, or of its container where that is less (cgroup
// version 1 or 2).
std::uint64_t deviceMemory();
Precision precisionFor(std::uint64_t memoryBytes);

}  // namespace dju::serving
