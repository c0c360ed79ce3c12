// A WebSocket that carries an Engine.IO session: framing, heartbeat, bounded queue, closing.
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <deque>

#include "core/log.h"
#include "server/net/connection.h"
#include "server/net/deadline.h"
#include "server/net/engine_io.h"
#include "server/net/http_text.h"
#include "server/net/random_id.h"
#include "server/net/round_trip.h"
#include "server/net/websocket_codec.h"

namespace dju::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 4 * 1024;  // a socket: clients say little
constexpr std::size_t kWriteBytes = 256 * 1024;
constexpr std::size_t kWriteMessages = 64;
// How much the kernel may hold unsent: what waits longer waits with us, where it can be replaced.
constexpr int kKernelUnsentBytes = 64 * 1024;
constexpr std::chrono::seconds kClosingTime{3};

struct SocketMetrics {
  metrics::Gauge& open = metrics::registry().gauge("dju_sockets", "Open Engine.IO sessions");
  metrics::Counter& received = metrics::registry().counter("dju_socket_messages_received_total",
                                                           "WebSocket messages received");
  metrics::Counter& sent =
      metrics::registry().counter("dju_socket_messages_sent_total", "Messages sent to sockets");
  metrics::Counter& sentBytes =
      metrics::registry().counter("dju_socket_sent_bytes_total", "Bytes sent to sockets");
  metrics::Counter& replaced = metrics::registry().counter("dju_socket_messages_replaced_total",
                                                           "Unsent state replaced by newer state");
  metrics::Counter& overflows = metrics::registry().counter(
      "dju_socket_overflows_total", "Sockets closed because their queue was full");
};

SocketMetrics& socketMetrics() {
  static SocketMetrics instance;
  return instance;
}

