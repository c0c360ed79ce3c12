#include "server/arena/clip_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arena/evolution/traits.h"
#include "audio/sha256.h"
#include "core/log.h"
#include "judge/transitions.h"
#include "mixer/play.h"
#include "mixes/plans.h"
#include "mixes/sound_file.h"
#include "music/live_loudness.h"
#include "server/battle/log_file.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr int kBitrate = 128000;
constexpr double kMostPeak = 0.89;  // full scale, -1 dB
constexpr double kFadeSeconds = 0.5;
constexpr double kSilence = -70;  // LUFS

json toJson(const ClipOrder& order) {
  return {{"tournament", order.tournament},
          {"contestant", order.contestant},
          {"set", order.set},
          {"tracks", order.tracks},
          {"seconds", order.seconds},
          {"kind", order.who.kind},
          {"model", order.who.model},
          {"preset", order.who.preset},
          {"parameters", order.who.parameters},
          {"recordings", order.who.recordings}};
}

ClipOrder orderFrom(const json& payload) {
  ClipOrder order;
  order.tournament = payload.at("tournament");
  order.contestant = payload.at("contestant");
  order.set = payload.at("set");
  payload.at("tracks").get_to(order.tracks);
  order.seconds = payload.at("seconds");
  order.who.kind = payload.at("kind");
  order.who.model = payload.at("model");
  order.who.preset = payload.at("preset");
  order.who.parameters = payload.at("parameters");
  payload.at("recordings").get_to(order.who.recordings);
  return order;
}

std::size_t samplesIn(double seconds) {
  return 2 * static_cast<std::size_t>(std::llround(seconds * kSampleRate));
}

// Exactly as long as the others, without a click at either end.
void trim(std::vector<float>& samples, double seconds) {
  samples.resize(samplesIn(seconds), 0.0F);
  const std::size_t fade = samplesIn(kFadeSeconds);
  for (std::size_t i = 0; i < fade && i < samples.size(); ++i) {
    const float gain = static_cast<float>(i) / static_cast<float>(fade);
    samples[i] *= gain;
    samples[samples.size() - 1 - i] *= gain;
  }
}

// dB that were put on it.
double level(std::vector<float>& samples, double lufs) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  const double room = peak > 0 ? 20 * std::log10(kMostPeak / peak) : 0;
  const double gainDb = std::min(kClipLufs - lufs, room);
  const auto gain = static_cast<float>(std::pow(10.0, gainDb / 20));
  for (float& sample : samples) sample *= gain;
  return gainDb;
}

double loudnessOf(const std::vector<float>& samples) {
  music::LiveLoudness meter;
  meter.push(samples);
  return meter.integrated();
}

}  // namespace

struct ClipMaker::Sound {
  std::vector<float> samples;  // 48 kHz, stereo, interleaved
  std::string key;             // of all that it depends on
  std::string genre;
  std::vector<double> traits;  // ArenaClip
};

ClipMaker::ClipMaker(std::filesystem::path folder, const Parts& parts, Made made)
    : folder_(std::move(folder)), parts_(parts), made_(std::move(made)) {
  std::filesystem::create_directories(folder_);
  parts_.jobs.handle("arena-clip", [this](storage::JobContext& context) { return make(context); });
}

std::string ClipMaker::order(const ClipOrder& order, std::string_view player) {
  return parts_.jobs.submit("arena-clip", toJson(order), player).valueOrThrow().id;
}

json ClipMaker::make(storage::JobContext& context) {
  const ClipOrder order = orderFrom(context.job().payload);
  storage::ArenaClip clip;
  try {
    clip = clipOf(order, context);
  } catch (const std::exception& error) {
    // The contestant has no mix of these two; who meets it goes on (docs/arena.md).
    clip.contestant = order.contestant;
    clip.set = order.set;
    clip.state = "failed";
    clip.error = error.what();
  }
  if (context.cancelled()) return nullptr;
  clip.job = context.job().id;
  parts_.store.save(order.tournament, clip);
  made_(order.tournament, clip);
  if (clip.state == "failed") throw Error(ErrorCode::kInvalid, clip.error);
  return {{"ready", true}};
}

