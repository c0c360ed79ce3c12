// Verdicts: a battle that has ended is judged once more from its log, which has everything that the
// live judge saw and cannot miss a block, and the report is kept with the rubric it was made by.
// The votes are laid over it whenever it is asked for.
//
// Thread: network thread, except the job handler (a worker thread).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "judge/report.h"
#include "server/api/recordings.h"
#include "serving/model_cache.h"

namespace dju::server {

class Verdicts {
 public:
  // Registers the job kind "judge": before jobs.start(). `models`: what is said of the sound alone.
  Verdicts(const Recordings& recordings, storage::BattleStore& store, storage::Library& library,
           storage::PcmCache& cache, storage::JobQueue& jobs, serving::ModelCache& models);

  // The report with the votes as they are now; nothing before it has been made. Throws
  // Error(kNotFound) where there is no such recording.
  std::optional<nlohmann::json> find(const std::string& id);
  // The job that makes it, started if there is none. Throws Error.
  storage::Job request(const std::string& id);
  // Of a battle that has just ended; errors are logged.
  void judge(const std::string& id);

 private:
  nlohmann::json make(storage::JobContext& context);

  const Recordings& recordings_;
  storage::BattleStore& store_;
  storage::Library& library_;
  storage::PcmCache& cache_;
  storage::JobQueue& jobs_;
  serving::ModelCache& models_;
};

// Judges a log with what the library knows of its tracks; the analyses are those that the log
// names, where they are still kept. `sink` as RenderSink; `listener`, if any, hears the master and
// has its say in the report. Blocks. Throws Error.
judge::Report judgeLog(const engine::BattleLog& log, storage::Library& library,
                       storage::PcmCache& cache, const judge::Rubric& rubric,
                       const engine::RenderSink& sink = {}, judge::SoundJudge* listener = nullptr);

}  // namespace dju::server
