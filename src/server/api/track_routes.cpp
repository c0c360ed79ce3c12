// The library over HTTP: search, upload, look at, listen to, edit grids and crates.
#include <fmt/format.h>

#include "server/api/routes.h"
#include "server/net/http_text.h"
#include "server/net/static_files.h"
#include "storage/jobs.h"
#include "storage/library.h"

namespace dju::server {
namespace {

using nlohmann::json;

storage::TrackQuery query(const Request& request) {
  storage::TrackQuery query;
  query.text = request.queryValue("q").value_or("");
  query.crate = request.queryValue("crate").value_or("");
  query.key = request.queryValue("key").value_or("");
  query.minBpm = static_cast<double>(request.queryInteger("minBpm", 0, 0, 1000));
  query.maxBpm = static_cast<double>(request.queryInteger("maxBpm", 0, 0, 1000));
  query.sort = storage::parseTrackSort(request.queryValue("sort").value_or("title")).valueOrThrow();
  query.limit = static_cast<int>(request.queryInteger("limit", 50, 1, 500));
  query.offset = static_cast<int>(request.queryInteger("offset", 0, 0, 1'000'000'000));
  return query;
}

std::string textField(const json& body, const char* key) {
  if (!body.is_object() || !body.contains(key) || !body[key].is_string())
    throw Error(ErrorCode::kInvalid, fmt::format("{}: missing; send a text", key));
  return body[key];
}

std::vector<std::string> idList(const json& body, const char* key) {
  std::vector<std::string> ids;
  if (!body.is_object() || !body.contains(key)) return ids;
  if (!body[key].is_array())
    throw Error(ErrorCode::kInvalid, fmt::format("{}: send a list of track ids", key));
  for (const json& id : body[key]) {
    if (!id.is_string())
      throw Error(ErrorCode::kInvalid, fmt::format("{}: send a list of track ids", key));
    ids.push_back(id);
  }
  return ids;
}

// "X-Filename", percent-decoded; only shown, never opened.
std::string fileName(const Request& request) {
  const auto name = request.header("X-Filename");
  return name ? percentDecode(*name).value_or("upload") : "upload";
}

void addTracks(Router& router, const Tokens& tokens, const ServerConfig& config,
               storage::Library& library) {
  router.get("/api/v1/tracks", [&](const Request& request, Responder responder) {
    const storage::TrackPage page = library.search(query(request));
    json tracks = json::array();
    for (const storage::Track& track : page.tracks) tracks.push_back(storage::toJson(track));
    responder.json({{"total", page.total}, {"tracks", tracks}});
  });
  router.get("/api/v1/tracks/{id}", [&](const Request& request, Responder responder) {
    responder.json(storage::toJson(library.track(request.param("id")).valueOrThrow()));
  });
  router.del("/api/v1/tracks/{id}", [&](const Request& request, Responder responder) {
    library.remove(request.param("id"), changer(request, tokens, config)).valueOrThrow();
    responder.empty();
  });
  router.get("/api/v1/tracks/{id}/cover", [&](const Request& request, Responder responder) {
    const audio::Cover cover = library.cover(request.param("id")).valueOrThrow();
    responder.bytes(
        makeBuffer(cover.bytes), cover.mimeType, 200, Caching::kRevalidate,
        fmt::format("\"{}\"", library.track(request.param("id")).valueOrThrow().coverHash));
  });
  router.get("/api/v1/tracks/{id}/waveform", [&](const Request& request, Responder responder) {
    const storage::Track track = library.track(request.param("id")).valueOrThrow();
    responder.bytes(makeBuffer(library.waveform(track.id).valueOrThrow()),
                    "application/vnd.dju.waveform", 200, Caching::kRevalidate,
                    fmt::format("\"{}\"", track.waveformHash));
  });
  // For previews in a DJ's own headphones: the file as it came.
  router.get("/api/v1/tracks/{id}/audio", [&](const Request& request, Responder responder) {
    identify(request, tokens);
    const storage::Track track = library.track(request.param("id")).valueOrThrow();
    responder.file(library.sourcePath(track), contentTypeOf("track." + track.format));
  });
  router.get("/api/v1/tracks/{id}/grid", [&](const Request& request, Responder responder) {
    responder.json(storage::gridToJson(library.track(request.param("id")).valueOrThrow()));
  });
  router.put("/api/v1/tracks/{id}/grid", [&](const Request& request, Responder responder) {
    const std::string player = changer(request, tokens, config);
    library.changeable(request.param("id"), player).valueOrThrow();
    const BeatGrid grid = gridFrom(request.json());
    const auto set = [&grid](music::TrackEdits& edits) -> Result<void> {
      edits.grid = grid;
      return {};
    };
    responder.json(
        storage::gridToJson(library.edit(request.param("id"), player, set).valueOrThrow()));
  });
}

void addCrates(Router& router, const Tokens& tokens, storage::Library& library) {
  router.get("/api/v1/crates", [&](const Request& request, Responder responder) {
    // A visitor without a name sees the operator's crates; a token that is wrong is still refused.
    const std::string player = request.bearerToken() ? identify(request, tokens).playerId : "";
    json crates = json::array();
    for (const storage::Crate& crate : library.crates(player))
      crates.push_back(storage::toJson(crate));
    responder.json({{"crates", crates}});
  });
  router.post("/api/v1/crates", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    responder.json(
        storage::toJson(
            library.addCrate(textField(request.json(), "name"), who.playerId).valueOrThrow()),
        201);
  });
  router.put("/api/v1/crates/{id}", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    const json body = request.json();
    storage::CrateChange change;
    if (body.is_object() && body.contains("name")) change.name = textField(body, "name");
    change.add = idList(body, "add");
    change.remove = idList(body, "remove");
    responder.json(storage::toJson(
        library.changeCrate(request.param("id"), who.playerId, change).valueOrThrow()));
  });
  router.del("/api/v1/crates/{id}", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    library.removeCrate(request.param("id"), who.playerId).valueOrThrow();
    responder.empty();
  });
}

void addUpload(Router& router, const Tokens& tokens, const ServerConfig& config,
               storage::Library& library, storage::JobQueue& jobs) {
  router.post(
      "/api/v1/tracks",
      [&](const Request& request, Responder responder) {
        const Identity who = identify(request, tokens);
        if (!request.upload || request.upload->bytes() == 0)
          throw Error(ErrorCode::kInvalid,
                      fmt::format("upload \"{}\": 0 bytes; send a sound file", fileName(request)));
        const json payload = {{"file", std::filesystem::absolute(request.upload->path()).string()},
                              {"name", fileName(request)},
                              {"uploader", who.playerId}};
        const storage::Job job = jobs.submit("import", payload, who.playerId).valueOrThrow();
        request.upload->keep();
        responder.json({{"job", storage::toJson(job)}}, 202);
      },
      uploadOptions(tokens, config, library));
}

}  // namespace

RouteOptions uploadOptions(const Tokens& tokens, const ServerConfig& config,
                           const storage::Library& library) {
  RouteOptions options;
  options.maxBody = config.uploadMegabytes << 20;
  options.uploadFolder = library.tempFolder();
  options.admit = [&tokens](const Request& request) -> Result<void> {
    const auto who = tokens.verify(request.bearerToken().value_or(""));
    if (!who) return who.error();
    return {};
  };
  return options;
}

void addTrackRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                    storage::Library& library, storage::JobQueue& jobs) {
  addTracks(router, tokens, config, library);
  addCrates(router, tokens, library);
  addAnalysisRoutes(router, tokens, config, library, jobs);
  addUpload(router, tokens, config, library, jobs);
}

}  // namespace dju::server
