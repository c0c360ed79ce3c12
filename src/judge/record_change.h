// Where one record has given way to another for good, by what comes back. An arrangement changes as
// much from section to section as records differ from each other, but a record's kicks, hats and
// chords return; another record's never do. So two seconds of sound are compared with their nearest
// likenesses in the minute before a moment and in the minute after it: at a change of records even
// those that fit best to the other side (a quarter of them) lie far nearer to their own.
//
//   RecordChange change;
//   for (...) change.hear(powers);        // each tenth of a second
//   for (double seconds : change.places()) use(seconds);
//
// The likeness is of spectra without their level, of how much each band rises within the two
// seconds (drums), both by mel band. Novelty (Foote, "Automatic audio segmentation using a
// measure of audio novelty", 2000) asks how unlike neighbours are; this asks whether the likeness
// comes back.
//
// Callers: PassageEar. hear() is cheap; places() compares 240 rows with each other for each half
// second, docs/judging.md says what it costs. Both allocate: an analysis thread. One instance, one
// thread.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace dju::judge {

class RecordChange {
 public:
  static constexpr std::size_t kBands = 84;
  static constexpr double kMomentSeconds = 0.1;

  // The mean power in each mel band over the next tenth of a second.
  void hear(std::span<const float, kBands> powers);
  // The middles of passages heard so far, in seconds from the first moment, in order. One needs 12
  // seconds before it and after it.
  std::vector<double> places() const;

 private:
  std::vector<std::array<float, kBands>> moments_;
};

}  // namespace dju::judge
