// The server's front door: HTTP/1.1, and WebSocket upgrades handed to an EngineServer, over plain
// TCP or TLS. It owns the network threads; one strand a connection, so with the default of one
// thread every handler and socket callback runs on that thread.
//
// Everything a stranger sends meets a limit first (see Limits); a connection that is too slow, too
// big or malformed gets our JSON error and is closed, others do not notice.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/net/router.h"
#include "server/net/tls.h"

namespace dju::server {

class EngineServer;

struct HttpLimits {
  std::size_t headerBytes = 16 * 1024;
  std::size_t targetBytes = 8 * 1024;
  int headerSeconds = 10;  // from the first byte of a request to the end of its header
  int idleSeconds = 60;    // between requests of a kept connection
  int writeSeconds = 30;   // without progress while sending
  std::size_t connections = 20000;
  std::size_t connectionsPerAddress = 6000;
  int requestsPerConnection = 10000;
};

struct HttpOptions {
  std::vector<std::string> addresses{"127.0.0.1", "::1"};  // numeric; a missing IPv6 is skipped
                                                           // if another address could be bound
  std::uint16_t port = 8080;                               // 0: the system chooses, see port()
  std::optional<Certificate> tls;
  int threads = 1;
  HttpLimits limits;
  // Origins whose pages may read answers and open sockets, e.g. "https://dj.example"; "*" for all.
  // Pages of the server's own host (same Host header) always may.
  std::vector<std::string> allowedOrigins;
  // Sent with every answer. Empty: not sent.
  std::string contentSecurityPolicy =
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
      "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:; "
      "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
  bool crossOriginIsolated = true;  // COOP and COEP, for SharedArrayBuffer in our pages
};

class HttpServer {
 public:
  // `router` must outlive the server and not change any more.
  HttpServer(HttpOptions options, const Router& router);
  ~HttpServer();  // stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Sockets under `sockets.options().path` are handed to it; it must outlive the server. Before
  // start().
  void attach(EngineServer& sockets);

  // Binds and starts the threads. Throws Error kUnavailable: "port in use" with address and way
  // out, or kInvalid for an address or certificate that cannot be used.
  void start();
  // Closes listeners and connections (sockets are told "server shutting down") and joins the
  // threads. Not from one of the server's own threads. Idempotent.
  void stop();

  std::uint16_t port() const;  // after start()
  std::size_t connections() const;
  // Runs `work` on a network thread. Any thread, after construction.
  void post(std::function<void()> work);
  // Runs `work` once after `milliseconds`, on a network thread; not run after stop().
  void after(int milliseconds, std::function<void()> work);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace dju::server
