// What judging needs to know of a track: beats, phrases, key, loudness, energy, genre. It comes
// from the battle log alone, or from the log and the analysis that it names; what is unknown stays
// empty and the evidence that would rest on it is left out. Callers: PerformanceReader, tests.
// Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/beat_grid.h"
#include "engine/battle_log.h"
#include "engine/track.h"
#include "music/track_info.h"

namespace dju::judge {

struct JudgedTrack {
  BeatGrid grid;                     // as played, invalid: the track has no beats to judge by
  std::vector<double> phraseStarts;  // whole beats of the grid, ascending
  int key = engine::kNoKey;          // as engine::LoadedTrack's
  double tuningCents = 0;            // how far its A lies from 440 Hz
  std::optional<double> lufs;        // integrated loudness of the file
  std::vector<float> energy;         // 0 to 1, one value a second (music/energy.h)
  std::string genre;                 // empty: unknown
  std::optional<double> rarity;      // 0 everybody's, 1 nobody's; only where plays were counted
};

// `info` is the analysis that the log names by hash, or null where it is not to be had: then
// phrases, energy and genre are unknown, and loudness is what auto gain was made for.
JudgedTrack judgedTrack(const engine::LogTrack& track, const music::TrackInfo* info);

}  // namespace dju::judge
