#include "server/api/arena_routes.h"

#include <fmt/format.h>

#include <charconv>
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

// What answers later; with 204 there is nothing to say.
Arena::Reply replyTo(const Responder& responder, int status) {
  return [responder = responder, status](const Result<json>& answer) mutable {
    if (!answer)
      responder.error(answer.error());
    else if (status == 204)
      responder.empty();
    else
      responder.json(*answer, status);
  };
}

// "3-0.opus": contestant and set, each 0 to 999; (-1, -1) for anything else.
std::pair<int, int> clipPlace(const std::string& file) {
  int contestant = 0, set = 0;
  const char* const end = file.data() + file.size();
  const auto [dash, first] = std::from_chars(file.data(), end, contestant);
  if (first != std::errc() || dash == end || *dash != '-') return {-1, -1};
  const auto [dot, second] = std::from_chars(dash + 1, end, set);
  const bool whole = second == std::errc() && std::string_view(dot, end) == ".opus";
  return whole && contestant < 1000 && set < 1000 ? std::pair(contestant, set) : std::pair(-1, -1);
}

void addTournaments(Router& router, const Tokens& tokens, const ServerConfig& config,
                    Arena& arena) {
  router.get("/api/v1/arena/tournaments", [&arena](const Request&, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena](Responder& answer) { answer.json(arena.list()); });
  });
  router.post("/api/v1/arena/tournaments", [&](const Request& request, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena, who = identify(request, tokens), asked = request.json()](Responder& answer) {
              answer.json(arena.create(who, asked), 201);
            });
  });
  router.get(
      "/api/v1/arena/tournaments/{id}", [&arena](const Request& request, Responder responder) {
        onArena(arena, std::move(responder), [&arena, id = request.param("id")](Responder& answer) {
          const Arena::Page page = arena.page(id);
          answer.bytes(page.body, "application/json", 200, Caching::kRevalidate, page.etag);
        });
      });
  router.post("/api/v1/arena/tournaments/{id}/end",
              [&](const Request& request, Responder responder) {
                const Identity who = identify(request, tokens);
                onArena(arena, std::move(responder),
                        [&arena, who, may = isOperator(who, config), id = request.param("id")](
                            Responder& answer) { answer.json(arena.end(who, id, may)); });
              });
  router.get("/api/v1/arena/tournaments/{id}/clips/{file}",
             [&arena](const Request& request, Responder responder) {
               onArena(arena, std::move(responder),
                       [&arena, id = request.param("id"),
                        place = clipPlace(request.param("file"))](Responder& answer) {
                         answer.bytes(arena.namedSound(id, place.first, place.second), "audio/ogg",
                                      200, Caching::kNone,
                                      fmt::format("\"{}-{}-{}\"", id, place.first, place.second));
                       });
             });
}

void addVoting(Router& router, const Tokens& tokens, Arena& arena) {
  router.post("/api/v1/arena/tournaments/{id}/ballots",
              [&](const Request& request, Responder responder) {
                onArena(arena, std::move(responder),
                        [&arena, who = identify(request, tokens), id = request.param("id"),
                         address = request.remoteAddress](Responder& answer) {
                          answer.json(arena.ballot(who, address, id), 201);
                        });
              });
  router.post("/api/v1/arena/ballots/{id}/heard", [&](const Request& request, Responder responder) {
    onArena(
        arena, std::move(responder),
        [&arena, who = identify(request, tokens), id = request.param("id"),
         asked = request.json()](Responder& answer) { answer.json(arena.heard(who, id, asked)); });
  });
  router.post("/api/v1/arena/ballots/{id}/vote", [&](const Request& request, Responder responder) {
    onArena(
        arena, std::move(responder),
        [&arena, who = identify(request, tokens), id = request.param("id"), asked = request.json()](
            Responder& answer) { arena.vote(who, id, asked, replyTo(answer, 201)); });
  });
  router.get("/api/v1/arena/clips/{id}", [&arena](const Request& request, Responder responder) {
    std::string secret = request.param("id");
    constexpr std::string_view kEnding = ".opus";
    if (secret.ends_with(kEnding)) secret.resize(secret.size() - kEnding.size());
    // What a HEAD asks for is not fetched.
    const std::string range(request.method == Method::kHead ? "bytes=0-0"
                                                            : request.header("Range").value_or(""));
    onArena(arena, std::move(responder), [&arena, secret, range](Responder& answer) {
      answer.bytes(arena.sound(secret, range), "audio/ogg", 200, Caching::kNone,
                   '"' + secret + '"');
    });
  });
}

