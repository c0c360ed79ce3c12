// Rounds: whose turn it is at which frame. Each round gives both DJs one turn of the same length, A
// first in odd rounds and B first in even ones, so that neither always answers. Pure; one thread.
#pragma once

#include <optional>

#include "core/time.h"
#include "server/battle/permissions.h"

namespace dju::server {

class RoundTimer {
 public:
  RoundTimer(int rounds, int turnSeconds)
      : rounds_(rounds), turnFrames_(turnSeconds * FrameCount{kSampleRate}) {}

  struct Turn {
    int round = 1;  // 1 … rounds
    Seat seat = Seat::kA;
    Frame ends;
    friend bool operator==(const Turn&, const Turn&) = default;
  };

  void start(Frame at) { started_ = at; }
  bool started() const { return started_.has_value(); }

  // The turn at `now`; nothing before the start and after the last turn.
  std::optional<Turn> at(Frame now) const {
    if (!started_ || now < *started_ || turnFrames_ <= 0) return std::nullopt;
    const auto turn = (now - *started_) / turnFrames_;
    const auto round = turn / 2;
    if (round >= rounds_) return std::nullopt;
    const bool aFirst = round % 2 == 0;
    const bool first = turn % 2 == 0;
    return Turn{static_cast<int>(round) + 1, first == aFirst ? Seat::kA : Seat::kB,
                *started_ + (turn + 1) * turnFrames_};
  }
  bool over(Frame now) const { return started_ && now >= *started_ && !at(now); }

 private:
  int rounds_;
  FrameCount turnFrames_;
  std::optional<Frame> started_;
};

}  // namespace dju::server