bool hasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, comma);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (equalNoCase(item, token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

Wire rawWire(Bytes wire) {
  auto message = std::make_shared<WireMessage>();
  message->wire = std::move(wire);
  return message;
}

// Takes `bytes` that are written off the front; whether nothing is left.
bool dropFront(Transport::Buffers& buffers, std::size_t bytes) {
  auto whole = buffers.begin();
  for (; whole != buffers.end() && whole->size() <= bytes; ++whole) bytes -= whole->size();
  buffers.erase(buffers.begin(), whole);
  if (buffers.empty()) return true;
  buffers.front() += bytes;
  return false;
}

Wire textPacket(std::string_view packet) {
  Bytes wire;
  appendFrame(wire, WebSocketOpcode::kText, packet.data(), packet.size());
  return rawWire(std::move(wire));
}

}  // namespace

class EngineSessionImpl final : public EngineSession,
                                public Closable,
                                public Flushable,
                                public std::enable_shared_from_this<EngineSessionImpl> {
 public:
  EngineSessionImpl(std::shared_ptr<ServerContext> context, EngineServer& engine, Accepted accepted,
                    Request request)
      : context_(std::move(context)),
        engine_(engine),
        accepted_(std::move(accepted)),
        executor_(accepted_.transport->executor()),
        request_(std::move(request)),
        id_(randomId()),
        decoder_(engine.options().maxPayload),
        deadline_(executor_),
        pingInterval_(engine.options().pingInterval),
        tokens_(2 * engine.options().maxMessagesPerSecond) {}

  void start(const Bytes& early);

  const std::string& id() const override { return id_; }
  const Request& handshake() const override { return request_; }
  void send(Wire message, Urgency urgency) override;
  void send(Wire message) { send(std::move(message), Urgency::kNow); }
  void gather(bool mayWait) override { gathers_.store(mayWait, std::memory_order_relaxed); }
  void close(std::string reason) override;
  double rttMs() const override { return rttMs_.load(std::memory_order_relaxed); }
  double jitterMs() const override { return jitterMs_.load(std::memory_order_relaxed); }
  void heartbeatEvery(std::chrono::milliseconds interval) override;
  std::size_t queuedBytes() const override;
  void after(std::chrono::milliseconds time, std::function<void()> work) override;
  void goAway() override;
  void flushNow() override;

 private:
  // What is arranged for the queue. kWriting: flush goes on when the kernel has taken the rest.
  enum class Departure { kNone, kGathered, kSoon, kWriting };

  void read();
  void onRead(NetError error, std::size_t size);
  bool onMessage(WebSocketMessage&& message);
  void onPacket(std::string_view packet);
  bool takeToken();
  bool dropOlder(const Wire& message);  // mutex_ held
  void enqueue(const Wire& message);    // mutex_ held
  void arrange(Urgency urgency);        // mutex_ held
  void flush();
  bool takeQueued();
  void written();
  void onWritten(NetError error);
  void onDeadline();
  void heartbeat();
  void closeWith(WebSocketClose code, std::string reason, bool dropQueue = false);
  void finish();

  const EngineOptions& options() const { return engine_.options(); }

  std::shared_ptr<ServerContext> context_;
  EngineServer& engine_;
  Accepted accepted_;
  asio::any_io_executor executor_;
  const Request request_;
  const std::string id_;

  // On the strand:
  WebSocketDecoder decoder_;
  std::vector<std::uint8_t> readBuffer_;
  Deadline deadline_;
  bool writing_ = false;
  bool closing_ = false;
  bool finished_ = false;
  bool sendShut_ = false;
  bool awaitingPong_ = false;
  std::chrono::milliseconds pingInterval_;
  Clock::time_point pingSent_{};
  RoundTrip roundTrip_;
  double tokens_;
  Clock::time_point tokensAt_ = Clock::now();
  std::vector<Wire> inFlight_;
  Transport::Buffers buffers_;  // what is left of inFlight_ to be written

  std::atomic<double> rttMs_{-1}, jitterMs_{0};
  std::atomic<bool> gathers_{false};
  mutable std::mutex mutex_;
  std::deque<Wire> queue_;                  // guarded by mutex_
  std::size_t queuedBytes_ = 0;             // guarded by mutex_, in flight included
  std::size_t latestQueued_ = 0;            // guarded by mutex_, kLatest messages in queue_
  bool shut_ = false;                       // guarded by mutex_: nothing more is taken
  Departure departure_ = Departure::kNone;  // guarded by mutex_
};

void EngineSessionImpl::start(const Bytes& early) {
  context_->add(shared_from_this());
  engine_.sessions_.fetch_add(1);
  socketMetrics().open.add(1);
  setsockopt(accepted_.transport->socket().native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT,
             &kKernelUnsentBytes, sizeof kKernelUnsentBytes);
  deadline_.onExpired([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->onDeadline();
  });
  deadline_.expireAfter(pingInterval_);
  const auto accept = webSocketAccept(request_.header("Sec-WebSocket-Key").value_or(""));
  const auto head = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n\r\n",
      accept.value_or(""));
  send(rawWire(Bytes(head.begin(), head.end())));
  const nlohmann::json open{{"sid", id_},
                            {"upgrades", nlohmann::json::array()},
                            {"pingInterval", options().pingInterval.count()},
                            {"pingTimeout", options().pingTimeout.count()},
                            {"maxPayload", options().maxPayload}};
  send(textPacket("0" + open.dump()));
  engine_.openHandler()(shared_from_this());
  readBuffer_ = early;
  early.empty() ? read() : onRead({}, early.size());
}

void EngineSessionImpl::read() {
  if (finished_) return;
  readBuffer_.resize(kReadBytes);
  accepted_.transport->readSome(
      readBuffer_.data(), readBuffer_.size(),
      [self = shared_from_this()](NetError error, std::size_t size) { self->onRead(error, size); });
}

void EngineSessionImpl::onRead(NetError error, std::size_t size) {
  if (finished_) return;
  if (error) {
    closeWith(WebSocketClose::kGoingAway, "transport closed", true);
    return finish();
  }
  if (!closing_) {
    const auto failure =
        decoder_.feed(readBuffer_.data(), size,
                      [this](WebSocketMessage&& message) { return onMessage(std::move(message)); });
    if (failure) closeWith(failure->code, failure->reason);
  }
  read();
}

