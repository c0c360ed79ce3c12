// A track as the key estimator sees it: how often each pitch class sounds, in the bass and in all,
// on the first beats, in each bar of a phrase, and in which chords.
//
// All of it comes as blocks of twelve pitch classes, so that seen from another tonic it is the same
// numbers turned round: one model serves twelve keys. Callers: the key estimator and
// tools/train_key. Pure, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "core/beat_grid.h"
#include "music/pitch_peaks.h"
#include "music/structure.h"

namespace dju::music {

using Chroma = std::array<double, 12>;  // C to B

// The bass is heard apart from all tones too: the same seven notes make a major key and its
// relative minor, and the bass tells which of the two tonics the music rests on.
struct TonesAt {
  double seconds = 0;  // the middle of the window
  Chroma all{}, bass{};
};

struct Tuning {
  double offset = 0;     // mean deviation of the music's A from 440 Hz, in semitones, -0.5 to 0.5
  double agreement = 0;  // of all tones with it, 0 to 1: 0 where they glide through all pitches
};
Tuning tuningOf(const std::vector<PitchFrame>& frames);
std::vector<TonesAt> tonesOf(const std::vector<PitchFrame>& frames, double tuning);

// Each pitch class's share less an even one, over their spread; all 0 for silence.
Chroma contrastOf(const Chroma& chroma);
// How far the shares of the pitch classes lie apart: their standard deviation.
double spreadOf(const Chroma& chroma);

inline constexpr std::size_t kPhraseBars = 8;
inline constexpr std::size_t kViewBlocks = 5 + 2 * kPhraseBars;

// Contrasts of all tones, of the bass, of the bass on first beats; of the roots of major and of
// minor chords; of the bass, then of all tones, in the first to the eighth bar of phrases.
// What needs beats is 0 without a grid, what needs phrases without phrases.
using KeyView = std::array<Chroma, kViewBlocks>;
inline constexpr std::size_t kPlainBlocks = 2;  // those that need neither beats nor phrases

// A bar, or two seconds of music without a grid: what its view is the contrast of. The sums of
// consecutive stretches add up to those of the whole.
struct KeyStretch {
  double seconds = 0;  // where it begins
  KeyView sums{};
};
std::vector<KeyStretch> stretchesOf(std::span<const TonesAt> tones, const BeatGrid& grid,
                                    std::span<const Phrase> phrases);
KeyView viewOf(const KeyView& sums);

// Of all stretches together.
KeyView viewOf(std::span<const TonesAt> tones, const BeatGrid& grid,
               std::span<const Phrase> phrases);

}  // namespace dju::music
