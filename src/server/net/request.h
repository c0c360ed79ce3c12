// An HTTP request as a handler sees it: parsed, within the limits, its body complete. Immutable, so
// any thread may read it; a handler that answers later copies what it needs (or the whole Request).
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace dju::server {

enum class Method { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view methodName(Method method);

// Header fields or query parameters in order of arrival. Header names are compared without case.
class Fields {
 public:
  void add(std::string name, std::string value) {
    entries_.emplace_back(std::move(name), std::move(value));
  }
  // The first value of that name. The views live as long as this object.
  std::optional<std::string_view> get(std::string_view name) const;        // exact (query)
  std::optional<std::string_view> getNoCase(std::string_view name) const;  // headers
  const std::vector<std::pair<std::string, std::string>>& all() const { return entries_; }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

// A body that was streamed into a file. The file is removed with the last copy of the request
// unless keep() took it over.
class UploadedFile {
 public:
  UploadedFile(std::filesystem::path path, std::uint64_t bytes)
      : path_(std::move(path)), bytes_(bytes) {}
  ~UploadedFile();
  UploadedFile(const UploadedFile&) = delete;
  UploadedFile& operator=(const UploadedFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t bytes() const { return bytes_; }
  // Hands the file to the caller, who renames or removes it.
  std::filesystem::path keep();

 private:
  std::filesystem::path path_;
  std::uint64_t bytes_;
  bool kept_ = false;
};

struct Request {
  Method method = Method::kGet;
  std::string target;  // as sent, at most 8 KiB
  std::string path;    // percent-decoded, starts with '/', no "." or ".." segments, no NUL
  std::vector<std::pair<std::string, std::string>> params;  // {name} parts of the route
  Fields query;                                             // percent-decoded
  Fields headers;
  std::string body;                      // empty for an upload route
  std::shared_ptr<UploadedFile> upload;  // set for an upload route
  std::string remoteAddress;             // numeric IPv4 or IPv6 (mapped IPv4 is shown as IPv4)
  bool secure = false;                   // arrived over TLS
  std::string routePattern;              // for logs and metrics, e.g. "/api/v1/tracks/{id}"

  // The part of the path named in the route's pattern; our own mistake if there is none.
  const std::string& param(std::string_view name) const;
  std::optional<std::string_view> header(std::string_view name) const {
    return headers.getNoCase(name);
  }
  std::optional<std::string_view> queryValue(std::string_view name) const {
    return query.get(name);
  }
  // A query parameter as a number within [low, high], `fallback` when absent. Throws Error
  // kInvalid.
  std::int64_t queryInteger(std::string_view name, std::int64_t fallback, std::int64_t low,
                            std::int64_t high) const;
  // `Authorization: Bearer …`, or `?token=` for media elements that cannot set headers.
  std::optional<std::string> bearerToken() const;
  // The body as JSON (UTF-8, nesting at most 32). Throws Error kInvalid, naming what is wrong.
  nlohmann::json json() const;
};

}  // namespace dju::server
