// Some seconds out of the middle of a mix: one deck or two that already run, at drawn places,
// tempos and levels, with drawn moves of the hands. Nobody listens and corrects, as the virtual DJs
// of performance.h do: what is to be told apart is spread evenly instead, and a pair of tracks
// costs tens of milliseconds, so that a model can meet tens of thousands.
//
//   const ExcerptPlan plan = drawExcerpt(crate, "x17", seed);
//   const Performance played = playExcerpt(plan, sink);
//
// What is drawn is independent of everything else, so that no fade tells of the beats under it.
// Callers: dataset/excerpts.h. Pure but for the sink; any thread; allocates.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/controls.h"
#include "simulator/performance.h"

namespace dju::simulator {

inline constexpr double kExcerptSeconds = 11.5;

// One move of one control. Seconds count from the excerpt's beginning.
struct Move {
  double seconds = 0;
  engine::ControlId control{};
  int target = 0;
  double to = 0;
  double within = 0;  // seconds that the move takes; 0: at once
};

struct ExcerptPlan {
  PerformancePlan about;    // name, seed, one track or two; no DJ, no transitions
  std::vector<Move> moves;  // by time; what stands at the beginning is moved there at 0
};

// Two decks in five of six excerpts, where the crate has a track whose tempo can be matched. Beats
// lie up to 5, to 30, to 100 ms and to half a beat apart at the middle, each about as often; tempos
// differ by 0 to 3 %. `crate`: at least one track, each of a minute or more. Throws Error
// (kInvalid) for an empty crate.
ExcerptPlan drawExcerpt(std::span<const CrateTrack* const> crate, const std::string& name,
                        std::uint64_t seed);

// The performance has no transitions.
Performance playExcerpt(const ExcerptPlan& plan, const PerformanceSink& sink);

}  // namespace dju::simulator
