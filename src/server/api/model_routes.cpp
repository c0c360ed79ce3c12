// Trained models over HTTP, for whoever runs them himself: the page that judges a recording in the
// browser (web/src/app/edge/). Network thread; what is read is a few kilobytes of index.
#include <fmt/format.h>

#include <algorithm>

#include "server/api/routes.h"
#include "serving/model_registry.h"
#include "serving/registry_json.h"

namespace dju::server {
namespace {

using serving::ModelVersion;

// The registry's errors name its folder, which is nobody's business here.
ModelVersion inUse(const serving::ModelRegistry& models, const std::string& name) {
  try {
    return models.current(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound) throw;
    throw Error(ErrorCode::kNotFound,
                fmt::format("model {}: none is in use here (dju models promote)", name));
  }
}

}  // namespace

void addModelRoutes(Router& router, const serving::ModelRegistry& models) {
  router.get("/api/v1/models/{id}", [&](const Request& request, Responder responder) {
    responder.text(versionJsonOf(inUse(models, request.param("id"))), 200, "application/json");
  });
  router.get("/api/v1/models/{id}/{file}", [&](const Request& request, Responder responder) {
    const ModelVersion version = inUse(models, request.param("id"));
    const std::string& wanted = request.param("file");
    const auto file = std::find_if(version.files.begin(), version.files.end(),
                                   [&](const auto& one) { return one.file == wanted; });
    if (file == version.files.end())
      throw Error(ErrorCode::kNotFound,
                  fmt::format("model {}: the version in use has no file {}; its list is at "
                              "/api/v1/models/{}",
                              version.name, wanted, version.name));
    responder.file(models.folder() / version.name / file->file, "application/octet-stream",
                   Caching::kRevalidate, '"' + file->sha256 + '"');
  });
}

}  // namespace dju::server
