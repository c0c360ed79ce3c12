// The technical scores of both DJs as a battle goes on. Each moment counts for who answers for it,
// so that the board at the end of a battle is the verdict's, and the board now is what the verdict
// would be now.
//
// Callers: the live judge, verdictOf(). push() allocates nothing and takes about a microsecond,
// once in 10 s more. One instance, one thread.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "judge/transitions.h"

namespace dju::judge {

inline constexpr std::size_t kTechnicalHeads = static_cast<std::size_t>(Head::kTrackSelection);
inline constexpr int kSeats = 2;              // players 0 and 1, DJ A and DJ B
inline constexpr double kRecentSeconds = 30;  // of a trend

struct HeadScore {
  std::optional<double> value;  // 0 to 1; empty: not shown yet
  double confidence = 0;        // 0 to 1, by how much it rests on
  double trend = 0;             // -1 to 1: the last half minute of it against all of it
  Frame latest;                 // the last moment it rests on
};

// A stretch of the records that a DJ answers for.
struct SpeedStretch {
  Frame start;
  double wobblePercent = 0;  // speedWobble()
};

class Scoreboard {
 public:
  Scoreboard();

  // The next evidence, kEvidenceFrames after the last.
  void push(const Evidence& evidence);
  // A transition that has been reported meanwhile.
  void add(const Transition& transition);
  // The battle or round is over: what was gathered for a value to come counts.
  void finish();

  // `player`: 0 or 1; `head`: a technical one.
  HeadScore score(engine::PlayerIndex player, Head head) const;
  // Share of the time with beats to compare in which no deck of the two was synced.
  std::optional<double> byHand(engine::PlayerIndex player) const;
  // The stretch that was least even of those that pitch_stability is the mean of.
  const std::optional<SpeedStretch>& shakiest(engine::PlayerIndex player) const {
    return seats_[player].shakiest;
  }
  double answeredSeconds(engine::PlayerIndex player) const;
  std::size_t transitions(engine::PlayerIndex player) const;

 private:
  class Tally {
   public:
    // `seconds` that this value stands for.
    void add(double value, double weight, double seconds, Frame at);
    HeadScore score(double halfSeconds, double fewestSeconds) const;

   private:
    double sum_ = 0, weight_ = 0, seconds_ = 0, recent_ = 0;
    Frame latest_;
  };
  struct Seat {
    std::array<Tally, kTechnicalHeads> heads;
    double comparedSeconds = 0, syncedSeconds = 0, answeredSeconds = 0;
    std::size_t transitions = 0;
    std::optional<SpeedStretch> shakiest;

    Tally& operator[](Head head) { return heads[static_cast<std::size_t>(head)]; }
  };

  std::array<Seat, kSeats> seats_;
  std::vector<Evidence> stretch_;  // towards the next value of pitch_stability
};

}  // namespace dju::judge
