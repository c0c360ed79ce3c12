// Records that cost a test nothing: a kick, a bass and hats on an exact grid, phrases of eight
// bars. Header only; not for the product.
#pragma once

#include <string>

#include "crate/record.h"
#include "engine/test_support.h"

namespace dju::crate::test {

// Phrases, key and loudness around a track that was made.
inline Record recordOf(const engine::test::TestTrack& made, const std::string& key,
                       std::uint64_t seed) {
  Record record;
  record.id = "plain-" + std::to_string(seed);
  record.title = record.id;
  record.memory = made.samples;
  record.info.frames = made.loaded.audio.frames;
  record.info.grid = made.loaded.grid;
  record.info.gridConfidence = 1;
  record.info.key.name = key;
  record.info.loudness.integratedLufs = -14;
  const double seconds = record.info.durationSeconds();
  const double phrase = 32 * made.loaded.grid.framesPerBeat / kSampleRate;
  for (double at = 0; at + phrase <= seconds; at += phrase) {
    record.info.phrases.push_back({at, at + phrase, 8, "groove"});
  }
  record.info.energy.assign(static_cast<std::size_t>(seconds), 0.7F);
  record.info.genres = {{"house", 1}};
  record.loaded = made.loaded;
  record.loaded.key = engineKey(key);
  return record;
}

inline Record plainRecord(double bpm, const std::string& key, std::uint64_t seed,
                          double seconds = 100) {
  return recordOf(engine::test::musicTrack(seconds, bpm, seed), key, seed);
}

// The same without a sound, for those who only plan.
inline Record silentRecord(double bpm, const std::string& key, std::uint64_t seed,
                           double seconds = 100) {
  const auto nothing = [](std::int64_t) { return std::pair(0.0, 0.0); };
  return recordOf(engine::test::makeTrack(seconds, nothing, engine::test::gridOf(bpm)), key, seed);
}

}  // namespace dju::crate::test
