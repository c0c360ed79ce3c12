// Windows of mixes that another engine made, of which is known how far the beats and the tempos of
// two records lie apart: what shows whether a judge has learned music or our engine.
//
// A line of the list is a JSON object: "audio" (a file, beside the list), "group" (what was varied,
// for intervals), "license", "beat_offset_ms", "tempo_difference_bpm"; optional "start" (seconds),
// "key_distance_steps", "condition" (such as "opus 32k"). Labels are the judge's formulas of these.
// Callers: `dju dataset hear`. Blocks while files are decoded; allocates.
#pragma once

#include <cstddef>
#include <filesystem>

#include "audio/decode.h"

namespace dju::dataset {

// Makes the folder `out` a data set of one window a line, all in the split test, and returns how
// many. Throws Error that names list and line: a line that is no such object, audio that cannot be
// decoded or is shorter than a window, more than 100,000 lines.
std::size_t hearMixes(const std::filesystem::path& list, const std::filesystem::path& out,
                      const audio::Decoder& decoder);

}  // namespace dju::dataset
