// The form of a track: where its sections begin and what each is to somebody who mixes.
//
// Boundaries lie on bar lines of the beat grid. Each bar is described by what a dancer hears of it
// (kick, bass, brightness, onsets, loudness), and one pass of dynamic programming over all bars
// chooses boundaries and labels together: changes of sound (Foote 2000) and phrase lengths that are
// multiples of eight bars pull boundaries, the labels say what the bars between them must be like.
// Method and figures: docs/analysis.md. Callers: analyse. Pure, any thread; times are seconds.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/beat_grid.h"

namespace dju::music {

struct FeatureTrack;

enum class PhraseLabel {
  kIntro,      // leads in: drums or a pad, not everything that the track has
  kGroove,     // drums and bass run, and nothing else is true
  kBuild,      // tension before a drop
  kDrop,       // all that the track has
  kBreakdown,  // without the kick or the bass, between two parts with it
  kOutro,      // leads out
};
inline constexpr int kPhraseLabelCount = 6;

// "intro", "groove", "build", "drop", "breakdown", "outro": the names in JSON.
std::string_view phraseLabelName(PhraseLabel label);
std::optional<PhraseLabel> findPhraseLabel(std::string_view name);

// A stretch with one label. Neighbours touch. The first and the last bar may hang over the ends of
// the sound by up to half of themselves: all begin and end on bar lines, so that cues can count.
struct Phrase {
  double start = 0, end = 0;  // seconds, on bar lines
  int bars = 0;               // of four beats; mostly a multiple of eight
  PhraseLabel label = PhraseLabel::kGroove;

  friend bool operator==(const Phrase&, const Phrase&) = default;
};

// Nothing without a grid, in silence, and where fewer than eight bars sound. `features` must hold
// log-mel of the standard definition.
std::vector<Phrase> findPhrases(const FeatureTrack& features, const BeatGrid& grid);

}  // namespace dju::music
