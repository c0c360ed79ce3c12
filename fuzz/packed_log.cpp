// The reader of compressed logs against anything: it keeps its bound, and what it accepts is the
// same when it is packed and read once more.
#include "storage/packed_log.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::storage;  // NOLINT(google-build-using-namespace)
  constexpr std::size_t kMost = 1 << 20;
  const auto text = unpackLog({reinterpret_cast<const char*>(data), size}, kMost);
  if (!text.ok()) return 0;
  if (text->size() > kMost) std::abort();
  const auto again = unpackLog(packLog(*text), kMost);
  if (!again.ok() || *again != *text) std::abort();
  return 0;
}
