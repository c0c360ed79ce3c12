#include "server/net/server_context.h"

#include <algorithm>

#include "server/net/engine_io.h"
#include "server/net/http_text.h"

namespace dju::server {
namespace {

std::string securityHeaders(const HttpOptions& options) {
  std::string out = "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
  if (options.crossOriginIsolated) {
    out +=
        "Cross-Origin-Opener-Policy: same-origin\r\n"
        "Cross-Origin-Embedder-Policy: require-corp\r\n"
        "Cross-Origin-Resource-Policy: ";
    out += options.allowedOrigins.empty() ? "same-origin\r\n" : "cross-origin\r\n";
  }
  if (!options.contentSecurityPolicy.empty()) {
    out += "Content-Security-Policy: " + options.contentSecurityPolicy + "\r\n";
  }
  return out;
}

}  // namespace

ServerContext::ServerContext(HttpOptions httpOptions, const Router& routes)
    : options(std::move(httpOptions)), router(routes), commonHeaders(securityHeaders(options)) {
  otherMetrics_ = makeMetrics("other", "any");
}

void ServerContext::prepareMetrics() {
  for (const auto& route : router.routes()) {
    routeMetrics_[route.get()] =
        makeMetrics(route->pattern, std::string(methodName(route->method)));
  }
}

ServerContext::RouteMetrics ServerContext::makeMetrics(const std::string& pattern,
                                                       const std::string& method) {
  auto& all = metrics::registry();
  RouteMetrics made;
  made.seconds = &all.histogram("dju_http_request_seconds",
                                "Time from the complete request to the answer, by route",
                                metrics::latencyBounds(), {{"route", pattern}, {"method", method}});
  for (int i = 2; i <= 5; ++i) {
    made.byClass[i] = &all.counter(
        "dju_http_requests_total", "Requests answered, by route and class of status",
        {{"route", pattern}, {"method", method}, {"status", std::to_string(i) + "xx"}});
  }
  return made;
}

void ServerContext::observe(const Router::Route* route, Method, int status, double seconds) {
  const auto found = routeMetrics_.find(route);
  const RouteMetrics& chosen = found == routeMetrics_.end() ? otherMetrics_ : found->second;
  chosen.seconds->observe(seconds);
  const int statusClass = std::clamp(status / 100, 2, 5);
  chosen.byClass[statusClass]->add();
}

EngineServer* ServerContext::engineFor(std::string_view path) const {
  for (EngineServer* engine : engines) {
    const std::string& own = engine->options().path;
    const std::string_view bare(own.data(), own.size() - (own.ends_with('/') ? 1 : 0));
    if (path == own || path == bare) return engine;
  }
  return nullptr;
}

bool ServerContext::originAllowed(std::string_view origin, std::string_view host) const {
  if (const auto scheme = origin.find("://"); scheme != std::string_view::npos && !host.empty() &&
                                              equalNoCase(origin.substr(scheme + 3), host)) {
    return true;
  }
  return std::any_of(
      options.allowedOrigins.begin(), options.allowedOrigins.end(),
      [&](const auto& allowed) { return allowed == "*" || equalNoCase(allowed, origin); });
}

bool ServerContext::admit(const std::string& address) {
  std::lock_guard lock(mutex_);
  auto& own = perAddress_[address];
  if (total_ >= options.limits.connections || own >= options.limits.connectionsPerAddress) {
    if (own == 0) perAddress_.erase(address);
    return false;
  }
  ++own;
  ++total_;
  return true;
}

void ServerContext::release(const std::string& address) {
  std::lock_guard lock(mutex_);
  --total_;
  if (const auto found = perAddress_.find(address); --found->second == 0) perAddress_.erase(found);
}

std::size_t ServerContext::connections() const {
  std::lock_guard lock(mutex_);
  return total_;
}

void ServerContext::add(const std::shared_ptr<Closable>& connection) {
  std::lock_guard lock(mutex_);
  connections_[connection.get()] = connection;
}

void ServerContext::remove(Closable* connection) {
  std::lock_guard lock(mutex_);
  connections_.erase(connection);
}

void ServerContext::closeAll() {
  std::vector<std::shared_ptr<Closable>> open;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, weak] : connections_) {
      if (auto connection = weak.lock()) open.push_back(std::move(connection));
    }
  }
  for (const auto& connection : open) connection->goAway();
}

}  // namespace dju::server
