// What kind of dance music a track is, by rules that a DJ would name: tempo, where kick and snare
// fall in the bar, swing, the balance of low and high. It serves until a learned model replaces it.
//
// The grid's tempo may be an octave off: each genre is asked about the tempo as given, doubled and
// halved, and the estimate says which octave fitted. Callers: analyse. Pure, any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/beat_grid.h"

namespace dju::music {

struct FeatureTrack;

// Genres by their ids: house, hard_techno, dubstep, drum_and_bass, trance, hip_hop, disco, electro
// (which includes breaks).
struct GenreEstimate {
  std::string genre;  // empty = cannot tell, or none of these
  // All genres, best first, 0 to 1; what their sum lacks of 1 says that it is none of these.
  std::vector<std::pair<std::string, double>> scores;
  // By what the grid's tempo has to be multiplied to be the one at which this genre counts: 0.5, 1
  // or 2.
  double tempoFactor = 1;

  double confidence() const { return scores.empty() ? 0 : scores.front().second; }
};

// Cannot tell without a grid, in silence, and in less than eight bars. `features` must hold log-mel
// of the standard definition. gridConfidence, 0 to 1: the rules stand on the beat, so no genre is
// surer than it.
GenreEstimate estimateGenre(const FeatureTrack& features, const BeatGrid& grid,
                            double gridConfidence);

}  // namespace dju::music
