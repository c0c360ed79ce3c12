#include "judge/judged_track.h"

#include <cmath>

#include "music/loudness.h"

namespace dju::judge {
namespace {

constexpr double kSilentLufs = -70;  // what an analysis says of silence

std::vector<double> phraseStartsOf(const music::TrackInfo& info, const BeatGrid& grid) {
  std::vector<double> starts;
  if (!grid.valid()) return starts;
  for (const music::TrackPhrase& phrase : info.phrases) {
    const double beat = std::round(grid.beatAt(phrase.start * kSampleRate));
    if (starts.empty() || beat > starts.back()) starts.push_back(beat);
  }
  return starts;
}

}  // namespace

JudgedTrack judgedTrack(const engine::LogTrack& track, const music::TrackInfo* info) {
  JudgedTrack judged;
  judged.grid = track.grid;
  judged.key = track.key;
  // Auto gain of exactly 0 also stands for "not known" (engine/track.h).
  if (track.gainDb != 0) judged.lufs = music::kAutoGainLufs - track.gainDb;
  if (info == nullptr) return judged;
  judged.phraseStarts = phraseStartsOf(*info, track.grid);
  judged.tuningCents = info->key.tuningCents;
  if (info->loudness.integratedLufs > kSilentLufs) judged.lufs = info->loudness.integratedLufs;
  judged.energy = info->energy;
  if (!info->genres.empty()) judged.genre = info->genres.front().name;
  return judged;
}

}  // namespace dju::judge
