// Evolutions of mixers between their rounds: what they were asked for, and the lineage, which is
// all that happened. A round is closed by advance() once and for all: the disk holds the generation
// before or the one after, never both, never half of one. Any thread; calls wait for the disk.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "storage/database.h"

namespace dju::storage {

struct EvolutionRow {
  std::string lineage;               // its name
  std::string creator, creatorName;  // player
  nlohmann::json request;            // as it was asked for (server/arena/evolution_request.h)
  std::string history;               // arena/evolution/lineage.h, as JSON
  int generation = 0;                // that is open; as many rounds of the history are closed
  std::int64_t openedAt = 0;         // this generation; ms since the Unix epoch
  std::int64_t createdAt = 0;
  std::int64_t endedAt = 0;  // 0: it goes on
};

class EvolutionStore {
 public:
  explicit EvolutionStore(Database& database) : database_(database) {}

  // Expected to fail (kConflict): there is a lineage of this name.
  Result<void> add(const EvolutionRow& evolution);
  std::vector<EvolutionRow> evolutions();  // oldest first
  // Expected to fail (kNotFound).
  Result<EvolutionRow> evolution(std::string_view lineage);

  // From `generation` to the next one. False where another one is open: somebody has closed it
  // already, and nothing is changed. `endedAt`: 0 where it goes on.
  bool advance(std::string_view lineage, int generation, const std::string& history,
               std::int64_t now, std::int64_t endedAt);
  void end(std::string_view lineage, std::int64_t endedAt);

 private:
  Database& database_;
};

}  // namespace dju::storage
