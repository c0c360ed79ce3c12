// The readers of lineages and votes against anything; what they accept is written and read back the
// same.
#include "arena/evolution/lineage.h"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::arena;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto votes = parseVotes(text); votes.ok()) {
    const auto again = parseVotes(toJson(*votes).dump());
    if (!again.ok() || *again != *votes) std::abort();
  }
  if (const auto lineage = parseLineage(text); lineage.ok()) {
    const auto again = parseLineage(toJson(*lineage).dump());
    if (!again.ok() || toJson(*again) != toJson(*lineage)) std::abort();
  }
  return 0;
}
