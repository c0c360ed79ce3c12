// Pieces of people whose beats were listed by hand. The mixer gets what the analysis heard; figures
// are taken against the list.
#pragma once

#include <filesystem>
#include <vector>

#include "arena/gate/true_records.h"

namespace dju::bench {

// NAME.ogg with NAME.beats and NAME.downbeats; pieces without downbeats are left out.
std::vector<arena::TrueRecord> fromFolder(const std::filesystem::path& folder,
                                          const std::filesystem::path& cache,
                                          const audio::Decoder& decoder);

}  // namespace dju::bench
