#include "server/net/socket_io.h"

#include <fmt/format.h>

#include "core/log.h"
#include "server/net/error_status.h"
#include "server/net/http_text.h"
#include "server/net/random_id.h"
#include "server/net/socket_connection.h"
#include "server/net/socket_io_packet.h"

namespace dju::server {

Json attachment(std::size_t index) {
  return {{"_placeholder", true}, {"num", index}};
}

// --- Ack

struct Ack::State {
  std::weak_ptr<Socket> socket;
  std::int64_t id = 0;
  std::atomic<bool> done{false};
};

Ack::Ack(const std::shared_ptr<Socket>& socket, std::int64_t id)
    : state_(std::make_shared<State>()) {
  state_->socket = socket;
  state_->id = id;
}

void Ack::operator()(const Json& value) const {
  reply(Json::array({value}));
}
void Ack::error(const Error& error) const {
  (*this)(ackError(error));
}

void Ack::reply(const Json& args, const std::vector<Buffer>& attachments) const {
  if (!state_ || state_->done.exchange(true)) return;
  const auto socket = state_->socket.lock();
  if (!socket) return;
  const auto type = attachments.empty() ? SocketPacketType::kAck : SocketPacketType::kBinaryAck;
  const std::string text =
      socketPacketHead(type, socket->namespace_.name(), attachments.size(), state_->id) + '[' +
      packetArguments(args, attachments.size()) + ']';
  socket->emit(makeWire(text, attachments));
}

// --- Socket

Socket::Socket(Namespace& ns, std::shared_ptr<EngineSession> session, std::string id)
    : namespace_(ns), session_(std::move(session)), id_(std::move(id)) {}

const Request& Socket::handshake() const {
  return session_->handshake();
}
const std::string& Socket::remoteAddress() const {
  return session_->handshake().remoteAddress;
}
double Socket::rttMs() const {
  return session_->rttMs();
}
double Socket::jitterMs() const {
  return session_->jitterMs();
}
std::size_t Socket::queuedBytes() const {
  return session_->queuedBytes();
}

void Socket::on(std::string event, EventHandler handler) {
  handlers_[std::move(event)] = std::move(handler);
}

void Socket::emit(std::string_view event, const Json& args, const std::vector<Buffer>& attachments,
                  Delivery delivery, std::string key) {
  emit(namespace_.packet(event, args, attachments, delivery, std::move(key)));
}

void Socket::emit(const Packet& packet, Urgency urgency) {
  if (state_.load() == State::kJoining) {
    std::lock_guard lock(mutex_);
    if (state_.load() == State::kJoining) return early_.push_back(packet);
  }
  if (state_.load() == State::kConnected) session_->send(packet, urgency);
}

void Socket::emitWithAck(std::string_view event, const Json& args,
                         std::chrono::milliseconds timeout, AckHandler done) {
  std::int64_t id = 0;
  {
    std::lock_guard lock(mutex_);
    id = nextAck_++;
    pendingAcks_[id] = std::move(done);
  }
  const std::string arguments = packetArguments(args, 0);
  const std::string text = socketPacketHead(SocketPacketType::kEvent, namespace_.name(), 0, id) +
                           '[' + dumpJson(Json(event)) + (arguments.empty() ? "" : ",") +
                           arguments + ']';
  session_->after(timeout, [self = shared_from_this(), id] { self->expireAck(id); });
  emit(makeWire(text));
}

void Socket::expireAck(std::int64_t id) {
  AckHandler done;
  {
    std::lock_guard lock(mutex_);
    const auto found = pendingAcks_.find(id);
    if (found == pendingAcks_.end()) return;
    done = std::move(found->second);
    pendingAcks_.erase(found);
  }
  done(Error(ErrorCode::kUnavailable, "the client did not acknowledge in time"));
}

void Socket::deliverAck(std::int64_t id, Json args) {
  AckHandler done;
  {
    std::lock_guard lock(mutex_);
    const auto found = pendingAcks_.find(id);
    if (found == pendingAcks_.end()) return;  // late or made up
    done = std::move(found->second);
    pendingAcks_.erase(found);
  }
  done(std::move(args));
}

void Socket::failPendingAcks() {
  std::map<std::int64_t, AckHandler> pending;
  {
    std::lock_guard lock(mutex_);
    pending.swap(pendingAcks_);
  }
  for (auto& [id, done] : pending) {
    done(Error(ErrorCode::kUnavailable, "the client is gone"));
  }
}

void Socket::accepted() {
  namespace_.add(shared_from_this());
  const Json body{{"sid", id_}};
  session_->send(makeWire(socketPacketHead(SocketPacketType::kConnect, namespace_.name(), 0, {}) +
                          body.dump()));
  std::lock_guard lock(mutex_);
  for (const auto& packet : early_) session_->send(packet);
  early_.clear();
  state_ = State::kConnected;
}

void Socket::deliver(const Json& data, const std::vector<Buffer>& attachments,
                     std::optional<std::int64_t> ackId) {
  const std::string& name = data[0].get_ref<const std::string&>();
  Json args = data;
  args.erase(0);
  const Event event{name, args, attachments};
  const Ack ack = ackId ? Ack(shared_from_this(), *ackId) : Ack();
  if (admit_) {
    if (const auto admitted = admit_(name); !admitted) return ack.error(admitted.error());
  }
  const auto handler = handlers_.find(name);
  if (handler != handlers_.end()) return run(handler->second, event, ack);
  if (onAny_) return run(onAny_, event, ack);
  ack.error(Error(ErrorCode::kNotFound, fmt::format("event \"{}\": unknown", name.substr(0, 64))));
}

void Socket::run(const EventHandler& handler, const Event& event, const Ack& ack) {
  try {
    handler(event, ack);
  } catch (const Error& error) {
    ack.error(error);
  } catch (const std::exception& error) {
    const std::string id = randomId().substr(0, 8);
    log::error("socket {}: event {} failed (id {}): {}", id_, event.name, id, error.what());
    ack.error(Error(ErrorCode::kInternal, "internal error, id " + id));
  }
}

bool Socket::closed(const std::string& reason) {
  const State before = state_.exchange(State::kClosed);
  if (before == State::kClosed) return false;
  namespace_.remove(shared_from_this());
  failPendingAcks();
  if (before == State::kConnected && onDisconnect_) onDisconnect_(reason);
  // Handlers often hold the socket itself. None of them is running: closing is never called from
  // within one, disconnect() and fail() come back here later.
  handlers_.clear();
  onAny_ = nullptr;
  onDisconnect_ = nullptr;
  admit_ = nullptr;
  return true;
}

void Socket::disconnect(std::string reason) {
  session_->after(
      std::chrono::milliseconds(0), [self = shared_from_this(), reason = std::move(reason)] {
        if (self->closed(reason)) {
          self->session_->send(makeWire(
              socketPacketHead(SocketPacketType::kDisconnect, self->namespace_.name(), 0, {})));
        }
      });
}

void Socket::fail(const Error& error) {
  emit("error", {{"code", std::string(errorName(error.code()))}, {"message", error.what()}});
  session_->close(error.what());
}

void Socket::after(std::chrono::milliseconds time, std::function<void()> work) {
  session_->after(time, std::move(work));
}

void Socket::join(const std::string& room) {
  namespace_.join(shared_from_this(), room);
}
void Socket::leave(const std::string& room) {
  namespace_.leave(shared_from_this(), room);
}

// --- Namespace

Packet Namespace::packet(std::string_view event, const Json& args,
                         const std::vector<Buffer>& attachments, Delivery delivery,
                         std::string key) const {
  const auto type = attachments.empty() ? SocketPacketType::kEvent : SocketPacketType::kBinaryEvent;
  const std::string arguments = packetArguments(args, attachments.size());
  const std::string text = socketPacketHead(type, name_, attachments.size(), {}) + '[' +
                           dumpJson(Json(event)) + (arguments.empty() ? "" : ",") + arguments + ']';
  if (delivery == Delivery::kLatest && key.empty()) key = event;
  return makeWire(text, attachments, delivery, std::move(key));
}

void Namespace::broadcast(const std::string& room, const Packet& packet, const Socket* except) {
  std::lock_guard lock(mutex_);
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  for (const auto& socket : found->second) {
    if (socket.get() != except) socket->emit(packet, Urgency::kMayWait);
  }
}

void Namespace::broadcastAll(const Packet& packet) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, socket] : sockets_) socket->emit(packet, Urgency::kMayWait);
}

