// The two copies of each command of a player: one over the data channel, which may lose it, and one
// over the socket, which brings them all in order, but late where the network lost something. The
// first one to come acts; what became of it is answered to the socket's. Commands act in the order
// of their numbers: a fader must not end where it was before. So a copy of the channel acts only if
// it is the next one, and what follows a gap waits for the socket. Network thread.
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
  // to act now; nothing if the command has acted, is acting, or is not yet its turn.
  std::optional<Ack> fromChannel(std::uint64_t number);
  std::optional<Ack> fromSocket(std::uint64_t number, Ack ack);

 private:
  // So many may be ahead of the socket.
  static constexpr std::size_t kMostAhead = 4096;
  // What the channel brought and the socket has not yet.
  struct Command {
    Ack ack;                                       // the socket's, while there is no answer
    std::optional<Result<nlohmann::json>> answer;  // while the socket's copy has not come
  };
  using Commands = std::map<std::uint64_t, Command>;

  // Shared with the answers that are still to come.
  std::shared_ptr<Commands> ahead_ = std::make_shared<Commands>();
  std::uint64_t next_ = 1;
};

}  // namespace dju::server
