// Mixes over HTTP (docs/protocol.md): what can be asked for, plans, mixes, previews. Planning reads
// tracks, so it has a thread of its own.
#include "server/api/mix_routes.h"

#include <fmt/format.h>

#include <utility>

#include "mixer/genome.h"
#include "mixes/catalogue.h"
#include "mixes/mixes.h"
#include "mixes/previews.h"
#include "server/api/routes.h"

namespace dju::server {
namespace {

using nlohmann::json;

// Answers from the planner's thread with what `work` returns; 202 where that is a job.
template <typename Work>
void answerLater(MixParts& parts, Responder responder, Work work) {
  const bool taken =
      parts.plan([responder = std::move(responder), work = std::move(work)]() mutable {
        try {
          const json answer = work();
          responder.json(answer, answer.contains("job") ? 202 : 200);
        } catch (const Error& error) {
          responder.error(error);
        } catch (const std::exception& error) {
          responder.error(Error(ErrorCode::kInternal, error.what()));
        }
      });
  if (!taken) throw Error(ErrorCode::kTooMany, "mixes: too many are being planned now; try again");
}

void addPlanning(Router& router, const Tokens& tokens, MixParts& parts) {
  router.get("/api/v1/mixer", [&parts](const Request&, Responder responder) {
    responder.json(mixes::catalogue(parts.mixers));
  });
  router.get("/api/v1/mixer/genome", [](const Request& request, Responder responder) {
    constexpr double kPercent = 100;
    const auto bars = request.queryInteger("bars", 16, 1, mixer::kMostBars);
    const auto effects = request.queryInteger("effectsPercent", 40, 0, 100);
    responder.json(mixes::styledGenome(request.queryValue("style").value_or(""),
                                       static_cast<int>(bars),
                                       static_cast<double>(effects) / kPercent));
  });
  router.post("/api/v1/mixes/plan", [&](const Request& request, Responder responder) {
    identify(request, tokens);
    answerLater(
        parts, std::move(responder),
        [&parts, wish = mixes::mixRequestFrom(request.json())] { return parts.mixes.plan(wish); });
  });
  router.post("/api/v1/mixes/preview", [&](const Request& request, Responder responder) {
    const std::string owner = identify(request, tokens).playerId;
    answerLater(parts, std::move(responder),
                [&parts, owner, wish = mixes::previewOrderFrom(request.json())] {
                  return parts.previews.order(wish, owner);
                });
  });
  router.get("/api/v1/mixes/previews/{file}", [&](const Request& request, Responder responder) {
    const auto file = parts.previews.file(request.param("file"));
    responder.file(file, file.extension() == ".opus" ? "audio/ogg" : "application/vnd.dju.waveform",
                   Caching::kImmutable);
  });
}

void answerPart(MixParts& parts, const Request& request, Responder& responder,
                mixes::Mixes::Part part, std::string_view contentType) {
  responder.file(parts.mixes.file(request.param("id"), part), contentType);
}

void addParts(Router& router, MixParts& parts) {
  using Part = mixes::Mixes::Part;
  router.get("/api/v1/mixes/{id}/report", [&](const Request& request, Responder responder) {
    answerPart(parts, request, responder, Part::kReport, "application/json");
  });
  router.get("/api/v1/mixes/{id}/plan", [&](const Request& request, Responder responder) {
    answerPart(parts, request, responder, Part::kPlan, "application/json");
  });
  router.get("/api/v1/mixes/{id}/waveform", [&](const Request& request, Responder responder) {
    answerPart(parts, request, responder, Part::kWaveform, "application/vnd.dju.waveform");
  });
}

// As its owner: operators may do what owners may.
bool owns(const Identity& who, const std::string& id, const ServerConfig& config, MixParts& parts) {
  return parts.mixes.ownerOf(id) == who.playerId || isOperator(who, config);
}

// Throws Error.
void mustOwn(const Identity& who, const std::string& id, const ServerConfig& config,
             MixParts& parts) {
  if (!owns(who, id, config, parts))
    throw Error(ErrorCode::kForbidden, fmt::format("mix {}: it is somebody else's", id));
}

}  // namespace

void addMixRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                  MixParts& parts) {
  addPlanning(router, tokens, parts);
  addParts(router, parts);
  router.post("/api/v1/mixes", [&](const Request& request, Responder responder) {
    const std::string owner = identify(request, tokens).playerId;
    answerLater(parts, std::move(responder),
                [&parts, owner, wish = mixes::mixOrderFrom(request.json())] {
                  return parts.mixes.order(wish, owner);
                });
  });
  router.get("/api/v1/mixes", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    const std::string owner = isOperator(who, config) ? std::string() : who.playerId;
    const auto limit = request.queryInteger("limit", 50, 1, storage::MixStore::kMostListed);
    const auto offset = request.queryInteger("offset", 0, 0, 1'000'000'000);
    answerLater(parts, std::move(responder), [&parts, owner, limit, offset] {
      return parts.mixes.list(owner, static_cast<int>(limit), static_cast<int>(offset));
    });
  });
  router.get("/api/v1/mixes/{id}", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    const std::string& id = request.param("id");
    const bool own = owns(who, id, config, parts);
    const auto reader = own ? mixes::Mixes::Reader::kOwner : mixes::Mixes::Reader::kAnybody;
    const json mix = parts.mixes.describe(id, reader);
    if (mix["state"] != "done") mustOwn(who, id, config, parts);
    responder.json(mix);
  });
  router.del("/api/v1/mixes/{id}", [&](const Request& request, Responder responder) {
    mustOwn(identify(request, tokens), request.param("id"), config, parts);
    parts.mixes.remove(request.param("id"));
    responder.empty();
  });
}

}  // namespace dju::server
