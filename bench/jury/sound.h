// The jury's pairs by their sound alone: what the technical model says of the master, as it is,
// softer, and as the stream's codec leaves it.
#pragma once

#include <optional>

#include "judge/sound_ruling.h"
#include "jury/pairs.h"
#include "serving/model_cache.h"

namespace dju::jury {

enum class Heard { kAsItIs, kSofter, kThroughCodec };
inline constexpr std::array<std::string_view, 3> kHeard = {"as it is", "6 dB softer",
                                                           "through Opus at 64 kbit/s"};

// Empty where one of the two had nothing to be judged by.
std::optional<judge::SoundRuling> ruledBySound(const Pair& pair, Heard how,
                                               serving::ModelCache& models);

}  // namespace dju::jury
