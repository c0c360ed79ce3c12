// A window: a stretch of a performance as models read it, with what is true of it; the format says
// what its numbers are (shard_format.h). Here is that of ten seconds of sound. Its labels are the
// judge's own formulas over the evidence of the window, and the engagement of a simulated audience
// (audience.h); nothing is typed in. Plain values and pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "judge/heads.h"
#include "judge/performance.h"
#include "music/sound_rows.h"
#include "simulator/performance.h"

namespace dju::dataset {

inline constexpr std::size_t kWindowRows = 1024;  // 10.24 s
static_assert(music::kSoundRowHop == judge::kEvidenceFrames, "a row of sound has its evidence");

struct Window {
  std::vector<float> features;  // rows x columns of the format
  std::vector<float> labels;    // NaN where nothing can be said
  std::vector<float> extras;    // NaN where unknown
  nlohmann::json item;          // what the window is: a line of items-NNN.jsonl
};

// What is measured beside the labels, for baselines, dose and response, and tables. In units of
// their names; means over the moments at which two decks are heard, weighted by the softer one.
std::vector<std::string> extraNames();

// `evidence`: the window's, from `start` on; `transitions`: those of the whole performance.
std::vector<float> extrasOf(std::span<const judge::Evidence> evidence, Frame start,
                            std::span<const simulator::PlayedTransition> transitions);

}  // namespace dju::dataset
