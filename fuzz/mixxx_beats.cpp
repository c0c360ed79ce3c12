// The beats of a track of Mixxx' database, in all its forms.
#include <cstdlib>

#include "storage/interchange/mixxx.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const char* version : {"BeatGrid-2.0", "BeatMap-1.0", "BeatGrid-1.0"}) {
    const auto grid = dju::storage::parseMixxxBeats({data, size}, version, 44100);
    if (grid && !(grid->valid() && grid->sane())) std::abort();
  }
  return 0;
}
