// The HTTP API under /api/v1 (docs/openapi.yaml), one function a group of routes. Handlers run on
// the network thread and answer at once, or hand the work to jobs. All references outlive the
// router.
#pragma once

#include <optional>

#include "server/auth/tokens.h"
#include "server/config.h"
#include "server/net/router.h"

namespace dju::storage {
class Library;
class JobQueue;
}  // namespace dju::storage

namespace dju::server {

class BattleService;
class Recordings;
class Streams;

// Who asks, by `Authorization: Bearer …` or `?token=`. Throws Error(kUnauthorized).
Identity identify(const Request& request, const Tokens& tokens);
bool isOperator(const Identity& who, const ServerConfig& config);

void addGuestRoutes(Router& router, const Tokens& tokens, const ServerConfig& config);
void addBattleRoutes(Router& router, const Tokens& tokens, BattleService& battles);
void addStreamRoutes(Router& router, const Tokens& tokens, BattleService& battles,
                     Streams& streams);
void addTrackRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                    storage::Library& library, storage::JobQueue& jobs);
void addRecordingRoutes(Router& router, const Tokens& tokens, BattleService& battles,
                        Recordings& recordings);

}  // namespace dju::server
