// A genome as JSON that people read and edit (docs/mixing.md). Strict: what is unknown or out of
// range is refused with its place, so that a typing error is not a transition nobody meant. Any
// thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "mixer/genome.h"

namespace dju::mixer {

inline constexpr int kGenomeVersion = 1;
inline constexpr std::size_t kMostGenomeBytes = 256 << 10;

nlohmann::json toJson(const Genome& genome);
Result<Genome> parseGenome(std::string_view text);
// Throws Error (kInvalid).
Genome genomeFrom(const nlohmann::json& json);

}  // namespace dju::mixer
