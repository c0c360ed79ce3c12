// Reads a battle's log from its file: plain as a battle wrote it, or packed as mixes keep theirs
// (storage/packed_log.h). Any thread that may wait for the disk.
#pragma once

#include <filesystem>
#include <string>

#include "core/error.h"
#include "engine/battle_log.h"

namespace dju::server {

// `file` is the plain file's name; where it is not there, the packed one beside it is read. Errors:
// kNotFound, kTooLarge, kInvalid.
Result<std::string> readLogText(const std::filesystem::path& file);
Result<engine::BattleLog> readLogFile(const std::filesystem::path& file);

// "ID.djlog" or "ID.djlog.zst".
bool isLogFile(const std::filesystem::path& file);

}  // namespace dju::server
