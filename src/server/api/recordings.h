// Recordings: battles that have ended, as people hear, fetch and check them. Sound is rendered from
// the log when it is first asked for, as a job, and kept beside the log; an Opus archive is made
// when a battle ends, so that it stays audible after the DSP has changed.
//
// Thread: network thread, except the job handlers (worker threads).
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "core/error.h"
#include "engine/render.h"
#include "storage/battle_store.h"
#include "storage/jobs.h"
#include "storage/library.h"
#include "storage/pcm_cache.h"

namespace dju::server {

enum class AudioForm { kFlac48, kFlac44, kOpus };

class Recordings {
 public:
  // Registers the job kinds "render" and "verify": before jobs.start().
  Recordings(std::filesystem::path folder, storage::BattleStore& store, storage::Library& library,
             storage::PcmCache& cache, storage::JobQueue& jobs);

  nlohmann::json list(int limit, int offset);
  // Recording of docs/protocol.md. Throws Error(kNotFound).
  nlohmann::json describe(const std::string& id);

  // Throws Error(kNotFound) where there is no such recording.
  void check(const std::string& id) const { row(id); }
  std::filesystem::path logFile(const std::string& id) const { return folder_ / (id + ".djlog"); }
  // Where the rendered sound lies once it is there.
  std::filesystem::path audioFile(const std::string& id, AudioForm form) const;
  // The job that does it, started if there is none. Throws Error.
  storage::Job requestAudio(const std::string& id, AudioForm form);
  storage::Job requestVerification(const std::string& id);
  // The archive of a battle that has just ended; errors are logged.
  void archive(const std::string& id);

 private:
  struct Loaded;
  Loaded load(const std::string& id);
  nlohmann::json render(storage::JobContext& context);
  nlohmann::json verify(storage::JobContext& context);
  nlohmann::json toJson(const storage::BattleRow& row);
  storage::BattleRow row(const std::string& id) const;

  std::filesystem::path folder_;
  storage::BattleStore& store_;
  storage::Library& library_;
  storage::PcmCache& cache_;
  storage::JobQueue& jobs_;
};

// Where the log ends: its end, or where a crash has cut it off.
Frame endOf(const engine::BattleLog& log);

// Renders `log` with tracks of the library, telling progress; used by the jobs and `dju render`.
// Blocks. Throws Error for a track that is missing or has other sound than was played.
struct LogTracks {
  std::vector<engine::LoadedTrack> tracks;
  std::vector<storage::TrackHandle> handles;
};
LogTracks loadLogTracks(const engine::BattleLog& log, storage::Library& library,
                        storage::PcmCache& cache);

}  // namespace dju::server
