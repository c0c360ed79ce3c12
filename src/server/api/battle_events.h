// The event protocol (docs/protocol.md) on Socket.IO, namespace /battle: each event is checked,
// handed to its room or to the streams, and acknowledged. Network thread.
#pragma once

#include "server/auth/tokens.h"
#include "server/battle/battle_service.h"
#include "server/net/socket_io.h"

namespace dju::server {

class Streams;

// Installs the handlers. All references outlive `sockets`.
void installBattleEvents(Namespace& sockets, const Tokens& tokens, BattleService& battles,
                         Streams& streams);

}  // namespace dju::server
