#include "server/api/battle_events.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "server/api/streams.h"
#include "server/net/error_status.h"
#include "server/steady_clock.h"

namespace dju::server {
namespace {

using nlohmann::json;

// What belongs to one socket.
struct Client {
  Identity who;
  std::set<std::string> battles;  // joined
  RateLimit joins{1, 10};
};

std::int64_t serverMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

json success(json answer) {
  answer["success"] = true;
  return answer;
}

void answer(const Ack& ack, const Result<json>& result) {
  if (result)
    ack(success(*result));
  else
    ack.error(result.error());
}

const json& firstArgument(const Event& event) {
  static const json nothing = json::object();
  return event.args.empty() ? nothing : event.args[0];
}

std::string textField(const json& payload, const char* key) {
  if (!payload.is_object()) return "";
  const auto at = payload.find(key);
  return at != payload.end() && at->is_string() ? at->get<std::string>() : "";
}

class BattleEvents {
 public:
  BattleEvents(const Tokens& tokens, BattleService& battles, Streams& streams)
      : tokens_(tokens), battles_(battles), streams_(streams) {}

  Result<void> connected(const SocketPtr& socket, const Json& auth) {
    const auto who = tokens_.verify(textField(auth, "token"));
    if (!who) return who.error();
    auto client = std::make_shared<Client>();
    client->who = *who;
    install(socket, client);
    return {};
  }

 private:
  using ClientPtr = std::shared_ptr<Client>;

  void install(const SocketPtr& socket, const ClientPtr& client) {
    // The socket owns its handlers, so they hold no strong reference to it.
    Socket* self = socket.get();
    socket->on("join-battle",
               [=, this](const Event& event, const Ack& ack) { join(*self, *client, event, ack); });
    socket->on("leave-battle", [=, this](const Event& event, const Ack& ack) {
      leave(*self, *client, roomOf(*client, firstArgument(event))->config().id);
      ack(success(json::object()));
    });
    socket->on("battle-state", [=, this](const Event& event, const Ack& ack) {
      const json state = {{"state", roomOf(*client, firstArgument(event))->stateJson()}};
      self->emit("battle-state", Json::array({state}));
      ack(success(state));
    });
    socket->on("midi-command", [=, this](const Event& event, const Ack& ack) {
      const std::int64_t arrived = steadyNs();
      roomOf(*client, firstArgument(event))
          ->command(self->id(), firstArgument(event), arrived,
                    [ack](const Result<json>& result) { answer(ack, result); });
    });
    onRoom(*self, client, "battle-start",
           [](Room& room, Socket& s, const json&) { return room.start(s.id()); });
    onRoom(*self, client, "battle-end",
           [client](Room& room, Socket&, const json&) { return room.end(client->who.playerId); });
    onRoom(*self, client, "chat",
           [](Room& room, Socket& s, const json& p) { return room.chat(s.id(), p); });
    onRoom(*self, client, "reaction",
           [](Room& room, Socket& s, const json& p) { return room.react(s.id(), p); });
    onRoom(*self, client, "vote", [](Room& room, Socket& s, const json& p) {
      return room.vote(s.id(), p, s.remoteAddress());
    });
    onRoom(*self, client, "watch-sound",
           [](Room& room, Socket& s, const json& p) { return room.watchSound(s.id(), p); });
    onRoom(*self, client, "latency-report",
           [](Room& room, Socket& s, const json& p) { return room.reportLatency(s.id(), p); });
    socket->on("ping",
               [=, this](const Event& event, const Ack& ack) { ping(*client, event, ack); });
    socket->on("request-audio-stream", [=, this](const Event& event, const Ack& ack) {
      stream(*self, *client, event, ack);
    });
    // An ICE-lite answerer learns its peer's addresses from the checks themselves; a candidate is
    // only checked for its form, so that the document's client need not know.
    socket->on("ice-candidate", [](const Event& event, const Ack& ack) {
      const json& payload = firstArgument(event);
      if (!payload.is_object() || !payload.contains("candidate"))
        throw Error(ErrorCode::kInvalid, "ice-candidate: send {candidate, sdpMid}");
      ack(success(json::object()));
    });
    socket->onDisconnect([=, this](const std::string&) {
      for (const std::string& battle : client->battles)
        if (const auto room = battles_.find(battle)) room->leave(self->id());
      streams_.closeAllOf(self->id());
    });
  }

