#include "server/net/router.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::server {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  if (!path.empty()) path.remove_prefix(1);
  while (true) {
    const auto end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    if (end == path.size()) return parts;
    path.remove_prefix(end + 1);
  }
}

bool isNamed(const std::string& part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}
bool isRest(const std::string& part) {
  return isNamed(part) && part[part.size() - 2] == '*';
}

std::string nameOf(const std::string& part) {
  return part.substr(1, part.size() - (isRest(part) ? 3 : 2));
}

using Params = std::vector<std::pair<std::string, std::string>>;

bool matches(const Router::Route& route, const std::vector<std::string>& path, Params& params) {
  params.clear();
  for (std::size_t i = 0; i < route.parts.size(); ++i) {
    const std::string& part = route.parts[i];
    if (i >= path.size()) return false;
    if (isRest(part)) {
      std::string rest = path[i];
      for (std::size_t k = i + 1; k < path.size(); ++k) rest += "/" + path[k];
      params.emplace_back(nameOf(part), std::move(rest));
      return true;
    }
    if (isNamed(part)) {
      if (path[i].empty()) return false;
      params.emplace_back(nameOf(part), path[i]);
    } else if (part != path[i]) {
      return false;
    }
  }
  return path.size() == route.parts.size();
}

// Lower is more specific: fixed before named before rest, from the left.
std::string rank(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += isRest(part) ? '2' : isNamed(part) ? '1' : '0';
  return out;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
  auto route = std::make_unique<Route>(
      Route{method, std::string(pattern), split(pattern), std::move(handler), std::move(options)});
  const auto wrong = [&](const char* why) {
    return Error(ErrorCode::kInternal,
                 fmt::format("route {} {}: {}", methodName(method), pattern, why));
  };
  if (pattern.empty() || pattern[0] != '/') throw wrong("must start with \"/\"");
  for (std::size_t i = 0; i + 1 < route->parts.size(); ++i) {
    if (isRest(route->parts[i])) throw wrong("{rest*} must be the last part");
  }
  for (const auto& other : routes_) {
    if (other->method == method && other->pattern == pattern) throw wrong("registered twice");
  }
  const auto later = std::find_if(routes_.begin(), routes_.end(), [&](const auto& other) {
    return rank(other->parts) > rank(route->parts);
  });
  routes_.insert(later, std::move(route));
}

Router::Match Router::match(Method method, std::string_view path) const {
  const auto parts = split(path);
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  Match result;
  Params params;
  std::vector<std::string> allowed;
  for (const auto& route : routes_) {
    if (!matches(*route, parts, params)) continue;
    if (route->method == wanted) {
      result.route = route.get();
      result.params = std::move(params);
      return result;
    }
    const std::string name(methodName(route->method));
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end()) allowed.push_back(name);
    if (route->method == Method::kGet) allowed.emplace_back("HEAD");
  }
  result.allowed = fmt::format("{}", fmt::join(allowed, ", "));
  return result;
}

}  // namespace dju::server
