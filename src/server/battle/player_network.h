// What lies between a DJ and the engine, and what follows for their commands. The round trip,
// jitter and loss are measured by the server; only the playout delay has to be believed, within
// bounds. Pure; any thread.
#pragma once

#include <algorithm>

#include "server/battle/delay_policy.h"

namespace dju::server {

// As the server measures it: round trip and jitter of the socket's heartbeat, loss as the stream's
// receiver reports it.
struct PlayerLink {
  double rttMs = 0;      // 0: not measured yet
  double jitterMs = 0;   // mean deviation of the round trip
  double lossShare = 0;  // 0 … 1

  friend bool operator==(const PlayerLink&, const PlayerLink&) = default;
};

struct PlayerNetwork {
  PlayerLink link;
  double playoutMs = 0;  // from the engine to the ear, as the page says; 0: unknown

  static constexpr double kLongestPlayoutMs = 300;
  // Beside round trip and playout: a page's estimate may be some packets old.
  static constexpr double kMarginMs = 60;
  // A page gathers what a hand does for up to 8 ms, and a block takes 5.
  static constexpr double kGestureMarginMs = 15;
  // What TCP waits, beyond the round trip, before it sends a lost packet again: the shortest such
  // time of Linux (RFC 6298 would have a second).
  static constexpr double kResendMs = 200;
  static constexpr double kLongestHoldMs = 1000.0 * kLongestHold / kSampleRate;

  // From what is heard to what the engine does about it.
  double delayMs() const { return believedPlayoutMs() + link.rttMs / 2; }
  double believedPlayoutMs() const { return std::clamp(playoutMs, 0.0, kLongestPlayoutMs); }
  // Half a round trip, and a whole one for what had to be sent twice.
  double boundMs() const {
    return 1.5 * link.rttMs + kResendMs + believedPlayoutMs() + kMarginMs + 4 * link.jitterMs;
  }

  // `equalMs`: the delay that both DJs shall have, 0 for each their own.
  DelayPolicy policy(double equalMs) const {
    const auto frames = [](double ms) {
      const auto count = static_cast<FrameCount>(ms * kSampleRate / 1000);
      return std::clamp<FrameCount>(count, 0, kLongestDelay);
    };
    const double holdMs = std::clamp(equalMs - delayMs(), 0.0, kLongestHoldMs);
    DelayPolicy policy;
    policy.bound = frames(boundMs());
    policy.hold = frames(holdMs);
    // Late enough for nearly every sample to have arrived.
    if (playoutMs > 0)
      policy.gesture = frames(delayMs() + kGestureMarginMs + 4 * link.jitterMs + holdMs);
    return policy;
  }

  friend bool operator==(const PlayerNetwork&, const PlayerNetwork&) = default;
};

}  // namespace dju::server