void addEvolutions(Router& router, const Tokens& tokens, const ServerConfig& config, Arena& arena) {
  router.get("/api/v1/arena/evolutions", [&arena](const Request&, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena](Responder& answer) { answer.json(arena.evolutions().list()); });
  });
  router.post("/api/v1/arena/evolutions", [&](const Request& request, Responder responder) {
    const Identity who = identify(request, tokens);
    if (!isOperator(who, config))
      throw Error(ErrorCode::kForbidden,
                  "evolution: it takes the server's time for days; only operators begin one");
    onArena(arena, std::move(responder), [&arena, who, asked = request.json()](Responder& answer) {
      answer.json(arena.evolutions().create(who, asked, arena.seed()), 201);
    });
  });
  router.get(
      "/api/v1/arena/evolutions/{id}", [&arena](const Request& request, Responder responder) {
        onArena(arena, std::move(responder), [&arena, id = request.param("id")](Responder& answer) {
          answer.json(arena.evolutions().describe(id));
        });
      });
  router.get("/api/v1/arena/evolutions/{id}/lineage", [&arena](const Request& request,
                                                               Responder responder) {
    onArena(arena, std::move(responder), [&arena, id = request.param("id")](Responder& answer) {
      answer.bytes(makeBuffer(arena.evolutions().history(id)), "application/json", 200,
                   Caching::kNone, "");
    });
  });
  const auto change = [&](const char* path, auto method) {
    router.post(path, [&tokens, &config, &arena, method](const Request& request,
                                                         Responder responder) {
      const Identity who = identify(request, tokens);
      onArena(arena, std::move(responder),
              [&arena, who, may = isOperator(who, config), id = request.param("id"), method](
                  Responder& answer) { answer.json((arena.evolutions().*method)(who, id, may)); });
    });
  };
  change("/api/v1/arena/evolutions/{id}/close", &Evolutions::close);
  change("/api/v1/arena/evolutions/{id}/end", &Evolutions::end);
}

void addPeople(Router& router, const Tokens& tokens, Arena& arena) {
  router.get("/api/v1/arena/people", [&arena](const Request&, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena](Responder& answer) { answer.json(arena.people()); });
  });
  router.get("/api/v1/arena/me", [&](const Request& request, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena, who = identify(request, tokens)](Responder& answer) {
              answer.json(arena.mine(who));
            });
  });
  router.del("/api/v1/arena/me", [&](const Request& request, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena, who = identify(request, tokens)](Responder& answer) {
              arena.forget(who, replyTo(answer, 204));
            });
  });
}

void addTaste(Router& router, const Tokens& tokens, const ServerConfig& config, Arena& arena) {
  router.get("/api/v1/arena/leaderboard", [&arena](const Request&, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena](Responder& answer) { arena.leaderboard(replyTo(answer, 200)); });
  });
  router.get("/api/v1/arena/me/taste", [&](const Request& request, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena, who = identify(request, tokens)](Responder& answer) {
              arena.taste(who, replyTo(answer, 200));
            });
  });
  router.post("/api/v1/arena/offers", [&](const Request& request, Responder responder) {
    onArena(arena, std::move(responder),
            [&arena, who = identify(request, tokens)](Responder& answer) {
              arena.offer(who, replyTo(answer, 201));
            });
  });
  router.post("/api/v1/arena/offers/{id}/heard", [&](const Request& request, Responder responder) {
    onArena(
        arena, std::move(responder),
        [&arena, who = identify(request, tokens), id = request.param("id"), asked = request.json()](
            Responder& answer) { answer.json(arena.offerHeard(who, id, asked)); });
  });
  router.post("/api/v1/arena/offers/{id}/rating", [&](const Request& request, Responder responder) {
    onArena(
        arena, std::move(responder),
        [&arena, who = identify(request, tokens), id = request.param("id"), asked = request.json()](
            Responder& answer) { arena.rateOffer(who, id, asked, replyTo(answer, 201)); });
  });
  router.get("/api/v1/arena/trial", [&](const Request& request, Responder responder) {
    if (!isOperator(identify(request, tokens), config))
      throw Error(ErrorCode::kForbidden, "trial: only operators see how it stands");
    onArena(arena, std::move(responder),
            [&arena](Responder& answer) { answer.json(arena.trial()); });
  });
}

}  // namespace

void addArenaRoutes(Router& router, const Tokens& tokens, const ServerConfig& config,
                    Arena& arena) {
  addTournaments(router, tokens, config, arena);
  addVoting(router, tokens, arena);
  addEvolutions(router, tokens, config, arena);
  addPeople(router, tokens, arena);
  addTaste(router, tokens, config, arena);
}

}  // namespace dju::server
