// The key of a track: which of the 24 major and minor keys its tones fit best, how far its tuning
// lies from 440 Hz, and where it changes.
//
// Beats and phrases help to tell a key from its relative and its neighbours: the tonic is where
// bars and phrases begin. Without them the tones alone decide.
//
// Callers: analysis at import. Any thread; takes about 20 ms a minute of music.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "audio/pcm_file.h"
#include "core/beat_grid.h"
#include "music/key.h"
#include "music/pitch_peaks.h"
#include "music/structure.h"

namespace dju::music {

struct KeySegment {
  double startSeconds;
  Key key;
};

struct KeyEstimate {
  std::optional<Key> key;  // none for silence, noise and drums alone
  double confidence = 0;   // 0 to 1: the key's share of the likelihood of all 24
  double tuningCents = 0;  // of the music's A against 440 Hz, -50 to 50
  // The keys in order of time, the first from 0 s; one for a track that keeps its key, none without
  // a key. A stretch of fewer than about 20 s is taken for harmony, not for another key.
  std::vector<KeySegment> segments;
};

// `grid` may be invalid and `phrases` empty.
KeyEstimate estimateKey(const audio::PcmView& pcm, const BeatGrid& grid = {},
                        std::span<const Phrase> phrases = {});
// The same of tones that are found already.
KeyEstimate estimateKey(const std::vector<PitchFrame>& frames, const BeatGrid& grid,
                        std::span<const Phrase> phrases);

}  // namespace dju::music
