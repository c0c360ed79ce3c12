// How the commands of one DJ are put right for the way that they travelled ("remote hands",
// docs/protocol.md). The room works it out from what it measures (player_network.h) and hands it to
// the engine thread. Plain numbers, in engine frames.
#pragma once

#include "core/time.h"

namespace dju::server {

struct DelayPolicy {
  // What was heard longer ago than this before it arrived is not believed: the command acts on
  // arrival. 0: nothing is.
  FrameCount bound = 0;
  // Every command waits so long after it arrived: what makes two DJs' delays equal.
  FrameCount hold = 0;
  // Gestures act so long after what was heard, `hold` included, so that a hand keeps its own time
  // whatever the network does to it. 0: on arrival.
  FrameCount gesture = 0;

  friend bool operator==(const DelayPolicy&, const DelayPolicy&) = default;
};

// No bound is longer than a second, however bad the network and whatever a page says.
inline constexpr FrameCount kLongestDelay = kSampleRate;
// Equal delays are no reason to make anybody wait longer than this: 400 ms.
inline constexpr FrameCount kLongestHold = kSampleRate * 2 / 5;

}  // namespace dju::server
