// Who may move what. Pure rules on top of the registry's owners; the room asks before a command
// reaches the engine. One thread at a time (the room's).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/time.h"
#include "engine/controls.h"

namespace dju::server {

enum class Seat : int { kA = 0, kB = 1 };
inline constexpr int kSeats = 2;

enum class BattleFormat {
  kBackToBack,  // deck A (and C) belong to seat A, deck B (and D) to seat B
  kRounds,      // whose turn it is has all decks and the mixer; before the first turn each prepares
                // the own deck
  kFree,        // both have everything
};

std::string_view formatName(BattleFormat format);
std::optional<BattleFormat> findFormat(std::string_view name);

class Permissions {
 public:
  enum class Verdict {
    kAllowed,
    kNotYours,  // another DJ's deck or headphones
    kNotYourTurn,
    kHeld,  // a shared control under another hand
  };

  explicit Permissions(BattleFormat format) : format_(format) {}

  // Whose turn it is (kRounds); nobody's before the start.
  void setTurn(std::optional<Seat> turn) { turn_ = turn; }
  std::optional<Seat> turn() const { return turn_; }

  // Samplers belong to both at once: whose turn it is may press them, and nobody holds them.
  // May `seat` move `control` of `target` at `now`? An allowed touch of a shared control takes hold
  // of it for kHold; the hold is renewed with each touch.
  Verdict touch(Seat seat, engine::ControlId control, int target, Frame now);

  // Who holds the shared control at `now`.
  std::optional<Seat> holder(engine::ControlId control, Frame now) const;

  static constexpr FrameCount kHold = kSampleRate * 3 / 10;  // 300 ms after the last touch

 private:
  struct Hold {
    Seat seat = Seat::kA;
    Frame until;
  };

  BattleFormat format_;
  std::optional<Seat> turn_;
  std::array<std::optional<Hold>, engine::kControlCount> holds_{};
};

}  // namespace dju::server
