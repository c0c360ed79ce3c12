// The HTTP API under /api/v1 (docs/openapi.yaml), one function a group of routes. Handlers run on
// the network thread and answer at once, or hand the work to jobs. All references outlive the
// router.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/beat_grid.h"
#include "server/auth/tokens.h"
#include "server/config.h"
#include "server/net/router.h"

namespace dju::serving {
class ModelRegistry;
}  // namespace dju::serving
namespace dju::storage {
class Library;
class JobQueue;
}  // namespace dju::storage

namespace dju::server {

class BattleService;
class JobEvents;
class Recordings;
class Streams;
class Verdicts;

// Runs something that may wait for the disk, one after the other. Any thread.
using Background = std::function<void(std::function<void()>)>;

// Who asks, by `Authorization: Bearer …` or `?token=`. Throws Error(kUnauthorized).
Identity identify(const Request& request, const Tokens& tokens);
bool isOperator(const Identity& who, const ServerConfig& config);
// The player on whose behalf a track is changed; empty for an operator, who may change every track.
std::string changer(const Request& request, const Tokens& tokens, const ServerConfig& config);
// {anchorSeconds, bpm, changes?: [{beat, seconds, bpm}]} of a client. Throws Error(kInvalid).
BeatGrid gridFrom(const nlohmann::json& in);

// A body that goes to a file of the library's work folder, of at most `uploadMegabytes`; a
// stranger's token is checked before any of it is read.
RouteOptions uploadOptions(const Tokens& tokens, const ServerConfig& config,
                           const storage::Library& library);

void addGuestRoutes(Router& router, const Tokens& tokens, const ServerConfig& config);
void addBattleRoutes(Router& router, const Tokens& tokens, BattleService& battles);
void addStreamRoutes(Router& router, const Tokens& tokens, BattleService& battles,
                     Streams& streams);
void addTrackRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                    storage::Library& library, storage::JobQueue& jobs);
void addAnalysisRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                       storage::Library& library, storage::JobQueue& jobs);
void addRecordingRoutes(Router& router, const Tokens& tokens, BattleService& battles,
                        Recordings& recordings, const Background& background);
void addJobRoutes(Router& router, const Tokens& tokens, storage::JobQueue& jobs, JobEvents& events);
void addVerdictRoutes(Router& router, const Tokens& tokens, Verdicts& verdicts);
void addModelRoutes(Router& router, const serving::ModelRegistry& models);

}  // namespace dju::server
