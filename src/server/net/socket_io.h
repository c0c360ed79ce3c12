// Socket.IO protocol 5 over Engine.IO 4: namespaces, events with acknowledgements, binary
// attachments, rooms. The unmodified socket.io-client connects with `transports: ['websocket']`.
// Protocol: github.com/socketio/socket.io-protocol, revision 5.
//
//   SocketServer sockets;
//   Namespace& battle = sockets.of("/battle");
//   battle.onConnect([&](const SocketPtr& socket, const Json& auth) -> Result<void> {
//     socket->on("chat", [=](const Event& event, Ack ack) {
//       battle.broadcast("room-1", battle.packet("chat", {event.args.at(0)}));
//       ack({{"success", true}});
//     });
//     return {};
//   });
//   http.attach(sockets.engine());
//
// Threads: handlers of one socket run on its connection's strand, one at a time, in order. emit,
// broadcast, join, leave, disconnect and Ack: any thread, never wait. A broadcast serialises
// nothing: the Packet was framed once, each member's queue takes a reference.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/error.h"
#include "server/net/engine_io.h"

namespace dju::server {

using Json = nlohmann::json;
class Namespace;
class Socket;
using SocketPtr = std::shared_ptr<Socket>;

// An event framed for the wire of one namespace; see Namespace::packet.
using Packet = Wire;

// The place of attachment `index` within the arguments of an event: {"_placeholder": true, "num":
// i}.
Json attachment(std::size_t index);

// An event as it arrived.
struct Event {
  std::string_view name;
  const Json& args;                        // array, without the name; placeholders as sent
  const std::vector<Buffer>& attachments;  // as many as announced, placeholders checked
};

// Answers an event; one shot, any thread, copyable. Without a wish for an answer it does nothing.
class Ack {
 public:
  Ack() = default;
  Ack(const std::shared_ptr<Socket>& socket, std::int64_t id);
  bool wanted() const { return static_cast<bool>(state_); }
  // One argument to the client's callback.
  void operator()(const Json& value) const;
  // Any number of arguments with attachments, placed as in Namespace::packet.
  void reply(const Json& args, const std::vector<Buffer>& attachments = {}) const;
  // {success: false, error, code}
  void error(const Error& error) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

class Socket : public std::enable_shared_from_this<Socket> {
 public:
  using EventHandler = std::function<void(const Event&, Ack)>;
  using CloseHandler = std::function<void(const std::string& reason)>;
  // Receives the client's arguments (array), or an Error kUnavailable when none came in time.
  using AckHandler = std::function<void(Result<Json>)>;

  Socket(Namespace& ns, std::shared_ptr<EngineSession> session, std::string id);

  const std::string& id() const { return id_; }  // any thread
  const Request& handshake() const;              // any thread
  const std::string& remoteAddress() const;      // any thread
  double rttMs() const;                          // any thread; of the heartbeat, < 0 unknown
  double jitterMs() const;                       // any thread
  std::size_t queuedBytes() const;               // any thread
  bool connected() const { return state_.load() == State::kConnected; }  // any thread

  // Handlers: within onConnect or on the socket's strand. A handler that throws dju::Error answers
  // the acknowledgement with it; any other exception is logged and answered as "internal".
  void on(std::string event, EventHandler handler);
  // Events without a handler of their own; without this, they are answered kNotFound.
  void onAny(EventHandler handler) { onAny_ = std::move(handler); }
  // Exactly once for a socket whose onConnect succeeded.
  void onDisconnect(CloseHandler handler) { onDisconnect_ = std::move(handler); }
  // Asked before each event with its name; an Error is answered instead of calling the handler.
  void onAdmit(std::function<Result<void>(std::string_view event)> handler) {
    admit_ = std::move(handler);
  }

  // Any thread. See Namespace::packet for attachments and delivery.
  void emit(std::string_view event, const Json& args, const std::vector<Buffer>& attachments = {},
            Delivery delivery = Delivery::kMust, std::string key = {});
  void emit(const Packet& packet, Urgency urgency = Urgency::kNow);
  // Lets broadcasts to this socket wait up to 100 ms for company; what is emitted to it alone goes
  // at once, in order. For an audience, whose sound comes later than that. Any thread.
  void gather(bool mayWait) { session_->gather(mayWait); }
  // See EngineSession. Any thread.
  void heartbeatEvery(std::chrono::milliseconds interval) { session_->heartbeatEvery(interval); }
  // Asks for an acknowledgement; `done` runs on the socket's strand. Any thread.
  void emitWithAck(std::string_view event, const Json& args, std::chrono::milliseconds timeout,
                   AckHandler done);
  // Leaves the namespace (the client gets a disconnect packet). Any thread.
  void disconnect(std::string reason);
  // Sends `error {code, message}`, then closes the whole connection. Any thread.
  void fail(const Error& error);

