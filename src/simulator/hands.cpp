#include "simulator/hands.h"

#include <algorithm>
#include <cmath>

namespace dju::simulator {
namespace {

constexpr int kSteps = 127;

}  // namespace

Hands::Hands(engine::BattleRecorder& recorder, engine::PlayerIndex player)
    : recorder_(recorder), player_(player) {}

void Hands::send(Frame at, engine::ControlId control, int target, double value) {
  recorder_.act(at, control, target, value, player_);
}

void Hands::let(engine::ControlId control, int target) {
  std::erase_if(turns_,
                [&](const Turn& turn) { return turn.control == control && turn.target == target; });
}

void Hands::set(engine::ControlId control, int target, double value) {
  setAt(recorder_.now(), control, target, value);
}

void Hands::setAt(Frame at, engine::ControlId control, int target, double value) {
  let(control, target);
  send(at, control, target, value);
}

void Hands::turn(engine::ControlId control, int target, double to, FrameCount within) {
  let(control, target);
  const Frame now = recorder_.now();
  turns_.push_back({control, target, recorder_.battle().value(control, target), to, now,
                    now + std::max<FrameCount>(within, 1)});
}

void Hands::setTempo(int deck, double percent) {
  double range = 50;
  for (const double choice : {50.0, 25.0, 16.0, 10.0, 8.0}) {
    if (std::abs(percent) <= choice) range = choice;
  }
  if (recorder_.battle().value(engine::ControlId::kRateRange, deck) < range)
    set(engine::ControlId::kRateRange, deck, range);
  set(engine::ControlId::kRate, deck, std::clamp(percent, -50.0, 50.0));
}

void Hands::move() {
  const Frame now = recorder_.now();
  for (Turn& turn : turns_) {
    const double done = std::clamp(
        static_cast<double>(now - turn.begin) / static_cast<double>(turn.end - turn.begin), 0.0,
        1.0);
    const double eased = done * done * (3 - 2 * done);
    // Steps are those of the whole way of a fader, so a short move has few of them.
    const engine::ControlInfo& info = engine::info(turn.control);
    const double share = (turn.to - turn.from) / (info.max - info.min);
    const int step = static_cast<int>(eased * kSteps * (share < 0 ? -share : share));
    if (done < 1 && step == turn.step) continue;
    turn.step = step;
    send(now, turn.control, turn.target,
         turn.from + (turn.to - turn.from) * (done < 1 ? eased : 1));
  }
  std::erase_if(turns_, [&](const Turn& turn) { return now >= turn.end; });
}

}  // namespace dju::simulator
