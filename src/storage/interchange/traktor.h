// Traktor's collection.nml: title, artist, length, key, CUE_V2 (cues, loops, grid markers) and
// TEMPO. The format is not published by its maker; docs/interchange.md says what is known and
// taken. Any thread.
#pragma once

#include <string_view>

#include "core/error.h"
#include "storage/interchange/collection.h"

namespace dju::storage {

// Fails when it is no such XML.
Result<Collection> parseTraktor(std::string_view nml);

}  // namespace dju::storage
