// What is known of a track's sound: the analysis, as an immutable blob named by its hash.
//
// A battle log names a track by (track id, analysis hash), so a grid that somebody edits afterwards
// cannot change how the battle replays: an edit makes a new blob with edited = true and the old one
// stays. Fields that no analyser fills are left out of the JSON. Times are seconds of the track
// except where they say frames. Plain values; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/beat_grid.h"
#include "core/error.h"

namespace dju::music {

// Increased when the same sound gives another TrackInfo: libraries are then heard again.
inline constexpr int kAnalyserVersion = 4;
// Of the blob's form, increased when it is written in another way. Older forms are read for ever.
inline constexpr int kTrackInfoVersion = 3;

struct KeyChange {
  double time = 0;
  std::string key;  // as MusicalKey::name

  friend bool operator==(const KeyChange&, const KeyChange&) = default;
};

struct MusicalKey {
  std::string name;                    // "C", "F#m"; empty = unknown (music/key.h)
  double confidence = 0;               // 0 to 1
  double tuningCents = 0;              // how far the A lies from 440 Hz, -50 to 50
  std::vector<KeyChange> modulations;  // of the music, not of the DJ
};

struct TrackLoudness {
  double integratedLufs = -70;  // ITU-R BS.1770-4; -70 = silence
  double rangeLu = 0;           // EBU Tech 3342
  double truePeakDbtp = -70;
};

struct TrackPhrase {
  double start = 0, end = 0;
  int bars = 0;
  std::string label;  // intro, build, drop, breakdown, outro …, or what a person wrote

  friend bool operator==(const TrackPhrase&, const TrackPhrase&) = default;
};

// A place to play from. Analysers suggest some, people set others.
struct CuePoint {
  double time = 0;
  std::string kind;   // mix_in, drop, breakdown, mix_out; cue and loop by hand
  std::string label;  // what a person calls it
  int slot = -1;      // hot cue 0 to 7; -1 = none
  double length = 0;  // of a loop; 0 = none
  int color = -1;     // 0xrrggbb; -1 = none

  friend bool operator==(const CuePoint&, const CuePoint&) = default;
};

struct TimeSpan {
  double start = 0, end = 0;
};

struct GenreGuess {
  std::string name;
  double confidence = 0;  // 0 to 1
};

struct TrackInfo {
  int analyser = kAnalyserVersion;  // version of the one that heard it
  std::string pcmHash;              // of the sound that was analysed
  FrameCount frames = 0;            // at 48 kHz
  BeatGrid grid;
  double gridConfidence = 0;              // 0 to 1
  std::vector<double> tempoAlternatives;  // BPM, likeliest first
  bool given = false;                     // grid and key came with the file, exact
  bool edited = false;                    // a person set grid, key, cues or phrases
  MusicalKey key;
  TrackLoudness loudness;
  std::vector<float> energy;         // 0 to 1, one value a second
  std::vector<TrackPhrase> phrases;  // in order, without overlap
  std::vector<CuePoint> cues;        // in order
  std::vector<GenreGuess> genres;    // likeliest first
  bool vocalsKnown = false;          // an analyser looked for them
  std::vector<TimeSpan> vocals;
  std::string fingerprint;   // Chromaprint's text (music/fingerprint.h)
  std::string waveformHash;  // of the blob of docs/waveform.md

  double durationSeconds() const { return static_cast<double>(frames) / kSampleRate; }
  double replayGainDb() const;
};

// ReplayGain 2.0: what brings the track to -18 LUFS; 0 for silence.
inline constexpr double kReplayGainLufs = -18;

// Canonical: keys sorted, no spaces, shortest numbers that read back the same. The blob's bytes, in
// the newest form.
std::string toCanonicalJson(const TrackInfo& info);
// Reads blobs of this form and older ones. Fails on a damaged blob, and on one of a newer program.
Result<TrackInfo> parseTrackInfo(std::string_view json);
// SHA-256 of the canonical form.
std::string analysisHash(const TrackInfo& info);

}  // namespace dju::music
