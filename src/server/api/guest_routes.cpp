// Guests, the control registry, and what a page needs to find its way through NATs.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "server/api/control_registry_json.h"
#include "server/api/routes.h"
#include "server/battle/rate_limit.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr auto kTurnLifetime = std::chrono::hours(12);

// Short-lived TURN credentials as coturn's use-auth-secret checks them
// (draft-uberti-behave-turn-rest): the user name is "expiry:id", the password HMAC-SHA-1 of it.
json turnServer(const ServerConfig& config, const std::string& playerId) {
  const auto expiry = std::chrono::duration_cast<std::chrono::seconds>(
      (std::chrono::system_clock::now() + kTurnLifetime).time_since_epoch());
  const std::string user = fmt::format("{}:{}", expiry.count(), playerId);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha1(), config.turnSecret.data(), static_cast<int>(config.turnSecret.size()),
       reinterpret_cast<const unsigned char*>(user.data()), user.size(), digest, &length);
  std::string password(4 * ((length + 2) / 3) + 1, '\0');
  const int encoded = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(password.data()), digest,
                                      static_cast<int>(length));
  password.resize(static_cast<std::size_t>(encoded));
  return {{"urls", config.turnUrls}, {"username", user}, {"credential", password}};
}

json iceServers(const ServerConfig& config, const std::string& playerId) {
  json servers = json::array();
  for (const IceServer& server : config.iceServers) {
    json entry = {{"urls", server.urls}};
    if (!server.username.empty()) entry["username"] = server.username;
    if (!server.credential.empty()) entry["credential"] = server.credential;
    servers.push_back(entry);
  }
  if (!config.turnSecret.empty() && !config.turnUrls.empty())
    servers.push_back(turnServer(config, playerId));
  return servers;
}

}  // namespace

Identity identify(const Request& request, const Tokens& tokens) {
  return tokens.verify(request.bearerToken().value_or("")).valueOrThrow();
}

bool isOperator(const Identity& who, const ServerConfig& config) {
  return std::find(config.operators.begin(), config.operators.end(), who.playerId) !=
         config.operators.end();
}

std::string changer(const Request& request, const Tokens& tokens, const ServerConfig& config) {
  const Identity who = identify(request, tokens);
  return isOperator(who, config) ? "" : who.playerId;
}

void addGuestRoutes(Router& router, const Tokens& tokens, const ServerConfig& config) {
  router.post("/api/v1/guests", [&tokens](const Request& request, Responder responder) {
    const json body = request.json();
    if (!body.is_object() || !body.contains("name") || !body["name"].is_string())
      throw Error(ErrorCode::kInvalid, "name: missing; send {\"name\": \"…\"}");
    const Identity guest = tokens.newGuest(body["name"].get_ref<const std::string&>());
    responder.json(
        {{"playerId", guest.playerId}, {"name", guest.name}, {"token", tokens.sign(guest)}}, 201);
  });
  router.get("/api/v1/me", [&tokens, &config](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    responder.json(
        {{"playerId", who.playerId}, {"name", who.name}, {"operator", isOperator(who, config)}});
  });
  router.get("/api/v1/ice", [&tokens, &config](const Request& request, Responder responder) {
    responder.json({{"iceServers", iceServers(config, identify(request, tokens).playerId)}});
  });
  router.get("/api/v1/controls", [](const Request&, Responder responder) {
    responder.bytes(makeBuffer(kControlRegistryJson), "application/json", 200, Caching::kRevalidate,
                    fmt::format("\"{}\"", kControlRegistryHash));
  });
}

}  // namespace dju::server
