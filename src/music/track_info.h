// What is known of a track's sound: the analysis, as an immutable blob named by its hash.
//
// A battle log names a track by (track id, analysis hash), so a grid that somebody edits afterwards
// cannot change how the battle replays: an edit makes a new blob with edited = true and the old one
// stays. Fields that an analyser does not fill are left out of the JSON. Plain values; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/beat_grid.h"
#include "core/error.h"

namespace dju::music {

inline constexpr int kAnalyserVersion = 1;  // increased when the same sound gives another TrackInfo

struct TrackInfo {
  int version = kAnalyserVersion;
  std::string pcmHash;    // of the sound that was analysed
  FrameCount frames = 0;  // at 48 kHz
  BeatGrid grid;
  double gridConfidence = 0;  // 0 to 1
  bool edited = false;        // a person set the grid
  double loudnessLufs = -70;  // integrated, ITU-R BS.1770-4; -70 = silence
  double truePeakDbtp = -70;
  std::string key;           // empty = unknown
  std::string waveformHash;  // of the blob of docs/waveform.md

  double durationSeconds() const { return static_cast<double>(frames) / kSampleRate; }
};

// Canonical: keys sorted, no spaces, shortest numbers that read back the same. The blob's bytes.
std::string toCanonicalJson(const TrackInfo& info);
// Expected to fail on a damaged blob.
Result<TrackInfo> parseTrackInfo(std::string_view json);
// SHA-256 of the canonical form.
std::string analysisHash(const TrackInfo& info);
// A copy with another grid, marked as edited.
TrackInfo withGrid(const TrackInfo& info, const BeatGrid& grid);

}  // namespace dju::music
