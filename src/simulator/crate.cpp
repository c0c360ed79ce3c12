#include "simulator/crate.h"

#include <algorithm>
#include <cmath>

#include "audio/pcm_file.h"
#include "audio/sha256.h"
#include "core/error.h"
#include "core/random.h"
#include "demo/demo_tracks.h"
#include "music/energy.h"
#include "music/features.h"
#include "music/loudness.h"

namespace dju::simulator {
namespace {

using Samples = std::vector<std::int16_t>;

std::shared_ptr<const Samples> toPcm(const demo::Sample& audio) {
  auto pcm = std::make_shared<Samples>(2 * audio.size());
  const auto rounded = [](float value) {
    return static_cast<std::int16_t>(
        std::clamp(std::floor(value * 32767 + 0.5F), -32768.F, 32767.F));
  };
  for (std::size_t i = 0; i < audio.size(); ++i) {
    (*pcm)[2 * i] = rounded(audio.left[i]);
    (*pcm)[2 * i + 1] = rounded(audio.right[i]);
  }
  return pcm;
}

std::string phraseLabel(demo::SectionKind kind) {
  return std::string(demo::sectionName(kind));
}

music::TrackInfo infoOf(const demo::TrackRecipe& recipe, const demo::Score& score,
                        const audio::PcmView& pcm) {
  music::TrackInfo info;
  info.frames = pcm.frames;
  info.grid = {static_cast<double>(recipe.anchorFrame), recipe.framesPerBeat(), 0, {}};
  info.gridConfidence = 1;
  info.given = true;
  info.key.name = recipe.keyName();
  info.key.confidence = 1;
  info.loudness = music::measureLoudness(pcm);
  const auto features =
      music::extractFeatures(pcm, music::standardDefinition(), {music::Feature::kLogMel});
  info.energy = music::energyCurve(features);
  for (const demo::Section& section : score.sections) {
    const auto seconds = [&](int bar) { return info.grid.frameAt(4.0 * bar) / kSampleRate; };
    info.phrases.push_back({seconds(section.startBar), seconds(section.startBar + section.bars),
                            section.bars, phraseLabel(section.kind)});
  }
  info.genres = {{std::string(demo::genreSpec(recipe.genre).id), 1}};
  return info;
}

}  // namespace

demo::TrackRecipe familyRecipe(std::uint64_t seed, demo::Genre genre, int family, int index,
                               double seconds) {
  demo::DemoOptions options;
  options.seed = Random(seed).fork(static_cast<std::uint64_t>(family) + 1).next();
  options.seconds = seconds;
  demo::TrackRecipe recipe = demo::drawRecipe(options, genre, index);
  recipe.family = family;
  recipe.kit = demo::drawKit(genre, family);
  return recipe;
}

CrateTrack synthesizeCrateTrack(const demo::TrackRecipe& recipe) {
  const demo::Track music = demo::synthesize(recipe);
  const auto samples = toPcm(music.audio);
  const audio::PcmView pcm{samples->data(), static_cast<std::int64_t>(samples->size() / 2),
                           audio::kUnityScale};
  CrateTrack track;
  track.id = sha256Hex({reinterpret_cast<const char*>(samples->data()), 2 * samples->size()});
  track.family = recipe.familyId();
  track.genre = demo::genreSpec(recipe.genre).id;
  track.title = recipe.title;
  track.artist = "DJ Universe";
  track.license = "CC0-1.0";
  track.info = infoOf(recipe, music.truth, pcm);
  track.info.pcmHash = track.id;
  track.loaded = crate::loadedTrack(track.info, pcm);
  track.memory = samples;
  return track;
}

CrateTrack readCrateTrack(const std::filesystem::path& file, const std::filesystem::path& cache) {
  CrateTrack track{crate::readRecord(file, cache), {}, {}, "unknown"};
  track.family = track.id;
  if (!track.info.grid.valid()) {
    throw Error(ErrorCode::kUnsupported,
                file.string() + ": no steady beat was found; leave it out of the folder");
  }
  if (!track.info.genres.empty()) track.genre = track.info.genres.front().name;
  return track;
}

}  // namespace dju::simulator
