// What each bar of a track sounds like, in the few numbers that form, energy and genre turn on.
//
// Computed once from the log-mel spectrum and the grid; structure and genre_rules read it. Levels
// are dB below a full-scale sine, rises are dB. Pure, any thread; times are seconds.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/beat_grid.h"
#include "music/features.h"

namespace dju::music {

// Bands that instruments of dance music keep to.
enum class Band {
  kLow,   // 30–130 Hz: kick and bass
  kBody,  // 130–400 Hz: bass' overtones, snare's body
  kMid,   // 400–2500 Hz: chords, voices, leads
  kHigh,  // 2.5–7 kHz: snare's noise, presence
  kAir,   // 7–16 kHz: hats
};
inline constexpr std::size_t kBands = 5;
using BandLevels = std::array<float, kBands>;

inline constexpr std::size_t kStepsPerBar = 16;  // sixteenths
using StepPattern = std::array<float, kStepsPerBar>;

// The five bands of every frame of a log-mel matrix, and their weighted sum. All at 100 a second.
struct BandTrack {
  std::vector<BandLevels> level;  // dB
  std::vector<float> loudness;    // dB, bands weighted about as in ITU-R BS.1770
  std::vector<BandLevels> rise;   // dB above two frames before, 0 when falling or near silence

  std::size_t frames() const { return level.size(); }
};
BandTrack bandTrack(const FeatureMatrix& logMel);

struct BarFeatures {
  struct Bar {
    double start = 0, end = 0;  // seconds
    BandLevels level{};         // mean power in dB
    float loudness = 0;         // mean power in dB
    float bassFloor = 0;        // low band between the kicks, dB: its 35th percentile
    float midFloor = 0;         // mid band between the drums likewise: chords, pads, leads
    float onsets = 0;           // mean rise of all bands, dB a frame
    std::array<StepPattern, kBands> rise{};  // the largest rise around each sixteenth
  };
  std::vector<Bar> bars;
  // Log-mel averaged over a bar in groups of four bands, in dB: what novelty compares.
  static constexpr std::size_t kTimbre = 21;
  std::vector<std::array<float, kTimbre>> timbre;
  double secondsPerBar = 0;  // the median
};

// Bars of four beats whose middle lies within the sound. None without a grid, or above 1000 BPM.
BarFeatures barFeatures(const FeatureTrack& features, const BandTrack& bands, const BeatGrid& grid);

// The value below which `share` of them lie, 0 for none. Does not keep their order.
float quantile(std::vector<float> values, double share);

}  // namespace dju::music
