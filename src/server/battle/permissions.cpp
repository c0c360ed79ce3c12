#include "server/battle/permissions.h"

namespace dju::server {
namespace {

constexpr std::string_view kFormatNames[] = {"back_to_back", "rounds", "free"};

}  // namespace

std::string_view formatName(BattleFormat format) {
  return kFormatNames[static_cast<int>(format)];
}

std::optional<BattleFormat> findFormat(std::string_view name) {
  for (int i = 0; i < 3; ++i)
    if (kFormatNames[i] == name) return static_cast<BattleFormat>(i);
  return std::nullopt;
}

Permissions::Verdict Permissions::touch(Seat seat, engine::ControlId control, int target,
                                        Frame now) {
  const engine::ControlOwner owner = engine::info(control).owner;
  // Headphones are one's own in every format.
  if (owner == engine::ControlOwner::kMonitor)
    return target == static_cast<int>(seat) ? Verdict::kAllowed : Verdict::kNotYours;
  if (turn_ && turn_ != seat) return Verdict::kNotYourTurn;
  const bool oneDeckEach =
      format_ == BattleFormat::kBackToBack || (format_ == BattleFormat::kRounds && !turn_);
  if (owner == engine::ControlOwner::kOpen) return Verdict::kAllowed;
  if (owner == engine::ControlOwner::kDeck)
    return oneDeckEach && target % kSeats != static_cast<int>(seat) ? Verdict::kNotYours
                                                                    : Verdict::kAllowed;
  auto& hold = holds_[static_cast<int>(control)];
  if (hold && hold->seat != seat && now < hold->until) return Verdict::kHeld;
  hold = Hold{seat, now + kHold};
  return Verdict::kAllowed;
}

std::optional<Seat> Permissions::holder(engine::ControlId control, Frame now) const {
  const auto& hold = holds_[static_cast<int>(control)];
  if (!hold || now >= hold->until) return std::nullopt;
  return hold->seat;
}

}  // namespace dju::server
