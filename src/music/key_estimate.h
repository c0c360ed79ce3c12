// The key of a track: which of the 24 major and minor keys its tones fit best, how far its tuning
// lies from 440 Hz, and where it changes.
//
// Callers: analysis at import. Any thread; takes about 20 ms a minute of music.
#pragma once

#include <optional>
#include <vector>

#include "audio/pcm_file.h"
#include "music/key.h"

namespace dju::music {

struct KeySegment {
  double startSeconds;
  Key key;
};

struct KeyEstimate {
  std::optional<Key> key;  // none for silence, noise and drums alone
  double confidence = 0;   // 0 to 1: the chance of being right, fitted on synthesised music
  double tuningCents = 0;  // of the music's A against 440 Hz, -50 to 50
  // The keys in order of time, the first from 0 s; one for a track that keeps its key, none without
  // a key. A stretch of fewer than about 20 s is taken for harmony, not for another key.
  std::vector<KeySegment> segments;
};

KeyEstimate estimateKey(const audio::PcmView& pcm);

}  // namespace dju::music
