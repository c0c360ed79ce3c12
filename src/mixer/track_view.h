// A record as a mixer looks at it: where it can be left and entered, what sounds there, what it
// goes with. Made once a record (some ten ms: it listens to a few seconds of the sound), then
// planned with again and again, for which the record's sound is no longer needed. Plain values
// after construction; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/beat_grid.h"
#include "crate/record.h"

namespace dju::mixer {

// A bar line at which the music turns, or could: the beginning of a phrase, or every eighth bar
// within one.
struct Boundary {
  double beat = 0;
  std::string before, after;  // labels of the phrases it lies between; empty: unknown
  bool inside = false;        // within a phrase
};

// Level of each of 21 bands from low to high, dB, less their mean: what a record sounds like
// whatever its volume.
using Timbre = std::vector<float>;
double timbreDistance(const Timbre& a, const Timbre& b);  // RMS in dB

class TrackView {
 public:
  // `record` outlives the view.
  explicit TrackView(const crate::Record& record);

  // The same view of another copy of the record, for instance one that has its sound in memory.
  // `record` outlives the result.
  TrackView of(const crate::Record& record) const {
    TrackView other = *this;
    other.record_ = &record;
    return other;
  }

  const crate::Record& record() const { return *record_; }
  // Never invalid: music without beats is counted in bars of two seconds (120 BPM).
  const BeatGrid& grid() const { return grid_; }
  bool hasBeat() const { return hasBeat_; }
  // Beats by which another record can be matched: found with some certainty, at a tempo that holds.
  bool steady() const { return steady_; }
  double bpmAt(double beat) const { return grid_.bpmAt(grid_.frameAt(beat)); }
  const std::string& genre() const { return genre_; }
  const Timbre& timbre() const { return timbre_; }

  // First and last bar line within the sound.
  double firstBar() const { return firstBar_; }
  double lastBar() const { return lastBar_; }
  double secondsAt(double beat) const { return grid_.frameAt(beat) / kSampleRate; }
  double seconds() const { return record_->info.durationSeconds(); }
  const std::vector<Boundary>& boundaries() const { return boundaries_; }  // ascending

  // Mean over the beats [from, to), 0 to 1; 0.5 where nothing is known.
  double energy(double fromBeat, double toBeat) const;
  double meanEnergy() const { return meanEnergy_; }
  // Seconds with a voice within the beats [from, to).
  double voicedSeconds(double fromBeat, double toBeat) const;
  // LUFS behind auto gain; nothing for silence.
  std::optional<double> level() const { return level_; }

 private:
  void findBeat();
  void findBoundaries();

  const crate::Record* record_;
  BeatGrid grid_;
  bool hasBeat_ = false, steady_ = false;
  std::string genre_;
  Timbre timbre_;
  double firstBar_ = 0, lastBar_ = 0;
  std::vector<Boundary> boundaries_;
  std::vector<double> energySums_;  // before second i
  double meanEnergy_ = 0.5;
  std::optional<double> level_;
};

}  // namespace dju::mixer