// False when no further message shall be decoded.
bool EngineSessionImpl::onMessage(WebSocketMessage&& message) {
  socketMetrics().received.add();
  if (!takeToken()) {
    closeWith(WebSocketClose::kPolicy, fmt::format("too many messages: at most {} a second",
                                                   options().maxMessagesPerSecond));
    return false;
  }
  switch (message.opcode) {
    case WebSocketOpcode::kText:
      onPacket(textOf(message.payload));
      break;
    case WebSocketOpcode::kBinary:
      if (onBinary) onBinary(makeBuffer(std::move(message.payload)));
      break;
    case WebSocketOpcode::kPing: {
      Bytes pong;
      appendFrame(pong, WebSocketOpcode::kPong, message.payload.data(), message.payload.size());
      send(rawWire(std::move(pong)));
      break;
    }
    case WebSocketOpcode::kClose:
      closeWith(WebSocketClose::kNormal, "client closed the transport");
      break;
    default:
      break;
  }
  return !closing_;
}

void EngineSessionImpl::onPacket(std::string_view packet) {
  const char type = packet.empty() ? '\0' : packet[0];
  if (type == '4') {
    if (onText) onText(packet.substr(1));
  } else if (type == '3' && awaitingPong_) {
    awaitingPong_ = false;
    roundTrip_.add(std::chrono::duration<double, std::milli>(Clock::now() - pingSent_).count());
    rttMs_ = roundTrip_.ms();
    jitterMs_ = roundTrip_.jitterMs();
    deadline_.expireAfter(pingInterval_);
  } else if (type == '1') {
    closeWith(WebSocketClose::kNormal, "client closed the session");
  } else if (type != '3' && type != '6') {
    closeWith(WebSocketClose::kProtocolError, "invalid Engine.IO packet");
  }
}

