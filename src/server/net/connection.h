// What an accepted connection becomes: HTTP first, and an Engine.IO session if it asks for one.
// Internal to net/; http_server.cpp calls serveHttp, http_connection.cpp calls serveEngine, both on
// the connection's strand.
#pragma once

#include <memory>
#include <string>

#include "server/net/bytes.h"
#include "server/net/server_context.h"
#include "server/net/transport.h"

namespace dju::server {

struct Accepted {
  std::unique_ptr<Transport> transport;
  std::string address;              // numeric
  std::shared_ptr<void> admission;  // gives the connection's place back when it dies
};

void serveHttp(std::shared_ptr<ServerContext> context, Accepted accepted);

// Upgrades to a WebSocket: the request is checked by upgradeRefusal already. `early`: bytes that
// the client sent after its request.
void serveEngine(std::shared_ptr<ServerContext> context, EngineServer& engine, Accepted accepted,
                 Request request, Bytes early);

// Why a request may not open a session (status and message), or nothing.
struct UpgradeRefusal {
  int status;
  Error error;
};
std::optional<UpgradeRefusal> upgradeRefusal(const ServerContext& context,
                                             const EngineServer& engine, const Request& request);

}  // namespace dju::server
