// Reads a battle's log from its file. Any thread that may wait for the disk.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "engine/battle_log.h"

namespace dju::server {

// Errors: kNotFound, kTooLarge, kInvalid.
Result<engine::BattleLog> readLogFile(const std::filesystem::path& file);

}  // namespace dju::server
