#include "server/api/verdicts.h"

#include <fmt/format.h>

#include "core/log.h"
#include "judge/judge_json.h"
#include "server/battle/log_file.h"
#include "serving/sound_model.h"

namespace dju::server {
namespace {

using nlohmann::json;

judge::Votes votesOn(storage::BattleStore& store, const std::string& subject) {
  const storage::VoteCount count = store.votes(subject);
  return {count.a, count.b, count.tie};
}

// The verdict stands on the telemetry: a model that cannot be used costs only its own figures.
std::unique_ptr<serving::SoundModel> listenerOf(serving::ModelCache& models) {
  try {
    return serving::soundModelInUse(models);
  } catch (const Error& error) {
    log::warn("verdict: no figures from the sound: {}", error.what());
    return nullptr;
  }
}

}  // namespace

judge::Report judgeLog(const engine::BattleLog& log, storage::Library& library,
                       storage::PcmCache& cache, const judge::Rubric& rubric,
                       const engine::RenderSink& sink, judge::SoundJudge* listener) {
  const LogTracks sound = loadLogTracks(log, library, cache);
  std::vector<judge::JudgedTrack> tracks;
  for (const engine::LogTrack& track : log.tracks) {
    const auto info = library.analysis(track.analysisHash);
    tracks.push_back(judge::judgedTrack(track, info ? &info.value() : nullptr));
  }
  const auto performance =
      judge::readPerformance(log, sound.tracks, std::move(tracks), sink, listener).valueOrThrow();
  return judge::reportOf(performance, log, rubric, listener);
}

Verdicts::Verdicts(const Recordings& recordings, storage::BattleStore& store,
                   storage::Library& library, storage::PcmCache& cache, storage::JobQueue& jobs,
                   serving::ModelCache& models)
    : recordings_(recordings),
      store_(store),
      library_(library),
      cache_(cache),
      jobs_(jobs),
      models_(models) {
  jobs_.handle("judge", [this](storage::JobContext& context) { return make(context); });
}

std::optional<json> Verdicts::find(const std::string& id) {
  recordings_.check(id);
  const auto kept = store_.verdict(id);
  if (!kept) return {};
  const judge::Rubric rubric = judge::parseRubric(kept->rubric).valueOrThrow();
  json report = kept->report;
  std::vector<judge::Votes> rounds;
  for (std::size_t r = 0; r < report.at("rounds").size(); ++r)
    rounds.push_back(votesOn(store_, fmt::format("battle:{}/round:{}", id, r + 1)));
  judge::addVotes(report, rubric, votesOn(store_, "battle:" + id), rounds);
  report["battleId"] = id;
  report["rubricDocument"] = json::parse(kept->rubric);
  return report;
}

storage::Job Verdicts::request(const std::string& id) {
  recordings_.check(id);
  return jobs_.submitOnce("judge", {{"id", id}}).valueOrThrow();
}

void Verdicts::judge(const std::string& id) {
  try {
    jobs_.submitOnce("judge", {{"id", id}}).valueOrThrow();
  } catch (const Error& error) {
    log::error("recording {}: no verdict: {}", id, error.what());
  }
}

json Verdicts::make(storage::JobContext& context) {
  const std::string id = context.job().payload.at("id");
  const engine::BattleLog log = readLogFile(recordings_.logFile(id)).valueOrThrow();
  const double total = std::max(1.0, static_cast<double>(endOf(log).index()));
  double told = 0;
  const auto sound = listenerOf(models_);
  const judge::Report report = judgeLog(
      log, library_, cache_, judge::standardRubric(),
      [&](FrameCount, const engine::Outputs&, const engine::Telemetry& telemetry) {
        const double progress = static_cast<double>(telemetry.frame.index()) / total;
        if (progress - told > 0.01) context.progress(told = progress, "judge");
        return !context.cancelled();
      },
      sound.get());
  if (context.cancelled()) return {};
  store_.saveVerdict({id, std::string(judge::standardRubricText()),
                      judge::toJson(report, judge::standardRubric()), storage::nowMs()});
  return {{"ready", true}};
}

}  // namespace dju::server
