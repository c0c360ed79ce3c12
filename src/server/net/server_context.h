// What the connections of one HttpServer share: options, routes, limits in use, metrics. Internal
// to net/. Any thread.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/metrics.h"
#include "server/net/http_server.h"
#include "server/net/send_scheduler.h"

namespace dju::server {

// A connection as the server sees it when it stops.
class Closable {
 public:
  virtual ~Closable() = default;
  // Any thread: ends the connection soon and in order.
  virtual void goAway() = 0;
};

struct ServerContext {
  ServerContext(HttpOptions httpOptions, const Router& routes);

  HttpOptions options;
  const Router& router;
  std::vector<EngineServer*> engines;         // fixed before start
  std::shared_ptr<SendScheduler> departures;  // of all sockets; fixed before start
  std::string commonHeaders;  // security headers of every answer, "Name: value\r\n"…

  // The engine whose sockets live under this path, or null.
  EngineServer* engineFor(std::string_view path) const;
  // Whether a page of `origin` may read our answers and open sockets.
  bool originAllowed(std::string_view origin, std::string_view host) const;

  // False when the server or the address has too many connections already.
  bool admit(const std::string& address);
  void release(const std::string& address);
  std::size_t connections() const;

  void add(const std::shared_ptr<Closable>& connection);
  void remove(Closable* connection);
  void closeAll();

  // Once all routes are there, before the first request.
  void prepareMetrics();
  void observe(const Router::Route* route, Method method, int status, double seconds);

 private:
  struct RouteMetrics {
    metrics::Histogram* seconds = nullptr;
    metrics::Counter* byClass[6] = {};
  };
  RouteMetrics makeMetrics(const std::string& pattern, const std::string& method);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> perAddress_;             // guarded by mutex_
  std::size_t total_ = 0;                                               // guarded by mutex_
  std::unordered_map<Closable*, std::weak_ptr<Closable>> connections_;  // guarded by mutex_
  std::unordered_map<const Router::Route*, RouteMetrics>
      routeMetrics_;  // filled by prepareMetrics()
  RouteMetrics otherMetrics_;
};

}  // namespace dju::server
