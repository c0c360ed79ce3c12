// Recordings over HTTP: list, log, sound, replay, verification.
#include "server/api/recordings.h"
#include "server/api/routes.h"
#include "server/battle/battle_service.h"
#include "server/battle/log_file.h"
#include "server/net/accept_coding.h"
#include "storage/packed_log.h"

namespace dju::server {
namespace {

using nlohmann::json;

// Answers with the file, or starts its rendering and answers 202 with the job.
void answerAudio(Recordings& recordings, const Tokens& tokens, const Request& request,
                 Responder& responder, AudioForm form, std::string_view contentType) {
  const std::string& id = request.param("id");
  recordings.describe(id);
  const auto file = recordings.audioFile(id, form);
  if (std::filesystem::exists(file)) return responder.file(file, contentType);
  identify(request, tokens);  // strangers start no work
  responder.json(storage::toJson(recordings.requestAudio(id, form)), 202);
}

// As text; as it lies there where the client can read that.
void answerLog(const std::filesystem::path& file, const Request& request, Responder& responder,
               const Background& background) {
  constexpr std::string_view kType = "application/x-ndjson";
  if (std::filesystem::exists(file)) return responder.file(file, kType);
  responder.header("Vary", "Accept-Encoding");
  if (acceptsCoding(request.header("Accept-Encoding").value_or(""), "zstd")) {
    responder.header("Content-Encoding", "zstd");
    return responder.file(file.string() + std::string(storage::kPackedEnding), kType);
  }
  background([file, responder, kType]() mutable {
    auto text = readLogText(file);
    if (!text) return responder.error(text.error());
    responder.text(*text, 200, kType);
  });
}

AudioForm flacForm(const Request& request) {
  const auto rate = request.queryInteger("rate", 48000, 44100, 48000);
  if (rate != 48000 && rate != 44100) throw Error(ErrorCode::kInvalid, "rate: send 48000 or 44100");
  return rate == 44100 ? AudioForm::kFlac44 : AudioForm::kFlac48;
}

}  // namespace

void addRecordingRoutes(Router& router, const Tokens& tokens, BattleService& battles,
                        Recordings& recordings, const Background& background) {
  router.get("/api/v1/recordings", [&](const Request& request, Responder responder) {
    responder.json(
        recordings.list(static_cast<int>(request.queryInteger("limit", 50, 1, 500)),
                        static_cast<int>(request.queryInteger("offset", 0, 0, 1'000'000'000))));
  });
  router.get("/api/v1/recordings/{id}", [&](const Request& request, Responder responder) {
    responder.json(recordings.describe(request.param("id")));
  });
  router.get("/api/v1/recordings/{id}/log",
             [&recordings, background](const Request& request, Responder responder) {
               recordings.describe(request.param("id"));
               answerLog(recordings.logFile(request.param("id")), request, responder, background);
             });
  router.get("/api/v1/recordings/{id}/audio.flac",
             [&](const Request& request, Responder responder) {
               answerAudio(recordings, tokens, request, responder, flacForm(request), "audio/flac");
             });
  router.get("/api/v1/recordings/{id}/audio.opus",
             [&](const Request& request, Responder responder) {
               answerAudio(recordings, tokens, request, responder, AudioForm::kOpus, "audio/ogg");
             });
  router.post("/api/v1/recordings/{id}/verify", [&](const Request& request, Responder responder) {
    identify(request, tokens);
    responder.json(storage::toJson(recordings.requestVerification(request.param("id"))), 202);
  });
  router.post(
      "/api/v1/recordings/{id}/take-over", [&](const Request& request, Responder responder) {
        const Identity who = identify(request, tokens);
        recordings.describe(request.param("id"));
        const json body = request.json();
        if (!body.is_object() || !body.contains("seconds") || !body["seconds"].is_number())
          throw Error(ErrorCode::kInvalid, "seconds: send where in the recording, as a number");
        battles.takeOver(who, request.param("id"), body["seconds"].get<double>(),
                         [responder](Result<std::shared_ptr<Room>> room) mutable {
                           if (!room) return responder.error(room.error());
                           responder.json(room.value()->describeForDj(), 201);
                         });
      });
  router.post("/api/v1/recordings/{id}/replay", [&](const Request& request, Responder responder) {
    identify(request, tokens);
    recordings.describe(request.param("id"));
    battles.replay(request.param("id"), [responder](Result<std::shared_ptr<Room>> room) mutable {
      if (!room) return responder.error(room.error());
      responder.json(room.value()->describe(), 201);
    });
  });
}

}  // namespace dju::server
