#include "server/battle/socket_output.h"

namespace dju::server {

namespace {

// Of the DJs' sockets. Measured with 1 % loss (tests/remote-hands.test.mjs): what is lost is missed
// when the next packet comes, at most this long after it.
constexpr std::chrono::milliseconds kDjHeartbeat{250};

}  // namespace

SocketOutput::SocketOutput(Namespace& sockets, const std::string& battleId, StreamLoss loss)
    : sockets_(sockets),
      loss_(std::move(loss)),
      rooms_{battleId, battleId + "/djs", battleId + "/spectators", battleId + "/watchers"} {}

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
  if (group == Audience::kDjs) socket->heartbeatEvery(kDjHeartbeat);
}

void SocketOutput::unsubscribe(const ClientId& client) {
  const SocketPtr socket = sockets_.find(client);
  if (!socket) return;
  for (const std::string& room : rooms_) socket->leave(room);
  socket->gather(false);
}

void SocketOutput::watch(const ClientId& client, bool on) {
  const SocketPtr socket = sockets_.find(client);
  if (!socket) return;
  if (on)
    socket->join(roomName(Audience::kWatchers));
  else
    socket->leave(roomName(Audience::kWatchers));
}

PlayerLink SocketOutput::link(const ClientId& client) const {
  const SocketPtr socket = sockets_.find(client);
  if (!socket) return {};
  return {std::max(0.0, socket->rttMs()), socket->jitterMs(), loss_(client)};
}

}  // namespace dju::server