storage::ArenaClip ClipMaker::clipOf(const ClipOrder& order, storage::JobContext& context) {
  Sound sound =
      order.who.kind == "person" ? personSound(order, context) : mixerSound(order, context);
  if (context.cancelled()) return {};
  trim(sound.samples, order.seconds);
  const double lufs = loudnessOf(sound.samples);
  if (lufs <= kSilence) throw Error(ErrorCode::kInvalid, "nothing is heard in this mix");
  storage::ArenaClip clip;
  clip.contestant = order.contestant;
  clip.set = order.set;
  clip.gainDb = level(sound.samples, lufs);
  clip.lufs = loudnessOf(sound.samples);
  clip.seconds = order.seconds;
  clip.genre = sound.genre;
  clip.traits = sound.traits;
  clip.key = sha256Hex(fmt::format("{} {} {}", sound.key, order.seconds, kClipLufs));
  clip.state = "ready";
  if (std::filesystem::exists(file(clip.key))) return clip;
  mixes::SoundFile out(file(clip.key), "Mix", {kBitrate});
  out.push(sound.samples);
  out.finish();
  return clip;
}

ClipMaker::Sound ClipMaker::mixerSound(const ClipOrder& order, storage::JobContext& context) {
  json asked = {{"tracks", {order.tracks.first, order.tracks.second}},
                {"model", order.who.model},
                {"parameters", order.who.parameters}};
  if (!order.who.preset.empty()) asked["preset"] = order.who.preset;
  asked["parameters"]["order"] = "given";
  mixes::PlannedMix planned =
      mixes::planRequest(parts_.shelf, parts_.mixers, mixes::mixRequestFrom(asked));
  Sound sound;
  sound.key = planned.key;
  sound.genre = planned.tracks.views.front().genre();
  const arena::Traits traits = arena::traitsOf(planned.plan.transitions.front(),
                                               planned.tracks.views[0], planned.tracks.views[1]);
  sound.traits.assign(traits.begin(), traits.end());
  planned.tracks = parts_.shelf.open(planned.tracks);
  mixer::MixOptions options;
  options.preview = {0, order.seconds};
  double told = 0;
  mixer::playMix(planned.plan, planned.tracks.views, options, [&](const mixer::MixBlock& block) {
    if (block.wanted)
      sound.samples.insert(sound.samples.end(), block.master.begin(), block.master.end());
    if (block.progress - told > 0.05) context.progress(told = block.progress, "mix");
    return !context.cancelled();
  });
  return sound;
}

std::optional<Frame> ClipMaker::transitionIn(const engine::BattleLog& log, const LogTracks& sound,
                                             const ClipOrder& order, storage::JobContext& context) {
  std::vector<judge::JudgedTrack> tracks;
  for (const engine::LogTrack& track : log.tracks) {
    const auto info = parts_.library.analysis(track.analysisHash);
    tracks.push_back(judge::judgedTrack(track, info ? &info.value() : nullptr));
  }
  const auto performance =
      judge::readPerformance(log, sound.tracks, std::move(tracks),
                             [&](FrameCount, const engine::Outputs&, const engine::Telemetry&) {
                               return !context.cancelled();
                             })
          .valueOrThrow();
  for (const judge::Transition& passed : judge::transitionsOf(performance)) {
    if (passed.fromTrack < log.tracks.size() && passed.toTrack < log.tracks.size() &&
        log.tracks[passed.fromTrack].id == order.tracks.first &&
        log.tracks[passed.toTrack].id == order.tracks.second)
      return Frame((passed.start.index() + passed.end.index()) / 2);
  }
  return {};
}

ClipMaker::Sound ClipMaker::personSound(const ClipOrder& order, storage::JobContext& context) {
  for (const std::string& id : order.who.recordings) {
    parts_.recordings.check(id);
    const engine::BattleLog log = readLogFile(parts_.recordings.logFile(id)).valueOrThrow();
    const LogTracks tracks = loadLogTracks(log, parts_.library, parts_.cache);
    context.progress(0.1, "find");
    const std::optional<Frame> middle = transitionIn(log, tracks, order, context);
    if (context.cancelled()) return {};
    if (!middle) continue;
    const auto half = static_cast<FrameCount>(order.seconds / 2 * kSampleRate);
    const Frame begin(std::max<std::int64_t>(0, middle->index() - half));
    const Frame end = begin + 2 * half;
    Sound sound;
    sound.key = fmt::format("{} {}", id, begin.index());
    if (const auto track = parts_.library.track(order.tracks.first))
      sound.genre = track->foundGenre;
    context.progress(0.5, "render");
    engine::renderLog(
        log, tracks.tracks, {},
        [&](FrameCount frames, const engine::Outputs& outputs, const engine::Telemetry& telemetry) {
          if (telemetry.frame >= begin)
            sound.samples.insert(sound.samples.end(), outputs.master, outputs.master + 2 * frames);
          return telemetry.frame < end && !context.cancelled();
        });
    return sound;
  }
  throw Error(ErrorCode::kInvalid,
              fmt::format("none of the recordings passes from track {} to track {}",
                          order.tracks.first.substr(0, 12), order.tracks.second.substr(0, 12)));
}

}  // namespace dju::server
