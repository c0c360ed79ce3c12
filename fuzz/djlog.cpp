// The battle log's parser against anything; what it accepts is rendered for a moment, since a log
// that parses must also play.
#include <cstdint>
#include <string_view>

#include "engine/battle_log.h"
#include "engine/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::engine;  // NOLINT(google-build-using-namespace)
  auto log = parseLog({reinterpret_cast<const char*>(data), size});
  if (!log.ok()) return 0;
  static const std::int16_t samples[2 * 4800] = {};
  LoadedTrack track;
  track.audio = {samples, 4800};
  if (!log->tracks.empty()) track.grid = log->tracks[0].grid;
  const LoadedTrack tracks[] = {track, track};
  int blocks = 0;
  renderLog(*log, tracks, {},
            [&](dju::FrameCount, const Outputs&, const Telemetry&) { return ++blocks < 40; });
  return 0;
}
