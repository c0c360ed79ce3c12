// Battles over HTTP: list, create, look at, end.
#include <algorithm>

#include "server/api/routes.h"
#include "server/battle/battle_service.h"

namespace dju::server {
namespace {

using nlohmann::json;

std::string wantedState(const Request& request) {
  const auto state = request.queryValue("state");
  if (!state) return "live";
  if (*state != "live" && *state != "ended")
    throw Error(ErrorCode::kInvalid, "state: send live or ended");
  return std::string(*state);
}

bool visible(const Room& room, bool ended) {
  return !room.config().unlisted && (room.state() == Room::State::kEnded) == ended;
}

}  // namespace

void addBattleRoutes(Router& router, const Tokens& tokens, BattleService& battles) {
  router.get("/api/v1/battles", [&battles](const Request& request, Responder responder) {
    const bool ended = wantedState(request) == "ended";
    json list = json::array();
    for (const auto& [id, room] : battles.rooms())
      if (visible(*room, ended)) list.push_back(room->describe());
    std::sort(list.begin(), list.end(),
              [](const json& a, const json& b) { return a["createdAt"] > b["createdAt"]; });
    responder.json({{"battles", list}});
  });
  router.post("/api/v1/battles", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    responder.json(battles.create(who, request.json())->describeForDj(), 201);
  });
  router.get("/api/v1/battles/{id}", [&](const Request& request, Responder responder) {
    const auto room = battles.get(request.param("id"));
    const auto who = tokens.verify(request.bearerToken().value_or(""));
    responder.json(who && room->seatOf(who->playerId) ? room->describeForDj() : room->describe());
  });
  router.post("/api/v1/battles/{id}/end", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    const auto room = battles.get(request.param("id"));
    room->end(who.playerId).valueOrThrow();
    responder.json(room->describe());
  });
}

}  // namespace dju::server