bool EngineSessionImpl::takeToken() {
  const auto now = Clock::now();
  const double rate = options().maxMessagesPerSecond;
  tokens_ += rate * std::chrono::duration<double>(now - tokensAt_).count();
  tokens_ = std::min(tokens_, 2 * rate);
  tokensAt_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

bool EngineSessionImpl::dropOlder(const Wire& message) {
  if (latestQueued_ == 0) return false;
  const auto older = std::find_if(queue_.begin(), queue_.end(), [&](const Wire& waiting) {
    return waiting->delivery == Delivery::kLatest && waiting->key == message->key;
  });
  if (older == queue_.end()) return false;
  queuedBytes_ -= (*older)->wire.size();
  --latestQueued_;
  queue_.erase(older);
  socketMetrics().replaced.add();
  return true;
}

void EngineSessionImpl::enqueue(const Wire& message) {
  queue_.push_back(message);
  queuedBytes_ += message->wire.size();
  if (message->delivery == Delivery::kLatest) ++latestQueued_;
}

void EngineSessionImpl::send(Wire message, Urgency urgency) {
  std::lock_guard lock(mutex_);
  if (shut_) return;
  const bool droppable = message->delivery == Delivery::kLatest;
  if (droppable) dropOlder(message);
  if (queuedBytes_ + message->wire.size() > options().maxQueuedBytes) {
    if (droppable) return socketMetrics().replaced.add();
    shut_ = true;
    socketMetrics().overflows.add();
    asio::post(executor_, [self = shared_from_this()] {
      self->closeWith(WebSocketClose::kTryAgainLater,
                      fmt::format("send queue overflow: more than {} bytes unsent",
                                  self->options().maxQueuedBytes),
                      true);
    });
    return;
  }
  enqueue(message);
  arrange(urgency);
}

// Sees to it that the queue will be flushed. A departure that was arranged for later stays arranged
// and finds nothing to do.
void EngineSessionImpl::arrange(Urgency urgency) {
  if (urgency == Urgency::kMayWait && gathers_.load(std::memory_order_relaxed)) {
    if (departure_ != Departure::kNone) return;
    departure_ = Departure::kGathered;
    return context_->departures->gathered(weak_from_this());
  }
  if (departure_ == Departure::kSoon || departure_ == Departure::kWriting) return;
  departure_ = Departure::kSoon;
  context_->departures->soon(weak_from_this());
}

void EngineSessionImpl::flushNow() {
  asio::dispatch(executor_, [self = shared_from_this()] { self->flush(); });
}

// Sends what waits, many messages in one system call; what the kernel does not take at once goes
// when it can.
void EngineSessionImpl::flush() {
  if (writing_ || finished_) return;
  while (takeQueued()) {
    if (dropFront(buffers_, accepted_.transport->writeNow(buffers_))) {
      written();
      continue;
    }
    writing_ = true;
    accepted_.transport->write(buffers_, [self = shared_from_this()](NetError error, std::size_t) {
      self->onWritten(error);
    });
    return;
  }
  if (closing_ && !std::exchange(sendShut_, true)) {
    accepted_.transport->shutdownSend(shared_from_this());
  }
}

// From the queue to inFlight_; false when nothing waits.
bool EngineSessionImpl::takeQueued() {
  {
    std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    while (!queue_.empty() && bytes < kWriteBytes && inFlight_.size() < kWriteMessages) {
      bytes += queue_.front()->wire.size();
      if (queue_.front()->delivery == Delivery::kLatest) --latestQueued_;
      inFlight_.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    departure_ = inFlight_.empty() ? Departure::kNone : Departure::kWriting;
  }
  buffers_.clear();
  for (const auto& message : inFlight_) buffers_.push_back(asio::buffer(message->wire));
  return !inFlight_.empty();
}

void EngineSessionImpl::onWritten(NetError error) {
  writing_ = false;
  written();
  if (finished_) return;
  if (error) {
    closeWith(WebSocketClose::kGoingAway, "transport closed", true);
    return finish();
  }
  flush();
}

// What was in flight is no longer ours.
void EngineSessionImpl::written() {
  std::size_t bytes = 0;
  for (const auto& message : inFlight_) bytes += message->wire.size();
  socketMetrics().sent.add(inFlight_.size());
  socketMetrics().sentBytes.add(bytes);
  inFlight_.clear();
  std::lock_guard lock(mutex_);
  queuedBytes_ -= bytes;
}

std::size_t EngineSessionImpl::queuedBytes() const {
  std::lock_guard lock(mutex_);
  return queuedBytes_;
}

void EngineSessionImpl::after(std::chrono::milliseconds time, std::function<void()> work) {
  auto timer = std::make_shared<asio::steady_timer>(executor_, time);
  timer->async_wait([weak = weak_from_this(), timer, work = std::move(work)](NetError error) {
    const auto self = weak.lock();
    if (!error && self && !self->closing_) work();
  });
}

void EngineSessionImpl::close(std::string reason) {
  asio::post(executor_, [self = shared_from_this(), reason = std::move(reason)] {
    self->closeWith(WebSocketClose::kPolicy, reason);
  });
}

void EngineSessionImpl::goAway() {
  asio::post(executor_, [self = shared_from_this()] {
    self->closeWith(WebSocketClose::kGoingAway, "server shutting down");
  });
}

void EngineSessionImpl::onDeadline() {
  if (closing_) return finish();
  if (awaitingPong_) return closeWith(WebSocketClose::kPolicy, "ping timeout", true);
  heartbeat();
}

void EngineSessionImpl::heartbeatEvery(std::chrono::milliseconds interval) {
  asio::post(executor_, [self = shared_from_this(), interval] {
    self->pingInterval_ = interval;
    if (!self->awaitingPong_ && !self->closing_) self->deadline_.expireAfter(interval);
  });
}

void EngineSessionImpl::heartbeat() {
  static const Wire kPing = textPacket("2");
  awaitingPong_ = true;
  pingSent_ = Clock::now();
  deadline_.expireAfter(options().pingTimeout);
  send(kPing);
}

// Tells the user at once and the client in order; the peer gets kClosingTime to agree.
void EngineSessionImpl::closeWith(WebSocketClose code, std::string reason, bool dropQueue) {
  if (closing_) return;
  closing_ = true;
  log::debug("socket {}: {}", id_, reason);
  {
    std::lock_guard lock(mutex_);
    shut_ = true;
    if (dropQueue) {
      for (const auto& message : queue_) queuedBytes_ -= message->wire.size();
      queue_.clear();
      latestQueued_ = 0;
    }
    enqueue(rawWire(closeFrame(code, reason)));
    arrange(Urgency::kNow);
  }
  deadline_.expireAfter(kClosingTime);
  const auto told = std::exchange(onClose, nullptr);
  if (told) told(reason);
  asio::post(executor_, [self = shared_from_this()] {
    self->onText = nullptr;  // not earlier: one of them may be running
    self->onBinary = nullptr;
  });
}

void EngineSessionImpl::finish() {
  if (finished_) return;
  finished_ = true;
  deadline_.cancel();
  accepted_.transport->close();
  context_->remove(this);
  engine_.sessions_.fetch_sub(1);
  socketMetrics().open.add(-1);
}

Wire makeWire(std::string_view text, const std::vector<Buffer>& attachments, Delivery delivery,
              std::string key) {
  auto message = std::make_shared<WireMessage>();
  std::size_t size = text.size() + 11;
  for (const auto& attachment : attachments) size += attachment->size() + 10;
  message->wire.reserve(size);
  std::string packet;
  packet.reserve(text.size() + 1);
  packet += '4';
  packet += text;
  appendFrame(message->wire, WebSocketOpcode::kText, packet.data(), packet.size());
  for (const auto& attachment : attachments) {
    appendFrame(message->wire, WebSocketOpcode::kBinary, attachment->data(), attachment->size());
  }
  message->delivery = delivery;
  message->key = std::move(key);
  return message;
}

Wire makeBinaryWire(const Buffer& data) {
  Bytes wire;
  appendFrame(wire, WebSocketOpcode::kBinary, data->data(), data->size());
  return rawWire(std::move(wire));
}

EngineServer::EngineServer(EngineOptions options, OpenHandler onOpen)
    : options_(std::move(options)), onOpen_(std::move(onOpen)) {}
EngineServer::~EngineServer() = default;

std::optional<UpgradeRefusal> upgradeRefusal(const ServerContext& context,
                                             const EngineServer& engine, const Request& request) {
  const auto refuse = [](int status, ErrorCode code, std::string message) {
    return UpgradeRefusal{status, Error(code, std::move(message))};
  };
  const auto header = [&](std::string_view name) { return request.header(name).value_or(""); };
  if (request.method != Method::kGet) {
    return refuse(400, ErrorCode::kInvalid, "Engine.IO: the handshake is a GET");
  }
  if (request.queryValue("EIO").value_or("") != "4") {
    return refuse(400, ErrorCode::kUnsupported, "Engine.IO: this server speaks EIO=4");
  }
  if (request.queryValue("transport").value_or("") != "websocket") {
    return refuse(400, ErrorCode::kUnsupported,
                  "Engine.IO: use transport=websocket (transports: [\"websocket\"])");
  }
  if (request.queryValue("sid")) {
    return refuse(400, ErrorCode::kInvalid, "Engine.IO: unknown session; open a new one");
  }
  if (!hasToken(header("Upgrade"), "websocket") || !hasToken(header("Connection"), "upgrade")) {
    return refuse(400, ErrorCode::kInvalid, "Engine.IO: a WebSocket upgrade is needed");
  }
  if (header("Sec-WebSocket-Version") != "13" || !webSocketAccept(header("Sec-WebSocket-Key"))) {
    return refuse(400, ErrorCode::kInvalid, "WebSocket: version 13 with a 16-byte key is needed");
  }
  if (const auto origin = request.header("Origin");
      origin && !context.originAllowed(*origin, header("Host"))) {
    return refuse(403, ErrorCode::kForbidden,
                  fmt::format("origin \"{}\" may not open sockets here", *origin));
  }
  if (engine.sessions() >= engine.options().maxSessions) {
    return refuse(503, ErrorCode::kTooMany, "the server is full; try again later");
  }
  return {};
}

void serveEngine(std::shared_ptr<ServerContext> context, EngineServer& engine, Accepted accepted,
                 Request request, Bytes early) {
  std::make_shared<EngineSessionImpl>(std::move(context), engine, std::move(accepted),
                                      std::move(request))
      ->start(early);
}

}  // namespace dju::server
