// One client of a SocketServer: puts events and their attachments together, joins and leaves
// namespaces. Internal to net/. On the session's strand.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "server/net/socket_io.h"
#include "server/net/socket_io_packet.h"

namespace dju::server {

class SocketConnection : public std::enable_shared_from_this<SocketConnection> {
 public:
  // Serves the session until it closes.
  static void open(SocketServer& server, const std::shared_ptr<EngineSession>& session);

  SocketConnection(SocketServer& server, std::shared_ptr<EngineSession> session);

 private:
  void onText(std::string_view text);
  void onBinary(Buffer data);
  void onClose(const std::string& reason);
  void dispatch(SocketPacket&& packet, std::vector<Buffer> attachments);
  void connect(const SocketPacket& packet);
  void refuse(const std::string& nsp, const Json& body);
  void watchForNamespace();
  void fail(const std::string& reason);

  struct Partial {
    SocketPacket packet;
    std::vector<Buffer> attachments;
    std::size_t bytes = 0;
  };

  SocketServer& server_;
  std::shared_ptr<EngineSession> session_;
  std::map<std::string, SocketPtr> sockets_;
  std::optional<Partial> partial_;  // an event whose attachments are still arriving
  bool failed_ = false;
};

}  // namespace dju::server
