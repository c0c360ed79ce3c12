// Engine.IO protocol 4, WebSocket transport only: a session with heartbeat on top of a WebSocket.
// Socket.IO (socket_io.h) is built on it; use it directly only for raw sessions.
// Protocol: github.com/socketio/engine.io-protocol, revision 4.
//
// Threads: callbacks run on the session's strand, one at a time, in order. send and close may be
// called from any thread, never wait, and cost an enqueue; what they send is framed once and
// shared, and what is sent before the network thread is free again leaves in one system call.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "server/net/bytes.h"
#include "server/net/request.h"

namespace dju::server {

// What must arrive, and what a newer one may replace while it waits to be sent.
enum class Delivery {
  kMust,    // never dropped: if the queue overflows, the socket is closed and told why
  kLatest,  // state: a newer packet with the same key replaces an unsent older one
};

// Whether a session that gathers (EngineSession::gather) may let it wait for company.
enum class Urgency { kNow, kMayWait };

// Complete WebSocket frames, ready for the wire, made once and shared by all who send them. The
// frames of one WireMessage (an event and its attachments) are never separated.
struct WireMessage {
  Bytes wire;
  Delivery delivery = Delivery::kMust;
  std::string key;  // of kLatest
};
using Wire = std::shared_ptr<const WireMessage>;

struct EngineOptions {
  std::string path = "/socket.io/";
  std::chrono::milliseconds pingInterval{25000};
  std::chrono::milliseconds pingTimeout{20000};
  std::size_t maxPayload = 128 * 1024;       // bytes of one message from a client
  std::size_t maxQueuedBytes = 1024 * 1024;  // unsent to one client, before kMust overflows
  std::size_t maxSessions = 10000;
  // More messages a second than this (with a burst of twice as many) close the session.
  double maxMessagesPerSecond = 1000;
};

class EngineSession {
 public:
  virtual ~EngineSession() = default;
  virtual const std::string& id() const = 0;
  // The HTTP request that opened the session: address, query, headers.
  virtual const Request& handshake() const = 0;
  // Any thread.
  virtual void send(Wire message, Urgency urgency = Urgency::kNow) = 0;
  // Whether what is not urgent may wait up to 50 ms, to leave together with what comes meanwhile.
  // The order of what is sent stays. Any thread.
  virtual void gather(bool mayWait) = 0;
  // Any thread. `reason` is logged, given to onClose and sent in the WebSocket close frame.
  virtual void close(std::string reason) = 0;
  // Round trip of the heartbeat (round_trip.h), negative before the first, and its jitter. Any
  // thread.
  virtual double rttMs() const = 0;
  virtual double jitterMs() const = 0;
  // A heartbeat more often than the protocol asks for: measures the round trip by the second, and
  // keeps TCP busy, which then notices a lost packet by what follows it instead of by a timeout.
  // Any thread.
  virtual void heartbeatEvery(std::chrono::milliseconds interval) = 0;
  virtual std::size_t queuedBytes() const = 0;  // any thread
  // Runs `work` on the session's strand after `time`, unless the session has closed. Any thread.
  virtual void after(std::chrono::milliseconds time, std::function<void()> work) = 0;

  // Set in onOpen, before the next callback. Data is the payload without the packet type.
  std::function<void(std::string_view)> onText;
  std::function<void(Buffer)> onBinary;
  std::function<void(const std::string& reason)> onClose;  // exactly once, the last call
};

// Frames for EngineSession::send: one Engine.IO message packet of text, then `attachments` as
// binary messages. Any thread.
Wire makeWire(std::string_view text, const std::vector<Buffer>& attachments = {},
              Delivery delivery = Delivery::kMust, std::string key = {});
Wire makeBinaryWire(const Buffer& data);

class EngineServer {
 public:
  using OpenHandler = std::function<void(const std::shared_ptr<EngineSession>&)>;
  EngineServer(EngineOptions options, OpenHandler onOpen);
  virtual ~EngineServer();
  EngineServer(const EngineServer&) = delete;
  EngineServer& operator=(const EngineServer&) = delete;

  const EngineOptions& options() const { return options_; }
  std::size_t sessions() const { return sessions_.load(); }  // any thread
  const OpenHandler& openHandler() const { return onOpen_; }

 private:
  friend class EngineSessionImpl;
  EngineOptions options_;
  OpenHandler onOpen_;
  std::atomic<std::size_t> sessions_{0};
};

}  // namespace dju::server