  // Runs `work` on the socket's strand after `time`, unless the connection has closed. Any thread.
  void after(std::chrono::milliseconds time, std::function<void()> work);

  void join(const std::string& room);
  void leave(const std::string& room);

  // A place for what belongs to this socket (its player, its battle): on the socket's strand.
  std::shared_ptr<void> user;

 private:
  friend class SocketConnection;
  friend class Namespace;
  friend class Ack;
  enum class State { kJoining, kConnected, kClosed };

  void accepted();
  void deliver(const Json& data, const std::vector<Buffer>& attachments,
               std::optional<std::int64_t> ackId);
  void run(const EventHandler& handler, const Event& event, const Ack& ack);
  void deliverAck(std::int64_t id, Json args);
  void expireAck(std::int64_t id);
  // True if it was connected until now.
  bool closed(const std::string& reason);
  void failPendingAcks();

  Namespace& namespace_;
  const std::shared_ptr<EngineSession> session_;
  const std::string id_;
  std::atomic<State> state_{State::kJoining};
  std::unordered_map<std::string, EventHandler> handlers_;  // strand
  EventHandler onAny_;                                      // strand
  CloseHandler onDisconnect_;                               // strand
  std::function<Result<void>(std::string_view)> admit_;     // strand
  std::mutex mutex_;
  std::vector<Packet> early_;                       // guarded by mutex_, emitted while joining
  std::int64_t nextAck_ = 0;                        // guarded by mutex_
  std::map<std::int64_t, AckHandler> pendingAcks_;  // guarded by mutex_
};

class Namespace {
 public:
  // Accepts or refuses a client: an Error becomes a connect_error with its message and
  // data.code. Set handlers and join rooms here; emits are sent after the connect packet.
  using ConnectHandler = std::function<Result<void>(const SocketPtr&, const Json& auth)>;

  explicit Namespace(std::string name) : name_(std::move(name)) {}
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  const std::string& name() const { return name_; }
  void onConnect(ConnectHandler handler) { onConnect_ = std::move(handler); }  // before start

  // Any thread. Frames an event once for any number of sockets. `args` is an array; an attachment
  // that no attachment(i) in it names is appended as a further argument. `key` of kLatest: the
  // event name if empty.
  Packet packet(std::string_view event, const Json& args,
                const std::vector<Buffer>& attachments = {}, Delivery delivery = Delivery::kMust,
                std::string key = {}) const;
  // Any thread.
  void broadcast(const std::string& room, const Packet& packet, const Socket* except = nullptr);
  void broadcastAll(const Packet& packet);
  std::size_t roomSize(const std::string& room) const;
  std::size_t size() const;
  // Any thread; null when gone.
  SocketPtr find(const std::string& socketId) const;

 private:
  friend class Socket;
  friend class SocketConnection;
  void add(const SocketPtr& socket);
  void remove(const SocketPtr& socket);
  void join(const SocketPtr& socket, const std::string& room);
  void leave(const SocketPtr& socket, const std::string& room);

  const std::string name_;
  ConnectHandler onConnect_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, SocketPtr> sockets_;                    // guarded by mutex_
  std::unordered_map<std::string, std::unordered_set<SocketPtr>> rooms_;  // guarded by mutex_
  std::unordered_map<Socket*, std::unordered_set<std::string>> roomsOf_;  // guarded by mutex_
};

struct SocketOptions {
  EngineOptions engine;
  std::chrono::milliseconds connectTimeout{20000};  // to join a namespace after the handshake
  std::size_t maxAttachments = 8;                   // of one event
  std::size_t maxNamespaces = 4;                    // of one connection
  int maxJsonDepth = 32;
};

class SocketServer {
 public:
  explicit SocketServer(SocketOptions options = {});
  ~SocketServer();

  // The namespace of that name ("/battle"), made on the first call. Before the server starts.
  Namespace& of(const std::string& name);
  // Any thread; null for an unknown name.
  Namespace* find(const std::string& name) const;
  const SocketOptions& options() const { return options_; }
  // For HttpServer::attach.
  EngineServer& engine() { return *engine_; }

 private:
  SocketOptions options_;
  std::map<std::string, std::unique_ptr<Namespace>> namespaces_;
  std::unique_ptr<EngineServer> engine_;
};

}  // namespace dju::server
