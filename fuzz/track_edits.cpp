// People's edits of a track against anything; what is accepted must be laid over an analysis and
// read back as the same.
#include "music/track_edits.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/time.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::music;
  const auto edits = parseTrackEdits({reinterpret_cast<const char*>(data), size});
  constexpr dju::FrameCount kFrames = 300 * dju::kSampleRate;
  if (!edits.ok() || !checkEdits(*edits, kFrames).ok()) return 0;
  if (withEdits({}, *edits).grid.valid() != edits->grid.has_value()) std::abort();
  const std::string text = toCanonicalJson(ordered(*edits));
  const auto again = parseTrackEdits(text);
  if (!again.ok() || toCanonicalJson(*again) != text) std::abort();
  return 0;
}
