// The arena over HTTP (docs/protocol.md). Every answer comes from the arena's thread.
#pragma once

#include "server/auth/tokens.h"
#include "server/config.h"
#include "server/net/router.h"

namespace dju::server {

class Arena;

// All outlive the router.
void addArenaRoutes(Router& router, const Tokens& tokens, const ServerConfig& config, Arena& arena);

}  // namespace dju::server
