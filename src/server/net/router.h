// Which handler answers which path. Patterns are fixed parts and named ones:
// `/api/v1/tracks/{id}/waveform`; a fixed part beats a named one, and `{rest*}` at the end takes
// the whole remainder. HEAD is answered by the GET handler, OPTIONS by the router itself.
//
// Filled before the server starts, read-only afterwards: routing is safe on any thread. Handlers
// run on a connection's thread and must not wait; longer work goes to a pool that answers later.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/request.h"
#include "server/net/responder.h"

namespace dju::server {

using Handler = std::function<void(const Request&, Responder)>;

struct RouteOptions {
  std::uint64_t maxBody = 1024 * 1024;  // bytes; more is a 413 before it is read
  // Set: the body is written to a new file in this folder (which must exist) instead of memory.
  std::optional<std::filesystem::path> uploadFolder;
  // Asked with the headers, before any of the body is read, so that a stranger cannot fill the
  // disk.
  std::function<Result<void>(const Request&)> admit;
  // The whole body must arrive within this time (uploads: 64 KiB/s are asked for on top).
  int bodySeconds = 30;
};

class Router {
 public:
  // Throws Error on a malformed pattern or one registered twice.
  void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
  void get(std::string_view pattern, Handler h) { add(Method::kGet, pattern, std::move(h)); }
  void post(std::string_view pattern, Handler h, RouteOptions options = {}) {
    add(Method::kPost, pattern, std::move(h), std::move(options));
  }
  void put(std::string_view pattern, Handler h) { add(Method::kPut, pattern, std::move(h)); }
  void patch(std::string_view pattern, Handler h) { add(Method::kPatch, pattern, std::move(h)); }
  void del(std::string_view pattern, Handler h) { add(Method::kDelete, pattern, std::move(h)); }
  // Answers GET and HEAD of every path that no pattern matches (the web client).
  void fallback(Handler handler) { fallback_ = std::move(handler); }

  struct Route {
    Method method;
    std::string pattern;
    std::vector<std::string> parts;
    Handler handler;
    RouteOptions options;
  };
  struct Match {
    const Route* route = nullptr;  // null: see allowed
    std::vector<std::pair<std::string, std::string>> params;
    std::string allowed;  // methods of the path when only the method is wrong ("GET, HEAD, PUT")
  };
  Match match(Method method, std::string_view path) const;
  const Handler& fallback() const { return fallback_; }
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  std::vector<std::unique_ptr<Route>> routes_;
  Handler fallback_;
};

}  // namespace dju::server
