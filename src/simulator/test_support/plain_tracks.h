// Tracks for virtual DJs that cost a test nothing: a kick, a bass and hats on an exact grid,
// phrases of eight bars. Header only; not for the product.
#pragma once

#include <string>

#include "engine/test_support.h"
#include "simulator/crate.h"

namespace dju::simulator::test {

inline CrateTrack plainTrack(double bpm, const std::string& key, std::uint64_t seed,
                             double seconds = 100) {
  const engine::test::TestTrack made = engine::test::musicTrack(seconds, bpm, seed);
  CrateTrack track;
  track.id = "plain-" + std::to_string(seed);
  track.family = "plain/" + std::to_string(seed);
  track.genre = "house";
  track.title = track.id;
  track.license = "CC0-1.0";
  track.loaded = made.loaded;
  track.memory = made.samples;
  track.info.frames = made.loaded.audio.frames;
  track.info.grid = made.loaded.grid;
  track.info.gridConfidence = 1;
  track.info.key.name = key;
  track.info.loudness.integratedLufs = -14;
  const double phrase = 32 * 60 / bpm;
  for (double at = 0; at + phrase <= seconds; at += phrase) {
    track.info.phrases.push_back({at, at + phrase, 8, "groove"});
  }
  track.info.energy.assign(static_cast<std::size_t>(seconds), 0.7F);
  track.info.genres = {{"house", 1}};
  return track;
}

}  // namespace dju::simulator::test
