#include "mixes/previews.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <vector>

#include "audio/sha256.h"
#include "core/metrics.h"
#include "engine/battle.h"
#include "mixer/genome_json.h"
#include "mixer/play.h"
#include "mixes/sound_file.h"
#include "music/waveform.h"
#include "storage/blob_store.h"

namespace dju::mixes {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

using Quality = PreviewOrder::Quality;

constexpr audio::OpusOptions kLightOpus{64000, 5};
constexpr int kRetryMs = 1000;
constexpr std::string_view kPreviewJob = "preview";
constexpr std::size_t kMostWaiting = 16;  // of a guest
constexpr int kFullPriority = -1;         // somebody hears the light one meanwhile
constexpr std::string_view kSound = ".opus", kWaveform = ".waveform", kAbout = ".json";

metrics::Counter& asked(const char* outcome) {
  return metrics::registry().counter("dju_preview_cache_total",
                                     "Previews asked for, by whether they were there already",
                                     {{"outcome", outcome}});
}

// The two turns around a transition as a plan of their own.
PlannedMix around(const PlannedMix& whole, std::size_t transition) {
  PlannedMix part;
  part.plan.model = whole.plan.model;
  part.plan.parameters = whole.plan.parameters;
  part.plan.transitions = {whole.plan.transitions[transition]};
  for (const std::size_t i : {transition, transition + 1}) {
    const mixer::Turn& turn = whole.plan.turns[i];
    part.plan.turns.push_back({part.tracks.records.size(), turn.trimDb});
    part.tracks.records.push_back(whole.tracks.records[turn.track]);
    part.tracks.analysisHashes.push_back(whole.tracks.analysisHashes[turn.track]);
    part.tracks.views.push_back(whole.tracks.views[turn.track]);
  }
  return part;
}

const char* nameOf(Quality quality) {
  return quality == Quality::kFull ? "full" : "light";
}

// Of what is heard, whatever the rest of the mix is.
std::string keyOf(const PlannedMix& part, double seconds, Quality quality) {
  const mixer::Transition& transition = part.plan.transitions.front();
  json tracks = json::array();
  for (std::size_t i = 0; i < part.plan.turns.size(); ++i)
    tracks.push_back(
        {part.tracks.records[i]->id, part.tracks.analysisHashes[i], part.plan.turns[i].trimDb});
  const json text = {{"dsp", engine::kDspRevision},
                     {"seconds", seconds},
                     {"quality", nameOf(quality)},
                     {"tracks", tracks},
                     {"genome", mixer::toJson(transition.genome)},
                     {"places", {transition.exitBeat, transition.entryBeat}},
                     {"tempo",
                      {static_cast<int>(transition.tempoPath), transition.startPercent,
                       transition.endPercent, transition.tempoMultiple}}};
  return sha256Hex(text.dump());
}

json about(const std::string& key, const PlannedMix& part, double seconds, Quality quality) {
  const auto bars = mixer::estimateTimes(part.plan, part.tracks.views).transitions.front();
  const double length = bars.end - bars.start;
  const std::string url = "/api/v1/mixes/previews/" + key;
  const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
  return {{"url", url + std::string(kSound)},
          {"waveformUrl", url + std::string(kWaveform)},
          {"quality", nameOf(quality)},
          {"seconds", seconds},
          {"startSeconds", rounded((seconds - length) / 2)},
          {"endSeconds", rounded((seconds + length) / 2)}};
}

}  // namespace

Previews::Previews(storage::Library& library, storage::JobQueue& jobs, Shelf& shelf,
                   const Mixers& mixers, std::int64_t keptBytes)
    : folder_(library.folder() / "previews"),
      jobs_(jobs),
      shelf_(shelf),
      mixers_(mixers),
      keptBytes_(keptBytes) {
  fs::create_directories(folder_);
  SoundFile::removeLeftOvers(folder_);
  // All figures are there from the start.
  for (const char* outcome : {"hit", "miss", "shared"}) asked(outcome);
  storage::JobOptions options;
  options.lane = storage::JobLane::kQuick;
  options.retryMs = kRetryMs;
  jobs_.handle(
      std::string(kPreviewJob), [this](storage::JobContext& context) { return make(context); },
      options);
}

// The last file that a preview writes tells that the others are there.
std::optional<json> Previews::find(const std::string& key) const {
  const fs::path file = folder_ / (key + std::string(kAbout));
  std::ifstream in(file);
  if (!in) return {};
  std::error_code ignored;
  fs::last_write_time(folder_ / (key + std::string(kSound)), fs::file_time_type::clock::now(),
                      ignored);
  const json found = json::parse(in, nullptr, false);
  if (found.is_discarded()) return {};
  return found;
}

