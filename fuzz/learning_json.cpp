// The JSON of data sets and model cards against anything; what it reads as text must read back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "learning/data/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using dju::learning::Json;
  const auto json = Json::parse({reinterpret_cast<const char*>(data), size});
  if (!json.ok() || json->string() == nullptr) return 0;
  const auto again = Json::parse(dju::learning::jsonQuoted(*json->string()));
  if (!again.ok() || *again->string() != *json->string()) std::abort();
  return 0;
}
