// RoomOutput on Socket.IO: one namespace, and for each battle a Socket.IO room for everybody and
// one for each kind of client. An event is framed once for all of them. Network thread.
#pragma once

#include <functional>
#include <string>

#include "server/battle/room_output.h"
#include "server/net/socket_io.h"

namespace dju::server {

class SocketOutput : public RoomOutput {
 public:
  // The share of a client's stream that is lost, 0 … 1.
  using StreamLoss = std::function<double(const ClientId&)>;
  SocketOutput(Namespace& sockets, const std::string& battleId, StreamLoss loss);

  void send(Audience audience, std::string_view event, const nlohmann::json& payload,
            Delivery delivery) override;
  void sendBinary(Audience audience, std::string_view event, std::string payload) override;
  void sendTo(const ClientId& client, std::string_view event,
              const nlohmann::json& payload) override;
  void subscribe(const ClientId& client, Audience group) override;
  void unsubscribe(const ClientId& client) override;
  void watch(const ClientId& client, bool on) override;
  PlayerLink link(const ClientId& client) const override;

 private:
  const std::string& roomName(Audience audience) const {
    return rooms_[static_cast<int>(audience)];
  }

  Namespace& sockets_;
  StreamLoss loss_;
  std::string rooms_[4];
};

}  // namespace dju::server
