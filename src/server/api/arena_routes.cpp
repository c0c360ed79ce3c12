#include "server/api/arena_routes.h"

#include <utility>

#include "server/api/routes.h"
#include "server/arena/arena.h"

namespace dju::server {
namespace {

using nlohmann::json;

// Answers from the arena's thread by `work(responder)`; what that throws becomes the answer.
template <typename Work>
void onArena(Arena& arena, Responder responder, Work work) {
  const bool taken = arena.post([responder, work = std::move(work)]() mutable {
    try {
      work(responder);
    } catch (const Error& error) {
      responder.error(error);
    } catch (const std::exception& error) {
      responder.error(Error(ErrorCode::kInternal, error.what()));
    }
  });
  if (!taken) throw Error(ErrorCode::kTooMany, "arena: too many ask at once; try again");
}

void addTournaments(Router& router, const Tokens& tokens, const ServerConfig& config,
                    Arena& arena) {
  router.get("/api/v1/arena/tournaments", [&arena](const Request&, Responder responder) {
    onArena(arena, responder, [&arena](Responder& answer) { answer.json(arena.list()); });
  });
  router.post("/api/v1/arena/tournaments", [&](const Request& request, Responder responder) {
    onArena(arena, responder,
            [&arena, who = identify(request, tokens), asked = request.json()](Responder& answer) {
              answer.json(arena.create(who, asked), 201);
            });
  });
  router.get("/api/v1/arena/tournaments/{id}",
             [&arena](const Request& request, Responder responder) {
               onArena(arena, responder, [&arena, id = request.param("id")](Responder& answer) {
                 const Arena::Page page = arena.page(id);
                 answer.bytes(page.body, "application/json", 200, Caching::kRevalidate, page.etag);
               });
             });
  router.post("/api/v1/arena/tournaments/{id}/end",
              [&](const Request& request, Responder responder) {
                const Identity who = identify(request, tokens);
                onArena(arena, responder,
                        [&arena, who, may = isOperator(who, config), id = request.param("id")](
                            Responder& answer) { answer.json(arena.end(who, id, may)); });
              });
}

void addVoting(Router& router, const Tokens& tokens, Arena& arena) {
  router.post("/api/v1/arena/tournaments/{id}/ballots",
              [&](const Request& request, Responder responder) {
                onArena(arena, responder,
                        [&arena, who = identify(request, tokens), id = request.param("id"),
                         address = request.remoteAddress](Responder& answer) {
                          answer.json(arena.ballot(who, address, id), 201);
                        });
              });
  router.post("/api/v1/arena/ballots/{id}/heard", [&](const Request& request, Responder responder) {
    onArena(
        arena, responder,
        [&arena, who = identify(request, tokens), id = request.param("id"),
         asked = request.json()](Responder& answer) { answer.json(arena.heard(who, id, asked)); });
  });
  router.post("/api/v1/arena/ballots/{id}/vote", [&](const Request& request, Responder responder) {
    onArena(
        arena, responder,
        [&arena, who = identify(request, tokens), id = request.param("id"), asked = request.json()](
            Responder& answer) { answer.json(arena.vote(who, id, asked), 201); });
  });
  router.get("/api/v1/arena/clips/{id}", [&arena](const Request& request, Responder responder) {
    std::string secret = request.param("id");
    constexpr std::string_view kEnding = ".opus";
    if (secret.ends_with(kEnding)) secret.resize(secret.size() - kEnding.size());
    // What a HEAD asks for is not fetched.
    const std::string range(request.method == Method::kHead ? "bytes=0-0"
                                                            : request.header("Range").value_or(""));
    onArena(arena, responder, [&arena, secret, range](Responder& answer) {
      answer.bytes(arena.sound(secret, range), "audio/ogg", 200, Caching::kNone,
                   '"' + secret + '"');
    });
  });
}

void addPeople(Router& router, const Tokens& tokens, Arena& arena) {
  router.get("/api/v1/arena/people", [&arena](const Request&, Responder responder) {
    onArena(arena, responder, [&arena](Responder& answer) { answer.json(arena.people()); });
  });
  router.get("/api/v1/arena/me", [&](const Request& request, Responder responder) {
    onArena(arena, responder, [&arena, who = identify(request, tokens)](Responder& answer) {
      answer.json(arena.mine(who));
    });
  });
  router.del("/api/v1/arena/me", [&](const Request& request, Responder responder) {
    onArena(arena, responder, [&arena, who = identify(request, tokens)](Responder& answer) {
      arena.forget(who);
      answer.empty();
    });
  });
}

}  // namespace

void addArenaRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                    Arena& arena) {
  addTournaments(router, tokens, config, arena);
  addVoting(router, tokens, arena);
  addPeople(router, tokens, arena);
}

}  // namespace dju::server
