// What can be asked of a mixer, for pages: models, presets, parameters with kinds, ranges and
// defaults, from the tables that requests are checked by, and transitions in each of its styles.
// Any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "mixes/mixers.h"

namespace dju::mixes {

// GET /api/v1/mixer of docs/protocol.md.
nlohmann::json catalogue(const Mixers& mixers);

// GET /api/v1/mixer/genome: as the mixer writes `style`. `bars` is a wish, of styles without a
// length of their own; `effects` 0 none to 1 much. Throws Error (kInvalid) for a style that there
// is not.
nlohmann::json styledGenome(std::string_view style, int bars, double effects);

}  // namespace dju::mixes
