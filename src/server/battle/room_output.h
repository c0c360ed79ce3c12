// How a room speaks to its clients; implemented on sockets (battle_socket.h) and by a recorder in
// the tests. Network thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "server/battle/player_network.h"
#include "server/net/engine_io.h"  // Delivery

namespace dju::server {

using ClientId = std::string;  // one connection; a person may have several

// kWatchers: the DJs who asked for figures of the sound (watch-sound).
enum class Audience { kAll, kDjs, kSpectators, kWatchers };

class RoomOutput {
 public:
  virtual ~RoomOutput() = default;
  // Serialised once, whatever the number of listeners.
  virtual void send(Audience audience, std::string_view event, const nlohmann::json& payload,
                    Delivery delivery) = 0;
  virtual void sendBinary(Audience audience, std::string_view event, std::string payload) = 0;
  virtual void sendTo(const ClientId& client, std::string_view event,
                      const nlohmann::json& payload) = 0;
  // Which group's messages the client gets from now on.
  virtual void subscribe(const ClientId& client, Audience group) = 0;
  virtual void unsubscribe(const ClientId& client) = 0;
  // Whether it is among the kWatchers, until it unsubscribes.
  virtual void watch(const ClientId& client, bool on) = 0;
  // The way to the client as it is measured now; zeros while it is not.
  virtual PlayerLink link(const ClientId& client) const = 0;
};

}  // namespace dju::server
