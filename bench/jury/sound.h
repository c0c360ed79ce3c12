// The jury's pairs by their sound alone: what the technical model says of the master, as it is,
// softer, and as the stream's codec leaves it; and what the telemetry says of the same battle.
#pragma once

#include <optional>

#include "judge/sound_ruling.h"
#include "jury/agreement.h"
#include "jury/pairs.h"
#include "serving/model_cache.h"

namespace dju::jury {

enum class Heard { kAsItIs, kSofter, kThroughCodec };
inline constexpr std::array<std::string_view, 3> kHeard = {"as it is", "6 dB softer",
                                                           "through Opus at 64 kbit/s"};

struct HeardPair {
  std::array<judge::SoundOpinion, judge::kSeats> opinions;
  judge::SoundRuling ruling;
  judge::Ruling byTelemetry;
  ComparedTransitions transitions;
};
// Empty where one of the two had nothing to be judged by.
std::optional<HeardPair> ruledBySound(const Pair& pair, Heard how, serving::ModelCache& models,
                                      const Playing& playing = {});

}  // namespace dju::jury
