// What is known of a track over HTTP: its analysis, people's edits of it with undo, and tracks that
// are the same song or mix with it.
#include <fmt/format.h>

#include "music/analysis_json.h"
#include "music/track_json.h"
#include "server/api/routes.h"
#include "server/net/responder.h"
#include "storage/interchange/rekordbox.h"
#include "storage/jobs.h"
#include "storage/library.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr int kSimilarTracks = 20;
// Answered on the network thread; `dju export` has no limit.
constexpr int kMaxExported = 1000;

double numberOf(const json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_number())
    throw Error(ErrorCode::kInvalid, fmt::format("{}: missing; send a number", key));
  return object[key];
}

// What in `part` makes no sense, in the words of people rather than of a JSON library.
template <typename Read>
auto readPart(const char* part, const json& value, Read read) {
  try {
    return read(value);
  } catch (const json::exception&) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: not as docs/openapi.yaml describes it (TrackChange)", part));
  }
}

// Null takes back what people set, so that the findings show again.
template <typename T, typename Read>
void change(const json& body, const char* part, std::optional<T>& edit, Read read) {
  if (!body.contains(part)) return;
  if (body[part].is_null()) {
    edit.reset();
  } else {
    edit = readPart(part, body[part], read);
  }
}

Result<void> applyChange(const json& body, music::TrackEdits& edits) {
  change(body, "grid", edits.grid, gridFrom);
  change(body, "cues", edits.cues, music::cuesFrom);
  change(body, "phrases", edits.phrases, music::phrasesFrom);
  change(body, "key", edits.key, [](const json& key) { return key.get<std::string>(); });
  if (body.contains("locked")) {
    edits.locked =
        readPart("locked", body["locked"], [](const json& on) { return on.get<bool>(); });
  }
  return {};
}

json editsJson(storage::Library& library, const storage::Track& track) {
  const storage::EditState state = library.edits(track.id).valueOrThrow();
  json edited = json::array();
  if (state.edits.grid) edited.push_back("grid");
  if (state.edits.key) edited.push_back("key");
  if (state.edits.cues) edited.push_back("cues");
  if (state.edits.phrases) edited.push_back("phrases");
  return {{"edited", edited},
          {"locked", state.edits.locked},
          {"canUndo", state.canUndo},
          {"canRedo", state.canRedo},
          {"grid", storage::gridToJson(track)}};
}

void addEdits(Router& router, const Tokens& tokens, const ServerConfig& config,
              storage::Library& library) {
  router.get("/api/v1/tracks/{id}/edits", [&](const Request& request, Responder responder) {
    responder.json(editsJson(library, library.track(request.param("id")).valueOrThrow()));
  });
  router.patch("/api/v1/tracks/{id}/edits", [&](const Request& request, Responder responder) {
    const std::string player = changer(request, tokens, config);
    library.changeable(request.param("id"), player).valueOrThrow();
    const json body = request.json();
    if (!body.is_object())
      throw Error(ErrorCode::kInvalid, "send an object with grid, key, cues, phrases or locked");
    const storage::Track track =
        library
            .edit(request.param("id"), player,
                  [&](music::TrackEdits& edits) { return applyChange(body, edits); })
            .valueOrThrow();
    responder.json(editsJson(library, track));
  });
  using Step = storage::Library::HistoryStep;
  for (const auto& [path, step] : {std::pair{"/api/v1/tracks/{id}/undo", Step::kUndo},
                                   std::pair{"/api/v1/tracks/{id}/redo", Step::kRedo}}) {
    router.post(path, [&, step = step](const Request& request, Responder responder) {
      library.changeable(request.param("id"), changer(request, tokens, config)).valueOrThrow();
      const storage::Track track = library.step(request.param("id"), step).valueOrThrow();
      responder.json(editsJson(library, track));
    });
  }
}

