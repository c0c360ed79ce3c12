// A tournament as a stranger asks for it: refused with an Error or made of values within their
// limits.
#include "server/arena/tournament_request.h"

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "arena/brackets/bracket.h"
#include "core/error.h"
#include "mixes/mixers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return 0;
  static const dju::mixes::Mixers mixers("/nonexistent");  // those that are built in
  try {
    const auto made = dju::server::tournamentFrom(json, mixers, 1'000'000);
    if (made.contestants.size() > dju::arena::kMostEntrants || made.sets.empty() ||
        made.sets.size() * made.contestants.size() > dju::server::kMostClips)
      std::abort();
  } catch (const dju::Error&) {
    return 0;
  }
  return 0;
}
