// A drum machine with a bass and a chord, for tests of what music/ says about form, energy and
// genre: a few lines write a track whose bars are known. Callers: tests. Any thread; a minute of
// sound takes some 30 ms.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "audio/pcm_file.h"
#include "core/beat_grid.h"
#include "music/features.h"

namespace dju::music {

// What plays in a bar, added up.
enum Playing : unsigned {
  kNothing = 0,
  kKick = 1,
  kSnare = 2,
  kHat = 4,
  kBass = 8,
  kChord = 16,
  kLead = 32,
  kRoll = 64,  // snare on every sixteenth, louder from bar to bar
};

struct GrooveSettings {
  double bpm = 128;
  double startSeconds = 0.5;  // the first downbeat
  double swing = 0;           // in sixteenths
  // A bar of sixteenths; what is not '.' is a hit.
  std::string_view kick = "X...X...X...X...";
  std::string_view snare = "....X.......X...";
  std::string_view hat = "..X...X...X...X.";
};

struct GrooveTrack {
  std::vector<std::int16_t> samples;  // interleaved stereo at 48 kHz
  BeatGrid grid;

  audio::PcmView view() const {
    return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale};
  }
  double barSeconds() const { return 4 * grid.framesPerBeat / kSampleRate; }
  double barAt(double bar) const { return grid.anchorSeconds() + bar * barSeconds(); }
};

// One bar for each entry, which adds up what plays in it.
GrooveTrack playGroove(const GrooveSettings& settings, const std::vector<unsigned>& bars);
// `count` more bars of the same.
void repeat(std::vector<unsigned>& bars, unsigned playing, std::size_t count);

// Log-mel of the standard definition.
FeatureTrack logMelOf(const audio::PcmView& pcm);

}  // namespace dju::music
