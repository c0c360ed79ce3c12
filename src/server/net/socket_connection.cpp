#include "server/net/socket_connection.h"

#include <fmt/format.h>

#include "core/log.h"
#include "server/net/http_text.h"
#include "server/net/random_id.h"

namespace dju::server {

void SocketConnection::open(SocketServer& server, const std::shared_ptr<EngineSession>& session) {
  const auto connection = std::make_shared<SocketConnection>(server, session);
  // The session holds the connection until it has closed.
  session->onText = [connection](std::string_view text) { connection->onText(text); };
  session->onBinary = [connection](Buffer data) { connection->onBinary(std::move(data)); };
  session->onClose = [connection](const std::string& reason) { connection->onClose(reason); };
  connection->watchForNamespace();
}

SocketConnection::SocketConnection(SocketServer& server, std::shared_ptr<EngineSession> session)
    : server_(server), session_(std::move(session)) {}

// A client that joins nothing does not keep its place.
void SocketConnection::watchForNamespace() {
  session_->after(server_.options().connectTimeout, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->sockets_.empty()) self->fail("no namespace was joined in time");
  });
}

void SocketConnection::fail(const std::string& reason) {
  failed_ = true;
  session_->close(reason);
}

void SocketConnection::onText(std::string_view text) {
  if (failed_) return;
  if (partial_) return fail("invalid Socket.IO packet: an attachment was expected");
  const SocketPacketLimits limits{server_.options().maxAttachments, server_.options().maxJsonDepth};
  auto packet = parseSocketPacket(text, limits);
  if (!packet) return fail(packet.error().what());
  if (packet.value().attachments > 0) {
    partial_ = Partial{std::move(packet).valueOrThrow(), {}, text.size()};
    return;
  }
  dispatch(std::move(packet).valueOrThrow(), {});
}

void SocketConnection::onBinary(Buffer data) {
  if (failed_) return;
  if (!partial_) return fail("invalid Socket.IO packet: an attachment without an event");
  partial_->bytes += data->size();
  if (partial_->bytes > server_.options().engine.maxPayload) {
    return fail(fmt::format("event with attachments is larger than {} bytes",
                            server_.options().engine.maxPayload));
  }
  partial_->attachments.push_back(std::move(data));
  if (partial_->attachments.size() < partial_->packet.attachments) return;
  Partial whole = std::move(*partial_);
  partial_.reset();
  dispatch(std::move(whole.packet), std::move(whole.attachments));
}

void SocketConnection::dispatch(SocketPacket&& packet, std::vector<Buffer> attachments) {
  if (packet.type == SocketPacketType::kConnect) return connect(packet);
  const auto found = sockets_.find(packet.nsp);
  // Not connected there: an event that crossed our disconnect on its way is no offence.
  if (found == sockets_.end()) return;
  const SocketPtr socket = found->second;
  switch (packet.type) {
    case SocketPacketType::kDisconnect:
      sockets_.erase(found);
      socket->closed("client left the namespace");
      if (sockets_.empty()) watchForNamespace();
      break;
    case SocketPacketType::kEvent:
    case SocketPacketType::kBinaryEvent:
      if (socket->connected()) socket->deliver(packet.data, attachments, packet.id);
      break;
    case SocketPacketType::kAck:
    case SocketPacketType::kBinaryAck:
      socket->deliverAck(*packet.id, std::move(packet.data));
      break;
    default:
      break;
  }
}

void SocketConnection::connect(const SocketPacket& packet) {
  Namespace* const nsp = server_.find(packet.nsp);
  if (nsp == nullptr) return refuse(packet.nsp, {{"message", "Invalid namespace"}});
  if (const auto old = sockets_.find(packet.nsp); old != sockets_.end()) {
    if (old->second->connected()) return fail("the namespace is joined already");
    sockets_.erase(old);  // we had disconnected it
  }
  if (sockets_.size() >= server_.options().maxNamespaces) {
    return refuse(packet.nsp, {{"message", "too many namespaces on one connection"}});
  }
  const auto socket = std::make_shared<Socket>(*nsp, session_, randomId());
  const Json auth = packet.data.is_null() ? Json::object() : packet.data;
  Result<void> welcome;
  try {
    if (nsp->onConnect_) welcome = nsp->onConnect_(socket, auth);
  } catch (const Error& error) {
    welcome = error;
  } catch (const std::exception& error) {
    log::error("socket: connecting to {} failed: {}", packet.nsp, error.what());
    welcome = Error(ErrorCode::kInternal, "internal error");
  }
  if (!welcome) {
    socket->closed("refused");
    const Error& error = welcome.error();
    return refuse(packet.nsp, {{"message", error.what()},
                               {"data", {{"code", std::string(errorName(error.code()))}}}});
  }
  sockets_[packet.nsp] = socket;
  socket->accepted();
}

void SocketConnection::refuse(const std::string& nsp, const Json& body) {
  session_->send(
      makeWire(socketPacketHead(SocketPacketType::kConnectError, nsp, 0, {}) + dumpJson(body)));
}

void SocketConnection::onClose(const std::string& reason) {
  failed_ = true;
  const auto sockets = std::move(sockets_);
  sockets_.clear();
  for (const auto& [name, socket] : sockets) socket->closed(reason);
}

}  // namespace dju::server
