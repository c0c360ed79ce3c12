// A Traktor NML of a stranger; grids that it gives are grids.
#include "storage/interchange/traktor.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto collection = dju::storage::parseTraktor({reinterpret_cast<const char*>(data), size});
  if (!collection) return 0;
  for (const auto& track : collection->tracks) {
    if (track.grid && !(track.grid->valid() && track.grid->sane())) std::abort();
  }
  return 0;
}
