// Ingress: where commands become the engine's. It decides, once, at which frame each acts and where
// it puts its deck, by its latency class: transport commands are placed where they were heard,
// tempo and nudge slewed there, gestures replayed at a constant delay, and everything else acts on
// arrival; a DJ whose delay is equalised with the other's waits for the difference.
//
// Engine thread; allocates only in the constructor, never waits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/battle.h"
#include "server/battle/delay_policy.h"

namespace dju::server {

// What became of the delay of a command.
enum class Timing : std::uint8_t {
  kOnArrival,  // nothing to put right: of no such class, or what was heard is unknown
  kAsHeard,    // it did what it would have done when its player acted
  kTooLate,    // beyond the bound: it acted on arrival
  kOnBeat,     // it waited for a beat
};

// A command on its way, with what its sender waits for.
struct Pending {
  engine::Command command;
  std::uint64_t ticket = 0;
  std::int64_t arrivedNs = 0;
  Timing timing = Timing::kOnArrival;
};

class Ingress {
 public:
  // `waiting`: how many commands may wait for their frame at most.
  explicit Ingress(int waiting = 1024);

  void setPolicy(engine::PlayerIndex player, const DelayPolicy& policy) noexcept;

  // A command that has arrived now: gives it the frame at which it will act. False if too many
  // wait; it is then refused.
  bool take(Pending pending, Frame now) noexcept;
  // The next command that acts before `until`, by frame and arrival.
  bool pop(Frame until, Pending& pending) noexcept;

  // What a slew owes each deck now, for those who will act upon what is rendered now. Each tick.
  void remember(const engine::Battle& battle) noexcept;

  // Where the command puts its deck; `battle` has been told everything before it (applyDue).
  void place(Pending& pending, const engine::Battle& battle) noexcept;

 private:
  struct Waiting {
    Pending pending;
    std::uint64_t order = 0;
  };
  static bool later(const Waiting& a, const Waiting& b) noexcept;
  Frame due(const engine::Command& command, Frame now) noexcept;
  Frame gestureDue(const engine::Command& command, Frame now) noexcept;
  const DelayPolicy& policyOf(engine::PlayerIndex player) const noexcept;
  double owedAt(int deck, Frame heard) const noexcept;

  static constexpr int kPlayers = 2;
  // A gesture keeps its delay until so long after its last sample.
  static constexpr FrameCount kGesturePause = kSampleRate / 2;
  struct Gesture {
    FrameCount delay = 0;
    Frame last;  // when its last sample acts
  };

  // Blocks back to what was heard at the longest delay, by a command that then waited longest.
  static constexpr int kRemembered = (kLongestDelay + kLongestHold) / kBlockFrames + 1;

  std::array<DelayPolicy, kPlayers> policies_{};
  std::array<Gesture, kPlayers> gestures_{};
  std::array<Frame, kPlayers> lastDue_{};  // one DJ's commands never overtake each other
  std::array<std::array<double, kRemembered>, engine::kMaxDecks> owed_{};  // by block, in a ring
  std::vector<Waiting> heap_;  // the first size_ of them
  std::size_t size_ = 0;
  std::uint64_t order_ = 0;
};

}  // namespace dju::server
