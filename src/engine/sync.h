// Sync: who leads, and how the others follow: their tempo is set to the leader's (or half or twice
// of it, whatever is nearest to their own record), and their beats are kept on the leader's.
//
// A follower is steered once a block. What it is off by its beats becomes a small change of speed
// that would mend it within 50 ms; more than a 32nd of a beat is mended by a jump, with the fades
// of any other. What a DJ does to a follower by hand (nudge, push, scratch, a jump without
// quantize) is meant: where the beats are then is where they are kept.
//
// Render thread; allocates nothing. Speeds in track frames a frame, tempos in BPM.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "core/time.h"
#include "engine/deck.h"

namespace dju::engine {

class Sync {
 public:
  using Decks = std::span<const std::unique_ptr<Deck>>;
  static constexpr int kNobody = -1;
  static constexpr int kClock = kMaxDecks;  // the battle clock, after the decks

  // 0 whoever plays and is heard, 1 … 4 that deck, 5 the battle clock.
  void choose(int choice) noexcept { choice_ = choice; }
  void setClock(double bpm, Frame now) noexcept;
  // Takes tempo and beat of the deck that leads or would lead; false if there is none.
  bool alignClock(Decks decks, Frame now) noexcept;

  void follow(int deck, bool on) noexcept { followers_[deck] = {on, false, 0, 1}; }
  // Where the deck's beats are now is where they are kept.
  void keepPhase(int deck) noexcept { followers_[deck].keep = true; }
  // Another record, or beat on beat again.
  void straighten(int deck) noexcept;

  // Once a block, before its sound. `audible`: decks that are heard in the master.
  void steer(Decks decks, std::span<const bool> audible, Frame now) noexcept;

  // Whether the deck's tempo is the leader's business.
  bool follows(int deck) const noexcept {
    return followers_[deck].on && leader_ != deck && leader_ != kNobody;
  }
  void matchTempo(Decks decks, int deck, Frame now) noexcept;
  void matchPhase(Decks decks, int deck, Frame now) noexcept;
  // The place nearest to `position` at which the deck's beat would be the leader's.
  double inPhase(Decks decks, int deck, double position, Frame now) const noexcept;

  int leader() const noexcept { return leader_; }
  double clockBpm() const noexcept { return clockBpm_; }
  double clockBeat(Frame now) const noexcept;

 private:
  struct Lead {
    double bpm = 0;   // 0: there is none
    double beat = 0;  // if its beats run on
    bool running = false;
  };
  struct Follower {
    bool on = false;
    bool keep = false;
    double offset = 0;  // of its beats from the leader's, wanted
    double ratio = 1;   // of its tempo to the leader's
  };

  Lead lead(Decks decks, int who, Frame now) const noexcept;
  int pick(Decks decks, std::span<const bool> audible) const noexcept;
  void countUnheard(Decks decks, std::span<const bool> audible) noexcept;
  void steerOne(const Lead& lead, Deck& deck, Follower& follower) noexcept;

  std::array<Follower, kMaxDecks> followers_{};
  int choice_ = 0;
  int leader_ = kNobody;
  double unheardBeats_ = 0;                 // since the leader was heard last
  double clockBpm_ = 120, clockStart_ = 0;  // beat at clockFrame_
  Frame clockFrame_;
};

}  // namespace dju::engine