json Previews::order(const PreviewOrder& order, const std::string& owner) {
  const PlannedMix part = around(planRequest(shelf_, mixers_, order.mix), order.transition);
  const std::string key = keyOf(part, order.seconds, order.quality);
  if (auto found = find(key)) {
    asked("hit").add();
    return {{"preview", std::move(*found)}};
  }
  const std::lock_guard lock(mutex_);
  if (const auto same = making_.find(key); same != making_.end() && isUnderWay(same->second)) {
    asked("shared").add();
    return {{"job", storage::toJson(jobs_.get(same->second).valueOrThrow())}};
  }
  asked("miss").add();
  std::vector<std::string>& waiting = waitingOf_[owner];
  std::erase_if(waiting, [this](const std::string& job) { return !isUnderWay(job); });
  if (waiting.size() >= kMostWaiting)
    throw Error(ErrorCode::kTooMany,
                fmt::format("{} of your previews are being made; wait for one", kMostWaiting));
  const json payload = {{"mix", toJson(order.mix)},
                        {"transition", order.transition},
                        {"seconds", order.seconds},
                        {"full", order.quality == Quality::kFull}};
  const int priority = order.quality == Quality::kFull ? kFullPriority : 0;
  const auto job = jobs_.submit(std::string(kPreviewJob), payload, {}, priority).valueOrThrow();
  // What has ended is of no use here, and there may be as many as there are guests.
  std::erase_if(making_, [this](const auto& entry) { return !isUnderWay(entry.second); });
  std::erase_if(waitingOf_, [this, &owner](auto& entry) {
    return entry.first != owner && std::none_of(entry.second.begin(), entry.second.end(),
                                                [this](const auto& id) { return isUnderWay(id); });
  });
  making_[key] = job.id;
  waiting.push_back(job.id);
  return {{"job", storage::toJson(job)}};
}

bool Previews::isUnderWay(const std::string& job) {
  const auto found = jobs_.get(job);
  return found && !storage::hasEnded(found->state);
}

fs::path Previews::file(std::string_view name) const {
  for (const std::string_view ending : {kSound, kWaveform}) {
    if (name.ends_with(ending) && isSha256Hex(name.substr(0, name.size() - ending.size())) &&
        fs::exists(folder_ / name))
      return folder_ / name;
  }
  throw Error(ErrorCode::kNotFound,
              fmt::format("preview {}: it is not there any more; ask with POST "
                          "/api/v1/mixes/preview",
                          name.substr(0, 80)));
}

json Previews::make(storage::JobContext& context) {
  context.progress(0, "plan");
  const json& payload = context.job().payload;
  const MixRequest request = mixRequestFrom(payload.at("mix"));
  const double seconds = payload.at("seconds");
  PlannedMix part = around(planRequest(shelf_, mixers_, request), payload.at("transition"));
  const Quality quality = payload.value("full", false) ? Quality::kFull : Quality::kLight;
  const std::string key = keyOf(part, seconds, quality);
  if (auto found = find(key)) return *found;
  part.tracks = shelf_.open(part.tracks);
  mixer::MixOptions options;
  options.name = mixName(part.plan, part.tracks.views);
  options.preview = {0, seconds};
  SoundFile file(folder_ / (key + std::string(kSound)), options.name,
                 quality == Quality::kFull ? audio::kArchiveOpus : kLightOpus);
  music::WaveformWriter waveform;
  double told = -1;
  mixer::playMix(part.plan, part.tracks.views, options, [&](const mixer::MixBlock& block) {
    if (block.wanted) {
      file.push(block.master);
      waveform.push(block.master);
    }
    if (block.progress - told > 0.05) context.progress(told = block.progress, "mix");
    return !context.cancelled();
  });
  if (context.cancelled()) return nullptr;
  file.finish();
  storage::writeFileAtomically(folder_ / (key + std::string(kWaveform)), waveform.finish());
  json result = about(key, part, seconds, quality);
  storage::writeFileAtomically(folder_ / (key + std::string(kAbout)), result.dump());
  makeRoom();
  return result;
}

void Previews::makeRoom() {
  struct Kept {
    fs::file_time_type used;
    fs::path file;
    std::int64_t bytes;
  };
  std::vector<Kept> kept;
  std::int64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    if (entry.path().extension() != kSound) continue;
    kept.push_back(
        {entry.last_write_time(), entry.path(), static_cast<std::int64_t>(entry.file_size())});
    bytes += kept.back().bytes;
  }
  std::sort(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
  for (const Kept& oldest : kept) {
    if (bytes <= keptBytes_) return;
    bytes -= oldest.bytes;
    std::error_code ignored;
    for (const std::string_view ending : {kAbout, kSound, kWaveform})
      fs::remove(fs::path(oldest.file).replace_extension(ending), ignored);
  }
}

}  // namespace dju::mixes
