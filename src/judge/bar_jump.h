// Whether bars and phrases go on where one record gives way to another. As with the beat
// (beat_jump.h), nothing is told apart: what tells a bar's beginning in the record before is laid
// beside what tells it in the record after, both counted on in their own beats to the middle of the
// passage, and moved by whole beats until they agree. Two things tell: the beat tracker's network,
// which hears downbeats, and how much the sound of the bar after a moment differs from that of the
// bar before it, since chords and sections change on the one.
//
// Callers: judge/passage_ear.h. hear() and the questions allocate: an analysis thread. One
// instance, one thread.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "judge/beat_jump.h"
#include "music/beat_evidence.h"

namespace dju::judge {

class BarJump {
 public:
  // Chances that the second record's bars begin i beats after the first's, or its phrases of eight
  // bars i bars; they add up to 1.
  struct Chances {
    std::array<double, 8> of{};  // four of bars
  };

  // A frame's log-mel levels by music::standardDefinition(), dB, one each 10 ms.
  void hear(std::span<const float> levels);
  // Empty where a stretch has fewer than six bars.
  std::optional<Chances> bars(const BeatJump::Found& beats, const Stretch& first,
                              const Stretch& second) const;
  // Of records whose bars go on. Empty where a stretch has fewer than ten.
  std::optional<Chances> phrases(const BeatJump::Found& beats, const Stretch& first,
                                 const Stretch& second) const;

 private:
  static constexpr std::size_t kBands = 48;
  struct Moment {
    std::array<float, kBands> level{};
    float downbeat = 0;
  };

  std::vector<double> changesIn(const Stretch& stretch, double barSeconds) const;

  music::NetworkEvidence network_;
  Moment now_;
  int frames_ = 0;  // of now_
  std::vector<Moment> moments_;
};

}  // namespace dju::judge
