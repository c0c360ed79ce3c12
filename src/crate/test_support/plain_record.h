// Records that cost a test nothing: a kick, a bass and hats on an exact grid, phrases of eight
// bars. Header only; not for the product.
#pragma once

#include <string>

#include "crate/record.h"
#include "engine/test_support.h"

namespace dju::crate::test {

inline Record plainRecord(double bpm, const std::string& key, std::uint64_t seed,
                          double seconds = 100) {
  const engine::test::TestTrack made = engine::test::musicTrack(seconds, bpm, seed);
  Record record;
  record.id = "plain-" + std::to_string(seed);
  record.title = record.id;
  record.memory = made.samples;
  record.info.frames = made.loaded.audio.frames;
  record.info.grid = made.loaded.grid;
  record.info.gridConfidence = 1;
  record.info.key.name = key;
  record.info.loudness.integratedLufs = -14;
  const double phrase = 32 * 60 / bpm;
  for (double at = 0; at + phrase <= seconds; at += phrase) {
    record.info.phrases.push_back({at, at + phrase, 8, "groove"});
  }
  record.info.energy.assign(static_cast<std::size_t>(seconds), 0.7F);
  record.info.genres = {{"house", 1}};
  record.loaded = made.loaded;
  record.loaded.key = engineKey(key);
  return record;
}

}  // namespace dju::crate::test
