// How a record's tempo is moved while it plays alone: home to its own, over sixteen bars so that
// nobody notices, and in time to where the next transition wants it. Pure; any thread.
#pragma once

#include <algorithm>
#include <optional>

namespace dju::mixer {

class TempoRide {
 public:
  struct Target {
    double beat = 0, percent = 0;
  };

  // From `percent` at `beat` on; to `target`, or, without, home and no more.
  TempoRide(double beat, double percent, std::optional<Target> target)
      : begin_{beat, percent}, target_(target) {}

  // Percent from the record's own tempo.
  double percentAt(double beat) const {
    constexpr double kRideBeats = 64;
    const double room = target_ ? std::max(0.0, target_->beat - begin_.beat) : 4 * kRideBeats;
    const double ride = std::min(kRideBeats, room / 2);
    if (!target_) return between(beat, begin_, {begin_.beat + ride, 0});
    // Without time to come home it goes there directly.
    if (ride < kRideBeats / 4) return between(beat, begin_, *target_);
    if (beat < begin_.beat + ride) return between(beat, begin_, {begin_.beat + ride, 0});
    return between(beat, {target_->beat - ride, 0}, *target_);
  }

 private:
  static double between(double beat, const Target& from, const Target& to) {
    if (beat >= to.beat) return to.percent;
    const double part = std::max(0.0, (beat - from.beat) / (to.beat - from.beat));
    return from.percent + part * (to.percent - from.percent);
  }

  Target begin_;
  std::optional<Target> target_;
};

}  // namespace dju::mixer
