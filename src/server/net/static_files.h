// Serves the built web client from a folder: precompressed siblings (.br, .gz) where they exist,
// hashed assets cached for ever, index.html for the client's own routes, nothing outside the
// folder.
//
// The folder is looked at anew for each request, so a rebuilt client is served at once; safe on any
// thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "server/net/request.h"
#include "server/net/responder.h"

namespace dju::server {

class StaticFiles {
 public:
  // `folder` holds index.html. Throws Error when there is none.
  explicit StaticFiles(std::filesystem::path folder);
  // A Handler for Router::fallback. Paths under `/api/` are never answered by index.html.
  void operator()(const Request& request, Responder responder) const;

 private:
  std::filesystem::path folder_;
};

// By file name extension; "application/octet-stream" for what we do not know.
std::string_view contentTypeOf(std::string_view fileName);
// "main-4XKQZ2PL.js": a name that carries the hash of the content, as Angular writes it.
bool isHashedAsset(std::string_view fileName);

}  // namespace dju::server