json sameJson(storage::Library& library, const storage::SameRecording& same) {
  const auto track = library.track(same.trackId);
  if (!track) return nullptr;
  return {{"track", storage::toJson(*track)},
          {"likeness", 1 - same.errors},
          {"offsetSeconds", same.offsetSeconds}};
}

// The DJ has the file under a name of their own; rekordbox finds it by its own search.
std::string fileNameOf(const storage::Track& track) {
  const std::string name =
      track.artist.empty() ? track.title : fmt::format("{} - {}", track.artist, track.title);
  std::string clean;
  for (const char c : name) clean += c == '/' || c == '\\' ? '_' : c;
  return clean + "." + track.format;
}

void addInterchange(Router& router, const Tokens& tokens, const ServerConfig& config,
                    storage::Library& library, storage::JobQueue& jobs) {
  router.get("/api/v1/rekordbox.xml", [&](const Request& request, Responder responder) {
    identify(request, tokens);
    const storage::ExportScope scope{std::string(request.queryValue("crate").value_or("")),
                                     std::string(request.queryValue("track").value_or(""))};
    responder.bytes(
        makeBuffer(
            storage::exportRekordbox(library, scope, fileNameOf, kMaxExported).valueOrThrow()),
        "application/xml");
  });
  router.post(
      "/api/v1/interchange",
      [&](const Request& request, Responder responder) {
        const Identity who = identify(request, tokens);
        if (!request.upload) throw Error(ErrorCode::kInvalid, "send a collection as the body");
        const json payload = {{"file", std::filesystem::absolute(request.upload->path()).string()},
                              {"player", isOperator(who, config) ? "" : who.playerId}};
        const storage::Job job = jobs.submit("interchange", payload, who.playerId).valueOrThrow();
        request.upload->keep();
        responder.json({{"job", storage::toJson(job)}}, 202);
      },
      uploadOptions(tokens, config, library));
}

}  // namespace

BeatGrid gridFrom(const json& in) {
  BeatGrid grid = BeatGrid::fromBpm(numberOf(in, "anchorSeconds"), numberOf(in, "bpm"));
  if (!in.contains("changes")) return grid;
  for (const json& change : in["changes"]) {
    const double bpm = numberOf(change, "bpm");
    const double seconds = numberOf(change, "seconds");
    const BeatGrid there = BeatGrid::fromBpm(seconds, bpm);
    if (!grid.addChange({numberOf(change, "beat"), there.anchorFrame, there.framesPerBeat})) {
      throw Error(
          ErrorCode::kInvalid,
          fmt::format("grid: the change at {} s to {} BPM does not follow what is before it "
                      "(beats are whole and ascend; at most {} changes)",
                      seconds, bpm, BeatGrid::kMaxChanges));
    }
  }
  return grid;
}

void addAnalysisRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                       storage::Library& library, storage::JobQueue& jobs) {
  router.get("/api/v1/tracks/{id}/analysis", [&](const Request& request, Responder responder) {
    const storage::Track track = library.track(request.param("id")).valueOrThrow();
    json analysis = music::toAnalysisJson(library.analysis(track.analysisHash).valueOrThrow());
    analysis["id"] = track.id;
    responder.json(analysis);
  });
  router.get("/api/v1/tracks/{id}/similar", [&](const Request& request, Responder responder) {
    const std::string& id = request.param("id");
    json same = json::array();
    for (const storage::SameRecording& one : library.sameRecordings(id).valueOrThrow()) {
      json entry = sameJson(library, one);
      if (!entry.is_null()) same.push_back(std::move(entry));
    }
    json mixable = json::array();
    for (const storage::Track& track : library.mixable(id, kSimilarTracks).valueOrThrow())
      mixable.push_back(storage::toJson(track));
    responder.json({{"same", same}, {"mixable", mixable}});
  });
  addEdits(router, tokens, config, library);
  addInterchange(router, tokens, config, library, jobs);
}

}  // namespace dju::server
