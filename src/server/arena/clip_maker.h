// The mixes of a tournament as voters hear them: some seconds around the transition, all of one
// length, all equally loud, with nothing in the file that tells who mixed. Made as jobs; kept by
// content, so that a mix which two tournaments share is made once.
//
// order(): any thread. The handler runs on worker threads; `made` is called there.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "engine/battle_log.h"
#include "mixes/mixers.h"
#include "mixes/shelf.h"
#include "server/api/recordings.h"
#include "storage/arena_store.h"
#include "storage/jobs.h"
#include "storage/library.h"
#include "storage/pcm_cache.h"

namespace dju::server {

// Of every clip, integrated. Quiet enough that no peak is in the way of being as loud as the
// others.
inline constexpr double kClipLufs = -20;

struct ClipOrder {
  std::string tournament;
  int contestant = 0, set = 0;
  storage::ArenaContestant who;
  std::pair<std::string, std::string> tracks;
  double seconds = 60;
};

class ClipMaker {
 public:
  using Made = std::function<void(const std::string& tournament, const storage::ArenaClip& clip)>;

  struct Parts {
    storage::Library& library;
    storage::PcmCache& cache;
    mixes::Shelf& shelf;
    const mixes::Mixers& mixers;
    const Recordings& recordings;
    storage::ArenaStore& store;
    storage::JobQueue& jobs;
  };
  // Registers the job kind "arena-clip": before jobs.start().
  ClipMaker(std::filesystem::path folder, const Parts& parts, Made made);

  // The id of its job. Throws Error.
  std::string order(const ClipOrder& order, std::string_view player);
  std::filesystem::path file(const std::string& key) const { return folder_ / (key + ".opus"); }

 private:
  struct Sound;
  nlohmann::json make(storage::JobContext& context);
  storage::ArenaClip clipOf(const ClipOrder& order, storage::JobContext& context);
  Sound mixerSound(const ClipOrder& order, storage::JobContext& context);
  Sound personSound(const ClipOrder& order, storage::JobContext& context);
  // The middle of the transition between the two tracks, in engine frames; nothing where the
  // recording has none.
  std::optional<Frame> transitionIn(const engine::BattleLog& log, const LogTracks& sound,
                                    const ClipOrder& order, storage::JobContext& context);

  std::filesystem::path folder_;
  Parts parts_;
  Made made_;
};

}  // namespace dju::server
