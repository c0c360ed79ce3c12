// WHEP (draft-ietf-wish-whep) and Ogg Opus: a battle's sound for players that speak no event
// protocol.
#include <fmt/format.h>

#include "server/api/routes.h"
#include "server/api/streams.h"
#include "server/battle/battle_service.h"

namespace dju::server {
namespace {

using nlohmann::json;

// The output that the token's holder may hear in this battle: a DJ's own headphones if asked for by
// role=dj, else the master.
int wantedOutput(const Request& request, const Room& room, const Tokens& tokens) {
  if (request.queryValue("role").value_or("spectator") != "dj") return 0;
  const Identity who = identify(request, tokens);
  const auto seat = room.seatOf(who.playerId);
  if (!seat)
    throw Error(ErrorCode::kForbidden,
                fmt::format("battle {}: only its DJs have headphones; ask for role=spectator",
                            room.config().id));
  return 1 + static_cast<int>(*seat);
}

void mayListen(const Request& request, const Room& room, const Tokens& tokens) {
  if (!room.config().unlisted) return;
  if (sameSecret(request.queryValue("watch").value_or(""), room.config().watchSecret)) return;
  const auto who = tokens.verify(request.bearerToken().value_or(""));
  if (!who || !room.seatOf(who->playerId))
    throw Error(ErrorCode::kForbidden,
                fmt::format("battle {}: it is unlisted; add ?watch= of the audience link",
                            room.config().id));
}

ViewerOptions viewerOptions(const Request& request, int output) {
  json asked = json::object();
  if (request.queryValue("frame")) asked["frame"] = request.queryInteger("frame", 60, 0, 1000);
  if (request.queryValue("bitrate"))
    asked["bitrate"] = request.queryInteger("bitrate", 128, 0, 1000);
  return parseStreamRequest(asked, output);
}

}  // namespace

void addStreamRoutes(Router& router, const Tokens& tokens, BattleService& battles,
                     Streams& streams) {
  RouteOptions sdp;
  sdp.maxBody = 64 * 1024;
  router.post(
      "/api/v1/battles/{id}/stream",
      [&](const Request& request, Responder responder) {
        const auto room = battles.get(request.param("id"));
        mayListen(request, *room, tokens);
        const int output = wantedOutput(request, *room, tokens);
        const StreamOffer answer = streams.connect(room->config().id, output, request.body,
                                                   viewerOptions(request, output), "whep");
        responder.header("Location", fmt::format("/api/v1/battles/{}/stream/{}", room->config().id,
                                                 answer.sessionId));
        responder.text(answer.sdp, 201, "application/sdp");
      },
      sdp);
  router.del("/api/v1/battles/{id}/stream/{session}",
             [&](const Request& request, Responder responder) {
               if (!streams.disconnect(request.param("session")))
                 throw Error(ErrorCode::kNotFound, "stream: no such session; it may have ended");
               responder.empty();
             });
  router.patch("/api/v1/battles/{id}/stream/{session}",
               [&](const Request& request, Responder responder) {
                 streams.addCandidate(request.param("session"), request.body).valueOrThrow();
                 responder.empty();
               });
  router.get("/api/v1/battles/{id}/listen.ogg", [&](const Request& request, Responder responder) {
    const auto room = battles.get(request.param("id"));
    mayListen(request, *room, tokens);
    streams.listen(room->config().id, responder);
  });
}

}  // namespace dju::server
