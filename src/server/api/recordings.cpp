#include "server/api/recordings.h"

#include <fmt/format.h>

#include "audio/encode.h"
#include "core/hash.h"
#include "core/log.h"
#include "server/battle/log_file.h"

namespace dju::server {
namespace {

using nlohmann::json;

const char* formName(AudioForm form) {
  switch (form) {
    case AudioForm::kFlac48:
      return "48000.flac";
    case AudioForm::kFlac44:
      return "44100.flac";
    case AudioForm::kOpus:
      return "opus";
  }
  return "opus";
}

AudioForm formOf(const std::string& name) {
  if (name == "48000.flac") return AudioForm::kFlac48;
  return name == "44100.flac" ? AudioForm::kFlac44 : AudioForm::kOpus;
}

std::string clockTime(Frame frame) {
  const auto seconds = frame.index() / kSampleRate;
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::unique_ptr<audio::Encoder> openEncoder(const std::filesystem::path& file, AudioForm form,
                                            const audio::EncodeTags& tags) {
  if (form == AudioForm::kOpus) return audio::openOpus(file, tags, audio::kArchiveOpus);
  return audio::openFlac(file, tags, {form == AudioForm::kFlac44 ? 44100 : 48000, 24});
}

json verification(const engine::BattleLog& log, const engine::RenderResult& result) {
  json answer = {{"verified", result.verified},
                 {"sameRevision", result.sameRevision},
                 {"marks", log.marks.size()},
                 {"hash", hex64(result.hash)}};
  if (result.firstDifference)
    answer["firstDifference"] = {{"frame", result.firstDifference->frame.index()},
                                 {"seconds", result.firstDifference->frame.seconds()}};
  return answer;
}

}  // namespace

Frame endOf(const engine::BattleLog& log) {
  if (log.end) return log.end->frame;
  return log.marks.empty() ? Frame(0) : log.marks.back().frame;
}

struct Recordings::Loaded {
  engine::BattleLog log;
  LogTracks sound;
};

LogTracks loadLogTracks(const engine::BattleLog& log, storage::Library& library,
                        storage::PcmCache& cache) {
  LogTracks result;
  for (const engine::LogTrack& wanted : log.tracks) {
    const auto track = library.track(wanted.id);
    if (!track)
      throw Error(ErrorCode::kNotFound,
                  fmt::format("track {} (\"{}\") of this log is not in the library; import it",
                              wanted.id.substr(0, 12), wanted.title));
    if (track->pcmHash != wanted.pcmHash)
      throw Error(ErrorCode::kConflict,
                  fmt::format("track {} (\"{}\"): its decoded sound is not the one that was played",
                              wanted.id.substr(0, 12), wanted.title));
    auto handle = cache.acquire(wanted.id).get().valueOrThrow();
    result.tracks.push_back({handle->audio(), wanted.grid, wanted.gainDb, wanted.key});
    result.handles.push_back(std::move(handle));
  }
  return result;
}

Recordings::Recordings(std::filesystem::path folder, storage::BattleStore& store,
                       storage::Library& library, storage::PcmCache& cache, storage::JobQueue& jobs)
    : folder_(std::move(folder)), store_(store), library_(library), cache_(cache), jobs_(jobs) {
  std::filesystem::create_directories(folder_);
  jobs_.handle("render", [this](storage::JobContext& context) { return render(context); });
  jobs_.handle("verify", [this](storage::JobContext& context) { return verify(context); });
}

storage::BattleRow Recordings::row(const std::string& id) const {
  auto found = store_.battle(id);
  if (!found || found->state != "ended" || found->frames == 0)
    throw Error(ErrorCode::kNotFound,
                fmt::format("recording {}: no such recording; see GET /api/v1/recordings",
                            id.substr(0, 40)));
  return std::move(found).value();
}

json Recordings::toJson(const storage::BattleRow& row) {
  const auto votes = store_.votes("battle:" + row.id);
  return {{"id", row.id},
          {"name", row.name},
          {"format", row.format},
          {"createdAt", row.createdAt},
          {"durationSeconds", Frame(row.frames).seconds()},
          {"players", row.players},
          {"tracklist", row.tracklist},
          {"votes", {{"A", votes.a}, {"B", votes.b}, {"tie", votes.tie}}},
          {"ended", row.config.value("ended", true)},
          {"hash", row.hash},
          {"dspRevision", row.dspRevision},
          {"bytes", row.logBytes},
          {"hasArchive", row.hasArchive}};
}

json Recordings::list(int limit, int offset) {
  json recordings = json::array();
  for (const storage::BattleRow& row : store_.recordings(limit, offset))
    recordings.push_back(toJson(row));
  return {{"total", store_.countRecordings()}, {"recordings", recordings}};
}

json Recordings::describe(const std::string& id) {
  return toJson(row(id));
}

std::filesystem::path Recordings::audioFile(const std::string& id, AudioForm form) const {
  return folder_ / fmt::format("{}.{}", id, formName(form));
}

storage::Job Recordings::requestAudio(const std::string& id, AudioForm form) {
  row(id);
  return jobs_.submitOnce("render", {{"id", id}, {"form", formName(form)}}).valueOrThrow();
}

storage::Job Recordings::requestVerification(const std::string& id) {
  row(id);
  return jobs_.submitOnce("verify", {{"id", id}}).valueOrThrow();
}

void Recordings::archive(const std::string& id) {
  try {
    jobs_.submitOnce("render", {{"id", id}, {"form", "opus"}}).valueOrThrow();
  } catch (const Error& error) {
    log::error("recording {}: no archive: {}", id, error.what());
  }
}

Recordings::Loaded Recordings::load(const std::string& id) {
  Loaded loaded{readLogFile(logFile(id)).valueOrThrow(), {}};
  loaded.sound = loadLogTracks(loaded.log, library_, cache_);
  return loaded;
}

json Recordings::render(storage::JobContext& context) {
  const std::string id = context.job().payload.at("id");
  const AudioForm form = formOf(context.job().payload.at("form"));
  const std::filesystem::path file = audioFile(id, form);
  if (std::filesystem::exists(file)) return {{"ready", true}};
  const Loaded loaded = load(id);
  storage::BattleRow battle = row(id);
  audio::EncodeTags tags{battle.name, "DJ Universe", {}};
  for (const json& entry : battle.tracklist)
    tags.comment +=
        fmt::format("{} {} - {}\n", clockTime(Frame(entry["frame"].get<std::int64_t>())),
                    entry["artist"].get<std::string>(), entry["title"].get<std::string>());
  const auto partial = file.string() + ".part";
  const auto encoder = openEncoder(partial, form, tags);
  const double total = std::max(1.0, static_cast<double>(endOf(loaded.log).index()));
  double told = 0;
  const auto result = engine::renderLog(
      loaded.log, loaded.sound.tracks, {},
      [&](FrameCount frames, const engine::Outputs& outputs, const engine::Telemetry& telemetry) {
        encoder->push({outputs.master, static_cast<std::size_t>(frames * kChannels)});
        const double progress = static_cast<double>(telemetry.frame.index()) / total;
        if (progress - told > 0.01) context.progress(told = progress, "render");
        return !context.cancelled();
      });
  if (context.cancelled()) {
    std::filesystem::remove(partial);
    return {};
  }
  encoder->finish();
  std::filesystem::rename(partial, file);
  if (form == AudioForm::kOpus) {
    battle = row(id);
    battle.hasArchive = true;
    store_.save(battle);
  }
  return verification(loaded.log, result);
}

json Recordings::verify(storage::JobContext& context) {
  const Loaded loaded = load(context.job().payload.at("id"));
  const double total = std::max(1.0, static_cast<double>(endOf(loaded.log).index()));
  double told = 0;
  const auto result = engine::renderLog(
      loaded.log, loaded.sound.tracks, {},
      [&](FrameCount, const engine::Outputs&, const engine::Telemetry& telemetry) {
        const double progress = static_cast<double>(telemetry.frame.index()) / total;
        if (progress - told > 0.01) context.progress(told = progress, "verify");
        return !context.cancelled();
      });
  return verification(loaded.log, result);
}

}  // namespace dju::server
