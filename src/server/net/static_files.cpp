#include "server/net/static_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "server/net/accept_coding.h"
#include "server/net/http_text.h"

namespace dju::server {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 29> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".wasm", "application/wasm"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".avif", "image/avif"},
    {".gif", "image/gif"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
    {".md", "text/plain; charset=utf-8"},
    {".yaml", "application/yaml"},
    {".xml", "application/xml"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
    {".opus", "audio/ogg"},
    {".flac", "audio/flac"},
    {".wav", "audio/wav"},
    {".m4a", "audio/mp4"},
}};

// Within the folder even when links point elsewhere, and a plain file.
bool isServable(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (error || !fs::is_regular_file(real, error) || error) return false;
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), real.begin(), real.end());
  return end == folder.end();
}

void sendFile(const Request& request, Responder& responder, const fs::path& folder,
              const fs::path& file) {
  const std::string name = file.filename().string();
  const Caching caching = isHashedAsset(name) ? Caching::kImmutable : Caching::kRevalidate;
  responder.header("Vary", "Accept-Encoding");
  for (const auto& [coding, suffix] : {std::pair{"br", ".br"}, std::pair{"gzip", ".gz"}}) {
    const fs::path packed = file.string() + suffix;
    if (acceptsCoding(request.header("Accept-Encoding").value_or(""), coding) &&
        isServable(folder, packed)) {
      responder.header("Content-Encoding", coding);
      return responder.file(packed, contentTypeOf(name), caching);
    }
  }
  responder.file(file, contentTypeOf(name), caching);
}

}  // namespace

StaticFiles::StaticFiles(fs::path folder) {
  std::error_code error;
  folder_ = fs::canonical(folder, error);
  if (error || !fs::is_regular_file(folder_ / "index.html", error)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("web client {}: no index.html there; build it first (npm run build)",
                            folder.string()));
  }
}

void StaticFiles::operator()(const Request& request, Responder responder) const {
  const fs::path wanted = folder_ / request.path.substr(1);
  const std::string name = wanted.filename().string();
  if (!request.path.ends_with('/') && !name.starts_with('.') && isServable(folder_, wanted)) {
    return sendFile(request, responder, folder_, wanted);
  }
  // A path of the client's own router has no extension; a missing asset has one.
  const bool isAsset = name.find('.') != std::string::npos;
  const bool isApi = request.path.starts_with("/api/") || request.path == "/api";
  if (isAsset || isApi) {
    return responder.error(
        Error(ErrorCode::kNotFound, fmt::format("{}: no such path", request.path)));
  }
  sendFile(request, responder, folder_, folder_ / "index.html");
}

std::string_view contentTypeOf(std::string_view fileName) {
  const auto dot = fileName.rfind('.');
  if (dot == std::string_view::npos) return "application/octet-stream";
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) {
    return equalNoCase(type.first, fileName.substr(dot));
  });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

bool isHashedAsset(std::string_view fileName) {
  const auto dot = fileName.find('.');
  const auto dash = fileName.substr(0, dot).rfind('-');
  if (dot == std::string_view::npos || dash == std::string_view::npos) return false;
  const auto hash = fileName.substr(dash + 1, dot - dash - 1);
  return hash.size() == 8 && std::all_of(hash.begin(), hash.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

}  // namespace dju::server
