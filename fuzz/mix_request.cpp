// Wishes for mixes and previews against anything; what is accepted is written whole and read back
// the same.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "mixes/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::mixes;  // NOLINT(google-build-using-namespace)
  const auto wish = nlohmann::json::parse(data, data + size, nullptr, false);
  if (wish.is_discarded()) return 0;
  try {
    const auto whole = toJson(mixOrderFrom(wish).mix);
    if (toJson(mixRequestFrom(whole)) != whole) std::abort();
  } catch (const dju::Error&) {
  }
  try {
    previewOrderFrom(wish);
  } catch (const dju::Error&) {
  }
  return 0;
}
