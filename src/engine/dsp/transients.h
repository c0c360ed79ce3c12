// Where a track's drums and attacks begin: cells in which its low or its high sound becomes
// suddenly louder than just before, and loud for its surroundings. Looks only at the track within
// 0.3 s, so that the answer for a place never depends on how one came there.
//
// Render thread; allocates only in the constructor. Positions in track frames.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/dsp/track_outline.h"

namespace dju::engine {

class TransientFinder {
 public:
  explicit TransientFinder(TrackOutline& outline) : outline_(outline), known_(kKnown) {}

  // To be called when the outline has turned to another track.
  void forget() noexcept;

  // The first transient in [from, until), or a negative number. A transient's position is the
  // beginning of the cell in which its attack begins.
  std::int64_t next(std::int64_t from, std::int64_t until) noexcept;
  // The last transient in (until, from], or a negative number.
  std::int64_t last(std::int64_t from, std::int64_t until) noexcept;

 private:
  static constexpr std::int64_t kKnown = 1024;
  struct Known {
    std::int64_t cell = INT64_MIN;
    float strength = 0;
    std::int8_t begins = -1;  // 1: a transient, 0: none, -1: not yet looked at
  };

  Known& at(std::int64_t cell) noexcept;
  float strength(std::int64_t cell) noexcept { return at(cell).strength; }
  float measure(std::int64_t cell) noexcept;
  bool begins(std::int64_t cell) noexcept;
  std::int64_t attack(std::int64_t cell) noexcept;

  TrackOutline& outline_;
  std::vector<Known> known_;
};

}  // namespace dju::engine
