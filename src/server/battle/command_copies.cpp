#include "server/battle/command_copies.h"

#include <fmt/format.h>

#include <utility>

namespace dju::server {

using nlohmann::json;

std::optional<CommandCopies::Ack> CommandCopies::fromChannel(std::uint64_t number) {
  if (number != next_ || ahead_->size() == kMostAhead) return std::nullopt;
  ++next_;
  (*ahead_)[number] = {};
  return [number, weak = std::weak_ptr(ahead_)](const Result<json>& answer) {
    const auto ahead = weak.lock();
    if (!ahead) return;  // the player has gone
    const auto at = ahead->find(number);
    if (at->second.ack) {
      const Ack waiting = std::move(at->second.ack);
      ahead->erase(at);
      waiting(answer);
    } else {
      at->second.answer = answer;
    }
  };
}

std::optional<CommandCopies::Ack> CommandCopies::fromSocket(std::uint64_t number, Ack ack) {
  if (number >= next_) {
    next_ = number + 1;
    return ack;
  }
  const auto at = ahead_->find(number);
  if (at == ahead_->end() || at->second.ack) {
    ack(Error(ErrorCode::kInvalid,
              fmt::format("midi-command: number {} was there before; count up", number)));
  } else if (at->second.answer) {
    const Result<json> answer = *std::move(at->second.answer);
    ahead_->erase(at);
    ack(answer);
  } else {
    at->second.ack = std::move(ack);
  }
  return std::nullopt;
}

}  // namespace dju::server
