// The two copies of each command of a player: one over the data channel, which may lose it, and one
// over the socket, which brings it in any case but late where the network lost something. The first
// one to come acts; what became of it is answered to the socket's. Network thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.h"

namespace dju::server {

class CommandCopies {
 public:
  using Ack = std::function<void(Result<nlohmann::json>)>;

  // A copy of command `number` (a page counts up) is here. Whom to tell what became of it, if it is
  // the first; nothing if the command has acted or is acting already.
  std::optional<Ack> fromChannel(std::uint64_t number);
  std::optional<Ack> fromSocket(std::uint64_t number, Ack ack);

 private:
  // Copies may be so many commands apart. What is older acts when it comes over the socket, and
  // not when it comes over the channel.
  static constexpr std::size_t kRemembered = 4096;
  struct Command {
    Ack ack;                                       // the socket's, while there is no answer
    std::optional<Result<nlohmann::json>> answer;  // while the socket's copy has not come
  };
  using Commands = std::map<std::uint64_t, Command>;

  Ack enter(std::uint64_t number, Ack ack);

  // Shared with the answers that are still to come.
  std::shared_ptr<Commands> commands_ = std::make_shared<Commands>();
  std::uint64_t oldest_ = 1;
};

}  // namespace dju::server
