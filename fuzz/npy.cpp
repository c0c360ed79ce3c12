// The header of .npy shards against anything; what is accepted must have a size that can be held
// against the file's.
#include "learning/data/npy.h"

#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header =
      dju::learning::parseNpyHeader(std::as_bytes(std::span<const std::uint8_t>(data, size)));
  if (header.ok() && (header->dataOffset > size || header->elements() > (std::size_t{1} << 40)))
    std::abort();
  return 0;
}