  template <typename Action>
  void onRoom(Socket& socket, const ClientPtr& client, const char* name, Action action) {
    Socket* self = &socket;
    socket.on(name, [=, this](const Event& event, const Ack& ack) {
      answer(ack, action(*roomOf(*client, firstArgument(event)), *self, firstArgument(event)));
    });
  }

  // The room a payload names, or the only one that the client has joined.
  std::shared_ptr<Room> roomOf(const Client& client, const json& payload) const {
    std::string id = textField(payload, "battleId");
    if (id.empty() && client.battles.size() == 1) id = *client.battles.begin();
    if (id.empty()) throw Error(ErrorCode::kInvalid, "battleId: missing; send {battleId: …}");
    return battles_.get(id);
  }

  void join(Socket& socket, Client& client, const Event& event, const Ack& ack) {
    const json& payload = firstArgument(event);
    if (!client.joins.allow())
      throw Error(ErrorCode::kTooMany, "join-battle: at most one a second");
    const std::string claimed = textField(payload, "playerId");
    if (!claimed.empty() && claimed != client.who.playerId)
      throw Error(ErrorCode::kForbidden,
                  fmt::format("join-battle: playerId {} is not the holder of this token",
                              claimed.substr(0, 40)));
    const auto room = roomOf(client, payload);
    auto joined = room->join(socket.id(), client.who, payload);
    if (joined) {
      client.battles.insert(room->config().id);
      socket.emit("battle-state", Json::array({json{{"state", joined->at("state")}}}));
    }
    answer(ack, joined);
  }

  void leave(Socket& socket, Client& client, const std::string& battleId) {
    client.battles.erase(battleId);
    if (const auto room = battles_.find(battleId)) room->leave(socket.id());
    streams_.closeAllOf(socket.id());
  }

  // The document's client sends a number and expects one back; ours sends an object.
  void ping(const Client& client, const Event& event, const Ack& ack) {
    if (!firstArgument(event).is_object()) return ack(serverMs());
    json reply = {{"serverTime", serverMs()}};
    if (client.battles.size() == 1)
      if (const auto room = battles_.find(*client.battles.begin()))
        reply["frame"] = room->battle().now().index();
    ack(success(reply));
  }

  void stream(Socket& socket, Client& client, const Event& event, const Ack& ack) {
    const json& payload = firstArgument(event);
    const auto room = roomOf(client, payload);
    const int output = room->outputOf(socket.id()).valueOrThrow();
    const StreamOffer answer =
        streams_.connect(room->config().id, output, textField(payload, "offer"),
                         parseStreamRequest(payload, output), socket.id());
    socket.emit("audio-stream-answer", Json::array({answer.sdp}));
    ack(success({{"answer", answer.sdp}, {"sessionId", answer.sessionId}}));
    // Sync points follow with the stream; who joins between two is told the last one at once.
    if (const json sync = streams_.lastSync(room->config().id, output); sync.is_object())
      socket.emit("audio-sync", Json::array({sync}));
  }

  const Tokens& tokens_;
  BattleService& battles_;
  Streams& streams_;
};

}  // namespace

void installBattleEvents(Namespace& sockets, const Tokens& tokens, BattleService& battles,
                         Streams& streams) {
  const auto events = std::make_shared<BattleEvents>(tokens, battles, streams);
  sockets.onConnect([events](const SocketPtr& socket, const Json& auth) {
    return events->connected(socket, auth);
  });
}

}  // namespace dju::server
