// What is written down when a battle begins: the head of its log and its row. Pure; any thread.
#pragma once

#include "engine/battle_log.h"
#include "server/battle/room.h"
#include "storage/battle_store.h"

namespace dju::server {

engine::LogHeader logHeader(const RoomConfig& config, const engine::BattleConfig& engine);

// Of a live battle that nobody has started.
storage::BattleRow newRow(const RoomConfig& config, const Identity& creator);

}  // namespace dju::server
