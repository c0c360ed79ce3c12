// A rekordbox XML of a stranger; grids that it gives are grids.
#include "storage/interchange/rekordbox.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto collection = dju::storage::parseRekordbox({reinterpret_cast<const char*>(data), size});
  if (!collection) return 0;
  for (const auto& track : collection->tracks) {
    if (track.grid && !(track.grid->valid() && track.grid->sane())) std::abort();
  }
  return 0;
}
