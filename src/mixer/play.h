// A plan carried out on the engine. The result is an ordinary battle log, whose player is the
// model; the sound comes with it, since the log is written while it is rendered. Faster than real
// time; allocates; one call, one thread, none of the engine's.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/battle_log.h"
#include "engine/telemetry.h"
#include "mixer/plan.h"

namespace dju::mixer {

struct MixBlock {
  std::span<const float> master;  // kBlockFrames, interleaved
  const engine::Telemetry& telemetry;
  bool wanted;      // outside of a preview's window the mix runs, but is not to be heard
  double progress;  // 0 to 1, an estimate
};
// Returning false ends the mix there.
using MixSink = std::function<bool(const MixBlock& block)>;

// Only what lies around one transition: some seconds of the outgoing record before it, and the
// window's length of sound with the transition in its middle.
struct MixPreview {
  std::size_t transition = 0;
  double seconds = 30;  // 5 to 120
};

struct MixOptions {
  std::string id = "mix";
  std::string name = "Mix";
  std::string createdAt = "1970-01-01T00:00:00Z";  // RFC 3339, UTC; a part of the log
  std::optional<MixPreview> preview;
};

struct PlayedTransition {
  std::size_t outgoing = 0, incoming = 1;  // turns of the plan
  Frame start, end;                        // the genome's bars
};

struct PlayedMix {
  engine::BattleLog log;
  std::vector<PlayedTransition> transitions;
  bool complete = true;  // the sink did not end it
};

// `tracks`: those that were planned with. Throws Error (kInvalid) for a plan that names other
// tracks or holds a genome that checkGenome() refuses.
PlayedMix playMix(const Plan& plan, std::span<const TrackView> tracks, const MixOptions& options,
                  const MixSink& sink);

// Where everything will lie, in seconds of the mix, within a few: what is not reckoned is that
// records are moved from their own tempos.
struct EstimatedTimes {
  struct Stretch {
    double start = 0, end = 0;
  };
  std::vector<Stretch> turns;        // from where a record starts to where it is put away
  std::vector<Stretch> transitions;  // the genomes' bars
  double total = 0;
};
EstimatedTimes estimateTimes(const Plan& plan, std::span<const TrackView> tracks);

}  // namespace dju::mixer
