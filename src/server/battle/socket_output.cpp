#include "server/battle/socket_output.h"

namespace dju::server {

SocketOutput::SocketOutput(Namespace& sockets, const std::string& battleId)
    : sockets_(sockets), rooms_{battleId, battleId + "/djs", battleId + "/spectators"} {}

void SocketOutput::send(Audience audience, std::string_view event, const nlohmann::json& payload,
                        Delivery delivery) {
  if (sockets_.roomSize(roomName(audience)) == 0) return;
  sockets_.broadcast(roomName(audience),
                     sockets_.packet(event, Json::array({payload}), {}, delivery));
}

void SocketOutput::sendBinary(Audience audience, std::string_view event, std::string payload) {
  if (sockets_.roomSize(roomName(audience)) == 0) return;
  sockets_.broadcast(roomName(audience), sockets_.packet(event, Json::array(),
                                                         {makeBuffer(payload)}, Delivery::kLatest));
}

void SocketOutput::sendTo(const ClientId& client, std::string_view event,
                          const nlohmann::json& payload) {
  if (const SocketPtr socket = sockets_.find(client)) socket->emit(event, Json::array({payload}));
}

void SocketOutput::subscribe(const ClientId& client, Audience group) {
  const SocketPtr socket = sockets_.find(client);
  if (!socket) return;
  socket->join(roomName(Audience::kAll));
  socket->join(roomName(group));
  socket->gather(group == Audience::kSpectators);
}

void SocketOutput::unsubscribe(const ClientId& client) {
  const SocketPtr socket = sockets_.find(client);
  if (!socket) return;
  for (const std::string& room : rooms_) socket->leave(room);
  socket->gather(false);
}

}  // namespace dju::server
