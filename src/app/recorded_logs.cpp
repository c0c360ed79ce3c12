#include "app/recorded_logs.h"

#include <fmt/format.h>

#include <algorithm>

#include "server/api/recordings.h"
#include "server/battle/log_file.h"

namespace dju::app {

namespace fs = std::filesystem;

RecordedLogs::RecordedLogs(const fs::path& dataDir)
    : library_(dataDir),
      store_(library_.database()),
      cache_(library_.pcmFolder(), std::int64_t{16} << 30),
      folder_(dataDir / "recordings") {
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder_, missing))
    if (server::isLogFile(entry.path())) files_.push_back(entry.path());
  std::sort(files_.begin(), files_.end());
}

std::optional<dataset::LogSource> RecordedLogs::next() {
  if (next_ == files_.size()) return std::nullopt;
  return load(files_[next_++]);
}

dataset::LogSource RecordedLogs::battle(const std::string& id) {
  const auto file = std::find_if(files_.begin(), files_.end(), [&](const fs::path& each) {
    return each.filename().string().starts_with(id + ".djlog");
  });
  if (file == files_.end())
    throw Error(ErrorCode::kNotFound,
                fmt::format("{}: no recording of battle {}", folder_.string(), id));
  return load(*file);
}

dataset::LogSource RecordedLogs::load(const fs::path& file) {
  dataset::LogSource source;
  source.log = server::readLogFile(file).valueOrThrow();
  auto sound =
      std::make_shared<server::LogTracks>(server::loadLogTracks(source.log, library_, cache_));
  source.sound = sound->tracks;
  source.memory = sound;
  for (const engine::LogTrack& track : source.log.tracks) {
    const auto info = library_.analysis(track.analysisHash);
    source.tracks.push_back(judge::judgedTrack(track, info ? &info.value() : nullptr));
    const auto row = library_.track(track.id);
    source.licenses.push_back(row && !row->license.empty() ? row->license : "unknown");
  }
  const storage::VoteCount votes = store_.votes("battle:" + source.log.header.battleId);
  source.votesA = votes.a;
  source.votesB = votes.b;
  source.votesTie = votes.tie;
  return source;
}

}  // namespace dju::app
