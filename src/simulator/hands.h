// The hands of a virtual DJ: they move controls of a battle and every move is a command of its log,
// exactly as from a page. Knobs and faders turn in the 127 steps of a MIDI controller. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/battle_recorder.h"

namespace dju::simulator {

class Hands {
 public:
  // `recorder` outlives the hands. `player` is who the log says it was.
  Hands(engine::BattleRecorder& recorder, engine::PlayerIndex player);

  // Before the next frame, or before frame `at`, not earlier than battle.now().
  void set(engine::ControlId control, int target, double value);
  void setAt(Frame at, engine::ControlId control, int target, double value);
  // From where the control stands, gently off and gently on, within so many frames. A later turn or
  // set of the same control takes over.
  void turn(engine::ControlId control, int target, double to, FrameCount within);
  // Of a deck, within +-50 %; the fader's range is widened where it has to be.
  void setTempo(int deck, double percent);
  // Goes on with what turns. Once a block, before it is rendered.
  void move();

 private:
  struct Turn {
    engine::ControlId control{};
    int target = 0;
    double from = 0, to = 0;
    Frame begin, end;
    int step = 0;  // last one that was sent
  };
  void send(Frame at, engine::ControlId control, int target, double value);
  void let(engine::ControlId control, int target);

  engine::BattleRecorder& recorder_;
  engine::PlayerIndex player_;
  std::vector<Turn> turns_;
};

}  // namespace dju::simulator
