// What models say of the sound alone, beside what the telemetry says. Both figures are shown. Where
// there is no model there is no figure: a LiveJudge without a SoundJudge has heads from telemetry
// only, and nothing stands in for the missing ones.
//
// Implementations hand the sound to inference threads of their own and answer with what these last
// found; the judge's thread, which calls them, never waits.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "judge/heads.h"

namespace dju::judge {

struct SoundOpinion {
  std::string model;                            // name and version, as in its manifest
  Frame end;                                    // the last frame of sound that it rests on
  Heads heads;                                  // those that the model has figures for
  std::array<double, kHeadCount> confidence{};  // 0 to 1, by Head
  // -1 to 1, by Head: what the model said of the last half minute against all that it said.
  std::array<double, kHeadCount> trend{};
};

class SoundJudge {
 public:
  virtual ~SoundJudge() = default;
  // The next block of the master, interleaved stereo at 48 kHz, and the evidence of its moment,
  // which says who answers for it.
  virtual void hear(const Evidence& now, std::span<const float> master) = 0;
  // The newest about what `player` answers for; empty before there is one.
  virtual std::optional<SoundOpinion> opinion(engine::PlayerIndex player) const = 0;
};

}  // namespace dju::judge
