// Cue sheets of strangers: what is accepted has tracks whose beginnings rise.
#include "dataset/collectors/cue_sheet.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sheet = dju::dataset::parseCueSheet({reinterpret_cast<const char*>(data), size});
  if (!sheet.ok()) return 0;
  double before = -1;
  for (const dju::dataset::CueTrack& track : sheet->tracks) {
    if (track.seconds <= before) std::abort();
    before = track.seconds;
  }
  return 0;
}
