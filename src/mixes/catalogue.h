// What can be asked of a mixer, for pages: models, presets, parameters with kinds, ranges and
// defaults, from the tables that requests are checked by. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>

namespace dju::mixes {

// GET /api/v1/mixer of docs/protocol.md.
nlohmann::json catalogue();

}  // namespace dju::mixes
