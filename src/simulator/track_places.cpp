#include "simulator/track_places.h"

#include <cmath>

namespace dju::simulator {

std::vector<double> phraseStarts(const CrateTrack& track) {
  const BeatGrid& grid = track.info.grid;
  std::vector<double> starts;
  for (const music::TrackPhrase& phrase : track.info.phrases) {
    const double begin = std::round(grid.beatAt(phrase.start * kSampleRate));
    for (double beat = begin; beat < begin + 4.0 * phrase.bars; beat += kPhraseBeats) {
      starts.push_back(beat);
    }
  }
  if (starts.empty()) {
    const double end = grid.beatAt(static_cast<double>(track.info.frames));
    for (double beat = 0; beat < end; beat += kPhraseBeats) starts.push_back(beat);
  }
  return starts;
}

std::vector<double> dropStarts(const CrateTrack& track) {
  std::vector<double> drops;
  for (const music::TrackPhrase& phrase : track.info.phrases) {
    if (phrase.label == "drop")
      drops.push_back(std::round(track.info.grid.beatAt(phrase.start * kSampleRate)));
  }
  return drops;
}

double lastBeat(const CrateTrack& track) {
  return track.info.grid.beatAt(static_cast<double>(track.info.frames));
}

}  // namespace dju::simulator
