#include "server/battle/battle_papers.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace dju::server {

engine::LogHeader logHeader(const RoomConfig& config, const engine::BattleConfig& engine) {
  engine::LogHeader header;
  header.battleId = config.id;
  header.name = config.name;
  header.format = formatName(config.format);
  header.createdAt = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(config.createdAtMs / 1000));
  header.config = engine;
  return header;
}

storage::BattleRow newRow(const RoomConfig& config, const Identity& creator) {
  storage::BattleRow row;
  row.id = config.id;
  row.name = config.name;
  row.format = formatName(config.format);
  row.kind = "live";
  row.state = "waiting";
  row.visibility = config.unlisted ? "unlisted" : "public";
  row.creator = creator.playerId;
  row.invite = config.inviteSecret;
  row.watch = config.watchSecret;
  row.config = {{"rounds", config.rounds},
                {"roundSeconds", config.roundSeconds},
                {"ranked", config.ranked},
                {"equalDelay", config.equalDelay}};
  row.createdAt = config.createdAtMs;
  row.dspRevision = engine::kDspRevision;
  return row;
}

}  // namespace dju::server
