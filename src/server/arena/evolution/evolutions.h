// Evolutions that run in this server: each round is an open tournament among the population; when
// its votes are enough, its time is over or its host says so, the tournament ends and a job breeds
// the next generation, whose mixes are then asked for. Whatever is cut off by a crash goes on at
// start(): every step is found by what is stored, and closing a round is stored once
// (EvolutionStore::advance).
//
// The arena's thread, but for what Parts say; throws Error.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "mixes/mixers.h"
#include "mixes/shelf.h"
#include "server/arena/evolution/evolution_round.h"
#include "server/arena/tournament.h"
#include "server/auth/tokens.h"
#include "storage/jobs.h"

namespace dju::server {

class Evolutions {
 public:
  struct Parts {
    storage::Library& library;
    storage::ArenaStore& store;
    storage::JobQueue& jobs;
    mixes::Shelf& shelf;
    mixes::Mixers& mixers;
    // Any thread. Runs something on the arena's thread.
    std::function<void(std::function<void()>)> inOrder;
    // Null where there is none.
    std::function<const Tournament*(const std::string& id)> tournament;
    std::function<void(storage::ArenaTournament)> open;
    std::function<void(const std::string& id)> end;
  };
  // Registers the job kind "evolve": before jobs.start().
  explicit Evolutions(Parts parts);

  // Reads what is stored and goes on with it.
  void start();
  // Closes rounds whose votes or time are enough, and goes on with what was closed. Now and then.
  void tick(std::int64_t now);

  // `seed`: of its random numbers, where none is asked for.
  nlohmann::json create(const Identity& who, const nlohmann::json& asked, std::uint64_t seed);
  nlohmann::json list();
  nlohmann::json describe(const std::string& lineage);
  // The lineage as it is stored, from which with its votes everything follows.
  std::string history(const std::string& lineage);
  // By its host or an operator: closes the open round with the votes there are; the evolution ends,
  // now without another round.
  nlohmann::json close(const Identity& who, const std::string& lineage, bool isOperator);
  nlohmann::json end(const Identity& who, const std::string& lineage, bool isOperator);

 private:
  struct Evolution {
    storage::EvolutionRow row;  // without its history, which is:
    arena::Lineage lineage;
    EvolutionRequest request;
    std::string job;  // that closes the round; empty: none was ordered since the start
  };

  static Evolution evolutionOf(storage::EvolutionRow row);
  Evolution& find(const std::string& lineage);
  Evolution& mayChange(const Identity& who, const std::string& lineage, bool isOperator);
  void goOn(Evolution& evolution, std::int64_t now);
  bool isDue(const Evolution& evolution, const Tournament& round, std::int64_t now) const;
  void openRound(Evolution& evolution);
  bool isOrdered(const Evolution& evolution) const;
  void orderClosing(Evolution& evolution);
  const Tournament* round(const Evolution& evolution) const;
  nlohmann::json summary(const Evolution& evolution) const;
  // The job; any thread.
  nlohmann::json closeRound(storage::JobContext& context);
  void reread(const std::string& lineage);

  Parts parts_;
  storage::EvolutionStore store_;
  std::map<std::string, Evolution> evolutions_;
};

}  // namespace dju::server