std::size_t Namespace::roomSize(const std::string& room) const {
  std::lock_guard lock(mutex_);
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? 0 : found->second.size();
}

std::size_t Namespace::size() const {
  std::lock_guard lock(mutex_);
  return sockets_.size();
}

SocketPtr Namespace::find(const std::string& socketId) const {
  std::lock_guard lock(mutex_);
  const auto found = sockets_.find(socketId);
  return found == sockets_.end() ? nullptr : found->second;
}

void Namespace::add(const SocketPtr& socket) {
  std::lock_guard lock(mutex_);
  sockets_[socket->id()] = socket;
}

void Namespace::remove(const SocketPtr& socket) {
  std::lock_guard lock(mutex_);
  sockets_.erase(socket->id());
  const auto found = roomsOf_.find(socket.get());
  if (found == roomsOf_.end()) return;
  for (const auto& room : found->second) {
    rooms_[room].erase(socket);
    if (rooms_[room].empty()) rooms_.erase(room);
  }
  roomsOf_.erase(found);
}

void Namespace::join(const SocketPtr& socket, const std::string& room) {
  std::lock_guard lock(mutex_);
  if (socket->state_.load() == Socket::State::kClosed) return;  // remove() has run or will
  rooms_[room].insert(socket);
  roomsOf_[socket.get()].insert(room);
}

void Namespace::leave(const SocketPtr& socket, const std::string& room) {
  std::lock_guard lock(mutex_);
  if (const auto of = roomsOf_.find(socket.get()); of != roomsOf_.end()) of->second.erase(room);
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return;
  found->second.erase(socket);
  if (found->second.empty()) rooms_.erase(found);
}

// --- SocketServer

SocketServer::SocketServer(SocketOptions options)
    : options_(std::move(options)),
      engine_(std::make_unique<EngineServer>(options_.engine,
                                             [this](const std::shared_ptr<EngineSession>& session) {
                                               SocketConnection::open(*this, session);
                                             })) {}
SocketServer::~SocketServer() = default;

Namespace& SocketServer::of(const std::string& name) {
  auto& slot = namespaces_[name];
  if (!slot) slot = std::make_unique<Namespace>(name);
  return *slot;
}

Namespace* SocketServer::find(const std::string& name) const {
  const auto found = namespaces_.find(name);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

}  // namespace dju::server
