#include "server/battle/ingress.h"

#include <algorithm>

#include "engine/heard_placement.h"

namespace dju::server {

using engine::Command;
using engine::LatencyClass;

namespace {

// Whether what was heard is known and not longer ago than the bound allows.
bool believed(const Command& command, const DelayPolicy& policy) {
  const engine::Provenance& p = command.provenance;
  return p.heardFrame >= 0 && p.arrivedFrame - p.heardFrame <= policy.bound;
}

}  // namespace

Ingress::Ingress(int waiting) : heap_(static_cast<std::size_t>(waiting)) {}

void Ingress::setPolicy(engine::PlayerIndex player, const DelayPolicy& policy) noexcept {
  if (player < kPlayers) policies_[player] = policy;
}

const DelayPolicy& Ingress::policyOf(engine::PlayerIndex player) const noexcept {
  static constexpr DelayPolicy kNone;
  return player < kPlayers ? policies_[player] : kNone;
}

// A delay that is measured anew while a hand moves would bend the movement.
Frame Ingress::gestureDue(const Command& command, Frame now) noexcept {
  Gesture& gesture = gestures_[command.player];
  if (now - gesture.last > kGesturePause) gesture.delay = policies_[command.player].gesture;
  const Frame due = Frame(command.provenance.heardFrame) + gesture.delay;
  return gesture.last = std::max({due, now, gesture.last});
}

Frame Ingress::due(const Command& command, Frame now) noexcept {
  if (command.player >= kPlayers) return now;
  const DelayPolicy& policy = policies_[command.player];
  const bool gesture = engine::info(command.control).latency == LatencyClass::kGesture;
  if (gesture && policy.gesture > 0 && believed(command, policy)) return gestureDue(command, now);
  // Whole blocks: what is placed must act where the engine stands.
  const Frame due = now + policy.hold / kBlockFrames * kBlockFrames;
  return lastDue_[command.player] = std::max(due, lastDue_[command.player]);
}

bool Ingress::later(const Waiting& a, const Waiting& b) noexcept {
  return a.pending.command.frame != b.pending.command.frame
             ? a.pending.command.frame > b.pending.command.frame
             : a.order > b.order;
}

bool Ingress::take(Pending pending, Frame now) noexcept {
  if (size_ == heap_.size()) return false;
  pending.command.provenance.arrivedFrame = now.index();
  pending.command.frame = due(pending.command, now);
  heap_[size_++] = {pending, order_++};
  std::push_heap(heap_.begin(), heap_.begin() + static_cast<std::ptrdiff_t>(size_), later);
  return true;
}

bool Ingress::pop(Frame until, Pending& pending) noexcept {
  if (size_ == 0 || heap_.front().pending.command.frame >= until) return false;
  pending = heap_.front().pending;
  std::pop_heap(heap_.begin(), heap_.begin() + static_cast<std::ptrdiff_t>(size_), later);
  --size_;
  return true;
}

void Ingress::remember(const engine::Battle& battle) noexcept {
  const auto slot = static_cast<std::size_t>(battle.now().index() / kBlockFrames % kRemembered);
  for (int d = 0; d < engine::kMaxDecks; ++d) owed_[d][slot] = battle.deckNow(d).owed;
}

// Of the block nearest to `heard`, which is within the bound.
double Ingress::owedAt(int deck, Frame heard) const noexcept {
  const FrameCount block = (heard.index() + kBlockFrames / 2) / kBlockFrames;
  return owed_[deck][static_cast<std::size_t>(block % kRemembered)];
}

void Ingress::place(Pending& pending, const engine::Battle& battle) noexcept {
  Command& command = pending.command;
  const LatencyClass latency = engine::info(command.control).latency;
  if (latency == LatencyClass::kImmediate || command.provenance.heardFrame < 0) return;
  if (!believed(command, policyOf(command.player))) {
    pending.timing = Timing::kTooLate;
    return;
  }
  pending.timing = Timing::kAsHeard;
  const Frame heard(command.provenance.heardFrame);
  const double owed = command.target < engine::kMaxDecks ? owedAt(command.target, heard) : 0;
  const auto placement = engine::heardPlacement(battle, command, {command.frame - heard, owed});
  command.position = placement.position;
  command.drive = placement.drive;
}

}  // namespace dju::server
