#include "server/battle/command_copies.h"

#include <utility>

namespace dju::server {

using nlohmann::json;

CommandCopies::Ack CommandCopies::enter(std::uint64_t number, Ack ack) {
  if (commands_->size() == kRemembered) {
    oldest_ = commands_->begin()->first + 1;
    commands_->erase(commands_->begin());
  }
  (*commands_)[number].ack = std::move(ack);
  return [number, weak = std::weak_ptr(commands_)](const Result<json>& answer) {
    const auto commands = weak.lock();
    if (!commands) return;  // the player has gone
    const auto at = commands->find(number);
    if (at == commands->end()) return;
    if (const Ack waiting = std::exchange(at->second.ack, nullptr))
      waiting(answer);
    else
      at->second.answer = answer;
  };
}

std::optional<CommandCopies::Ack> CommandCopies::fromChannel(std::uint64_t number) {
  if (number < oldest_ || commands_->contains(number)) return std::nullopt;
  return enter(number, nullptr);
}

std::optional<CommandCopies::Ack> CommandCopies::fromSocket(std::uint64_t number, Ack ack) {
  if (number < oldest_) return ack;
  const auto at = commands_->find(number);
  if (at == commands_->end()) return enter(number, std::move(ack));
  Command& command = at->second;
  if (command.answer)
    ack(*std::exchange(command.answer, std::nullopt));
  else
    command.ack = std::move(ack);
  return std::nullopt;
}

}  // namespace dju::server
