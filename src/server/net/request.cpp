#include "server/net/request.h"

#include <fmt/format.h>

#include <charconv>

#include "server/net/http_text.h"

namespace dju::server {

std::string_view methodName(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "GET";
}

std::optional<std::string_view> Fields::get(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (key == name) return value;
  }
  return {};
}

std::optional<std::string_view> Fields::getNoCase(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (equalNoCase(key, name)) return value;
  }
  return {};
}

UploadedFile::~UploadedFile() {
  if (kept_) return;
  std::error_code ignored;  // already gone is as good as removed
  std::filesystem::remove(path_, ignored);
}

std::filesystem::path UploadedFile::keep() {
  kept_ = true;
  return path_;
}

const std::string& Request::param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  throw Error(ErrorCode::kInternal, fmt::format("route {} has no part {{{}}}", routePattern, name));
}

std::int64_t Request::queryInteger(std::string_view name, std::int64_t fallback, std::int64_t low,
                                   std::int64_t high) const {
  const auto text = queryValue(name);
  if (!text) return fallback;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  const bool whole = error == std::errc() && end == text->data() + text->size();
  if (!whole || value < low || value > high) {
    throw Error(ErrorCode::kInvalid, fmt::format("query parameter {}: \"{}\" is not an integer "
                                                 "from {} to {}",
                                                 name, text->substr(0, 40), low, high));
  }
  return value;
}

std::optional<std::string> Request::bearerToken() const {
  constexpr std::string_view kScheme = "Bearer ";
  if (const auto value = header("Authorization");
      value && value->size() > kScheme.size() && equalNoCase(value->substr(0, 7), kScheme)) {
    return std::string(value->substr(kScheme.size()));
  }
  if (const auto value = queryValue("token")) return std::string(*value);
  return {};
}

nlohmann::json Request::json() const {
  auto parsed = parseJson(body);
  if (!parsed) {
    throw Error(ErrorCode::kInvalid, fmt::format("request body: {}", parsed.error().what()));
  }
  return std::move(parsed).valueOrThrow();
}

}  // namespace dju::server
