// Sound with exact truth: our synthesised dance music (demo/), alone and under a voice, sung by
// formant synthesis or spoken by espeak-ng where that is installed.
//
// Callers: bench_analysis; whoever needs material for structure, vocals, energy or genre. Any
// thread; a track takes a few seconds of one core and 200 MB. The same options give the same sound,
// except that speech depends on espeak-ng's version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/truth.h"
#include "audio/pcm_file.h"
#include "demo/demo_tracks.h"

namespace dju::bench {

enum class Voice { kNone, kSung, kSpoken };

// A piece that every system hears. Samples are interleaved stereo at 48 kHz, as in the PCM cache.
struct Piece {
  std::string name;
  std::vector<std::int16_t> samples;
  float scale = audio::kUnityScale;
  Truth truth;

  audio::PcmView view() const {
    return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), scale};
  }
  double seconds() const { return static_cast<double>(samples.size()) / 2 / 48000; }
};

// A voice alone, mono at 48 kHz, as long as its track, and when it sounds. Breaths shorter than
// half a second belong to the line.
struct VoiceTake {
  std::vector<float> samples;
  std::vector<Interval> lines;
};

// What a recipe and its score say: beats, key, sections, genre; energy by what plays in each bar.
Truth truthOf(const demo::TrackRecipe& recipe, const demo::Score& score);

// Lines of two bars over the chords of every groove, breakdown and drop, in the track's key.
VoiceTake sing(const demo::TrackRecipe& recipe, const demo::Score& score, std::uint64_t seed);

// Sentences that begin on bars of every groove, breakdown and drop. Nothing when espeak-ng is not
// installed.
std::optional<VoiceTake> speak(const demo::Score& score, std::uint64_t seed);

// The track of a recipe with its truth; a voice stands `voiceDb` above (below: negative) the
// music's level while it sounds. Nothing when the voice is spoken and espeak-ng is not installed.
std::optional<Piece> synthesisePiece(const demo::TrackRecipe& recipe, Voice voice = Voice::kNone,
                                     double voiceDb = -3);

// `seconds` of a piece from `from` on, sound and truth.
Piece excerptOf(const Piece& piece, double from, double seconds);

}  // namespace dju::bench
