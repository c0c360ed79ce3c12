#include "mixes/mixes.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "core/hash.h"
#include "core/log.h"
#include "core/metrics.h"
#include "mixer/quality.h"
#include "mixes/songs.h"
#include "mixes/sound_file.h"
#include "music/waveform.h"
#include "storage/blob_store.h"
#include "storage/packed_log.h"
#include "storage/random_id.h"
#include "storage/tracklist.h"

namespace dju::mixes {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kMixJob = "mix";
constexpr int kLowPriority = -5;
constexpr int kRetryMs = 5000;
constexpr std::string_view kLog = ".djlog.zst", kSound = ".opus", kReport = ".report.json",
                           kPlan = ".plan.json", kWaveform = ".waveform";
// ".djlog": mixes that were made before logs were packed.
constexpr std::string_view kEndings[] = {kLog,  kSound,    kReport,       ".djlog",
                                         kPlan, kWaveform, ".48000.flac", ".44100.flac"};

metrics::Counter& asked(const char* outcome) {
  return metrics::registry().counter("dju_mix_cache_total",
                                     "Mixes asked for, by whether their sound was there already",
                                     {{"outcome", outcome}});
}

std::string ending(Mixes::Part part) {
  switch (part) {
    case Mixes::Part::kReport:
      return std::string(kReport);
    case Mixes::Part::kPlan:
      return std::string(kPlan);
    case Mixes::Part::kWaveform:
      return std::string(kWaveform);
  }
  return {};
}

json webhookPayload(const std::string& mix, bool done) {
  return {{"mix", mix}, {"event", done ? "mix.done" : "mix.failed"}};
}

std::string utc(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

}  // namespace

Mixes::Mixes(storage::Library& library, storage::BattleStore& battles, storage::JobQueue& jobs,
             Shelf& shelf, const Mixers& mixers, const MixLimits& limits)
    : folder_(library.folder() / "recordings"),
      library_(library),
      battles_(battles),
      jobs_(jobs),
      shelf_(shelf),
      mixers_(mixers),
      store_(library.database()),
      limits_(limits) {
  fs::create_directories(folder_);
  SoundFile::removeLeftOvers(folder_);
  // All figures are there from the start.
  for (const char* outcome : {"hit", "alike", "miss"}) asked(outcome);
  storage::JobOptions options;
  options.retryMs = kRetryMs;
  options.then = [this](const storage::Job& job) { return webhookJob(job); };
  jobs_.handle(
      std::string(kMixJob), [this](storage::JobContext& context) { return make(context); },
      options);
}

fs::path Mixes::place(const std::string& recording, std::string_view ending) const {
  return folder_ / (recording + std::string(ending));
}

json Mixes::plan(const MixRequest& request) {
  return {{"plan", planJson(planRequest(shelf_, mixers_, request), request)}};
}

json Mixes::order(const MixOrder& order, const std::string& owner) {
  if (jobs_.countUnfinished(kMixJob, owner) >= limits_.unfinishedPerGuest)
    throw Error(ErrorCode::kTooMany,
                fmt::format("{} of your mixes are not finished; wait for one or cancel one",
                            limits_.unfinishedPerGuest));
  const PlannedMix planned = planRequest(shelf_, mixers_, order.mix);
  storage::MixRow mix;
  mix.id = "m-" + storage::randomId();
  mix.owner = owner;
  mix.name = order.name.empty() ? mixName(planned.plan, planned.tracks.views) : order.name;
  mix.request = mixes::toJson(order.mix);
  mix.key = planned.key;
  mix.createdAt = storage::nowMs();
  if (order.webhook) {
    mix.webhookUrl = order.webhook->url;
    mix.webhookSecret = order.webhook->secret;
  }
  const auto exact = store_.use(planned.key);
  const auto alike = exact ? std::nullopt : store_.alike(alikeKey(library_, order.mix));
  const auto sound = order.anyEncoding && alike ? store_.use(alike->key) : exact;
  asked(exact ? "hit" : sound ? "alike" : "miss").add();
  if (sound) mix.recording = sound->recording;
  store_.add(mix);
  try {
    if (!sound) {
      json answer = submit(mix, order.low ? kLowPriority : 0);
      if (alike) answer["alike"] = alikeJson(*alike, order.mix);
      return answer;
    }
    if (order.webhook)
      jobs_.submit(std::string(kWebhookJob), webhookPayload(mix.id, true)).valueOrThrow();
  } catch (...) {
    store_.remove(mix.id);
    throw;
  }
  json answer = {{"mix", toJson(listed(std::move(mix)), Reader::kOwner)}};
  if (!exact) answer["alike"] = alikeJson(*alike, order.mix);
  return answer;
}

// What is there of the same songs, and of which other files.
json Mixes::alikeJson(const storage::MixSound& sound, const MixRequest& request) {
  json others = json::array();
  if (const auto row = battles_.battle(sound.recording)) {
    for (const json& entry : row->tracklist) {
      const std::string id = entry.at("trackId");
      if (std::find(request.tracks.begin(), request.tracks.end(), id) == request.tracks.end())
        others.push_back(id);
    }
  }
  return {{"durationSeconds", sound.seconds}, {"otherTracks", std::move(others)}};
}

json Mixes::submit(storage::MixRow mix, int priority) {
  const storage::Job job =
      jobs_.submit(std::string(kMixJob), {{"mix", mix.id}}, mix.owner, priority).valueOrThrow();
  mix.job = job.id;
  store_.setJob(mix.id, job.id);
  return {{"mix", toJson({std::move(mix), job, {}}, Reader::kOwner)},
          {"job", storage::toJson(job)}};
}

json Mixes::toJson(const storage::ListedMix& listed, Reader reader) const {
  const storage::MixRow& mix = listed.mix;
  json result = {{"id", mix.id},
                 {"name", mix.name},
                 {"owner", mix.owner},
                 {"jobId", mix.job.empty() ? json() : json(mix.job)},
                 {"model", mix.request.at("model")},
                 {"preset", mix.request.value("preset", json())},
                 {"parameters", mix.request.at("parameters")},
                 {"tracks", mix.request.at("tracks")},
                 {"createdAt", mix.createdAt}};
  if (reader == Reader::kOwner && !mix.webhookUrl.empty()) {
    const storage::WebhookTries& tries = mix.webhookTries;
    result["webhook"] = {{"state", tries.state}, {"tries", tries.count}};
    if (!tries.error.empty()) result["webhook"]["error"] = tries.error;
  }
  if (!mix.recording.empty()) {
    result["state"] = "done";
    result["recordingId"] = mix.recording;
    if (listed.seconds) result["durationSeconds"] = *listed.seconds;
    return result;
  }
  if (!listed.job) {
    result["state"] = "failed";
    result["error"] = "what became of it is not known any more; ask again";
    return result;
  }
  // Here a job that runs is further than its row.
  const storage::Job job = jobs_.running(mix.job).value_or(*listed.job);
  const json told = storage::toJson(job);
  for (const char* field : {"state", "progress", "stage", "secondsLeft", "error"})
    if (told.contains(field)) result[field] = told[field];
  // Between its last step and the end of its job a mix without a recording is not done.
  if (job.state == storage::JobState::kDone) result["state"] = "running";
  return result;
}

json Mixes::describe(const std::string& id, Reader reader) {
  return toJson(listed(store_.mix(id).valueOrThrow()), reader);
}

storage::ListedMix Mixes::listed(storage::MixRow mix) {
  storage::ListedMix one{std::move(mix), {}, {}};
  if (one.mix.recording.empty()) {
    if (auto job = jobs_.get(one.mix.job)) one.job = std::move(job).value();
  } else if (const auto sound = store_.sound(one.mix.recording)) {
    one.seconds = sound->seconds;
  }
  return one;
}

json Mixes::list(std::string_view owner, int limit, int offset) {
  json mixes = json::array();
  for (const storage::ListedMix& mix : store_.list(owner, limit, offset))
    mixes.push_back(toJson(mix, Reader::kOwner));
  return {{"total", store_.countMixes(owner)}, {"mixes", std::move(mixes)}};
}

std::string Mixes::ownerOf(const std::string& id) {
  return store_.mix(id).valueOrThrow().owner;
}

std::optional<Webhook> Mixes::webhookOf(const std::string& id) {
  const auto mix = store_.mix(id);
  if (!mix || mix->webhookUrl.empty()) return {};
  return Webhook{mix->webhookUrl, mix->webhookSecret};
}

void Mixes::note(const std::string& id, const storage::WebhookTries& tries) {
  store_.setWebhookTries(id, tries);
}

std::optional<storage::JobOptions::Next> Mixes::webhookJob(const storage::Job& job) {
  const std::string id = job.payload.at("mix");
  const bool done = job.state == storage::JobState::kDone;
  if ((!done && job.state != storage::JobState::kFailed) || !webhookOf(id)) return {};
  return storage::JobOptions::Next{std::string(kWebhookJob), webhookPayload(id, done)};
}

fs::path Mixes::file(const std::string& id, Part part) {
  const storage::MixRow mix = store_.mix(id).valueOrThrow();
  if (mix.recording.empty())
    throw Error(ErrorCode::kConflict, fmt::format("mix {}: it is not finished", mix.id));
  return place(mix.recording, ending(part));
}

void Mixes::remove(const std::string& id) {
  const storage::MixRow mix = store_.mix(id).valueOrThrow();
  store_.remove(id);
  if (mix.recording.empty()) {
    if (const auto gone = jobs_.cancel(mix.job); !gone)
      log::warn("mix {}: its job: {}", id, gone.error().what());
  } else if (store_.countOf(mix.recording) == 0) {
    store_.removeSound(mix.recording);
    battles_.remove(mix.recording);
    removeFiles(mix.recording);
  }
}

void Mixes::removeFiles(const std::string& recording) {
  std::error_code ignored;
  for (const std::string_view ending : kEndings) fs::remove(place(recording, ending), ignored);
}

// Runs again from the start when it was cut off: the files are named by the mix.
json Mixes::make(storage::JobContext& context) {
  const std::string id = context.job().payload.at("mix");
  const auto mix = store_.mix(id);
  if (!mix) return nullptr;  // removed while it waited
  if (!mix->recording.empty()) return {{"mixId", id}, {"recordingId", mix->recording}};
  context.progress(0, "plan");
  const MixRequest request = mixRequestFrom(mix->request);
  const PlannedMix planned = planRequest(shelf_, mixers_, request);
  // The same may have been asked for twice, and be there by now.
  if (const auto sound = store_.use(planned.key)) {
    store_.finish(id, sound->recording);
    return {{"mixId", id}, {"recordingId", sound->recording}};
  }
  play(*mix, request, planned, context);
  if (context.cancelled()) return nullptr;
  return {{"mixId", id}, {"recordingId", id}};
}

void Mixes::play(const storage::MixRow& mix, const MixRequest& request, const PlannedMix& planned,
                 storage::JobContext& context) {
  const Selection tracks = shelf_.open(planned.tracks);
  mixer::MixOptions options;
  options.id = mix.id;
  options.name = mixName(planned.plan, tracks.views);  // the mix's own is nobody else's business
  options.createdAt = utc(mix.createdAt);
  SoundFile file(place(mix.id, kSound), options.name, audio::kArchiveOpus);
  music::WaveformWriter waveform;
  mixer::QualityListener listener(planned.plan, tracks.views);
  double told = -1;
  const mixer::PlayedMix played =
      mixer::playMix(planned.plan, tracks.views, options, [&](const mixer::MixBlock& block) {
        file.push(block.master);
        waveform.push(block.master);
        listener.hear(block);
        if (block.progress - told > 0.005) context.progress(told = block.progress, "mix");
        return !context.cancelled();
      });
  if (context.cancelled()) return;
  context.progress(1, "store");
  file.finish();
  storage::writeFileAtomically(place(mix.id, kWaveform), waveform.finish());
  storage::writeFileAtomically(
      place(mix.id, kReport),
      mixer::toJson(listener.finish(played), planned.plan, tracks.views).dump());
  keep(mix, request, planned, played.log);
}

// Listed only when everything is on the disk.
void Mixes::keep(const storage::MixRow& mix, const MixRequest& request, const PlannedMix& planned,
                 const engine::BattleLog& log) {
  const std::string packed = storage::packLog(engine::formatLog(log));
  storage::writeFileAtomically(place(mix.id, kLog), packed);
  storage::writeFileAtomically(place(mix.id, kPlan),
                               json{{"plan", planJson(planned, request)}}.dump());
  storage::BattleRow row;
  row.id = mix.id;
  row.name = log.header.name;
  row.format = log.header.format;
  row.kind = "mix";
  row.state = "ended";
  row.visibility = "unlisted";
  row.creator = mix.owner;
  row.config = {{"ended", true}};
  row.players = json::array(
      {{{"seat", "A"}, {"playerId", planned.plan.model}, {"name", planned.plan.model}}});
  row.tracklist = storage::tracklist(log);
  row.createdAt = mix.createdAt;
  row.endedAt = storage::nowMs();
  row.frames = log.end->frame.index();
  row.hash = hex64(log.end->hash);
  row.dspRevision = log.header.dspRevision;
  row.logBytes = static_cast<std::int64_t>(packed.size());
  row.hasArchive = true;
  const auto bytes = static_cast<std::int64_t>(fs::file_size(place(mix.id, kSound)));
  {
    auto together = library_.database().session(storage::Database::Mode::kTransaction);
    if (!store_.finish(mix.id, mix.id)) return removeFiles(mix.id);  // removed meanwhile
    battles_.save(row);
    store_.save({mix.id, planned.key, log.end->frame.seconds(), bytes, storage::nowMs(),
                 alikeKey(library_, request)});
    together.commit();
  }
  makeRoom();
}

void Mixes::makeRoom() {
  while (store_.audioBytes() > limits_.keptBytes) {
    auto oldest = store_.oldestSound();
    if (!oldest) return;
    std::error_code ignored;
    fs::remove(place(oldest->recording, kSound), ignored);
    oldest->audioBytes = 0;
    store_.save(*oldest);
  }
}

}  // namespace dju::mixes
