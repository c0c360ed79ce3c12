// The recordings of a data folder with everything that is needed to hear and judge them again.
// Callers: `dju dataset collect` and `listen`. One thread; blocks.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/collectors/log_collector.h"
#include "storage/battle_store.h"
#include "storage/library.h"
#include "storage/pcm_cache.h"

namespace dju::app {

class RecordedLogs {
 public:
  // Throws Error when the folder holds no library.
  explicit RecordedLogs(const std::filesystem::path& dataDir);

  // One after another in the order of their names; nothing after the last. Throws Error for one
  // that cannot be read or whose tracks are gone; the next call gives the next.
  std::optional<dataset::LogSource> next();
  // Of a battle's id. Throws Error(kNotFound).
  dataset::LogSource battle(const std::string& id);

 private:
  dataset::LogSource load(const std::filesystem::path& file);

  storage::Library library_;
  storage::BattleStore store_;
  storage::PcmCache cache_;
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> files_;
  std::size_t next_ = 0;
};

}  // namespace dju::app
