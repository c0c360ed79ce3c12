// Rendering a log offline: the same Battle, fed from a BattleLog instead of from people. Used by
// `dju render`, by recordings on demand and by replays. Allocates; not for an engine thread.
#pragma once

#include <functional>
#include <span>

#include "engine/battle.h"
#include "engine/battle_log.h"

namespace dju::engine {

struct RenderResult {
  bool verified = false;  // same DSP revision and every mark agrees
  bool sameRevision = false;
  std::optional<LogMark> firstDifference;  // the log's mark that the render did not meet
  Frame end;
  std::uint64_t hash = 0;  // at the last mark
};

struct RenderOptions {
  FrameCount blockFrames = kBlockFrames;
  std::function<FrameCount()> nextBlock;  // overrides blockFrames (tests: random sizes)
  bool stems = false;
};

// Called with every rendered block: master and, if asked for, stems. Returning false stops.
using RenderSink =
    std::function<bool(FrameCount frames, const Outputs& outputs, const Telemetry& telemetry)>;

// `tracks[i]` is the audio of the log's track i. Renders to the log's end (or last mark).
RenderResult renderLog(const BattleLog& log, std::span<const LoadedTrack> tracks,
                       const RenderOptions& options, const RenderSink& sink);

}  // namespace dju::engine
