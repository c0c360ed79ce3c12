#include "demo/demo_tracks.h"

#include <sndfile.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/random.h"
#include "core/time.h"
#include "demo/mastering.h"
#include "demo/renderer.h"

namespace dju::demo {
namespace {

namespace fs = std::filesystem;

constexpr double kCeilingDb = -1.4;  // leaves room for what dither and lossy encoders add

double secondsOf(double frames) {
  return frames / kSampleRate;
}

std::string fileStem(const TrackRecipe& recipe, std::uint64_t seed, int index) {
  return std::string(genreSpec(recipe.genre).id) + "-" + std::to_string(seed) + "-" +
         std::to_string(index + 1);
}

nlohmann::json sidecarOf(const TrackRecipe& recipe, const Score& truth) {
  nlohmann::json json;
  json["version"] = 1;
  json["bpm"] = recipe.bpm;
  json["anchorSeconds"] = secondsOf(static_cast<double>(recipe.anchorFrame));
  json["key"] = recipe.keyName();
  json["camelot"] = recipe.camelot();
  json["genre"] = genreSpec(recipe.genre).id;
  json["family"] = recipe.familyId();
  json["title"] = recipe.title;
  json["swing"] = recipe.swing;
  json["humanizeMs"] = recipe.humanizeMs;
  json["fills"] = recipe.fills;
  json["sampleRate"] = kSampleRate;
  json["frames"] = truth.frames;
  auto& beats = json["beats"] = nlohmann::json::array();
  auto& downbeats = json["downbeats"] = nlohmann::json::array();
  for (std::size_t i = 0; i < truth.beats.size(); ++i) {
    beats.push_back(secondsOf(truth.beats[i]));
    if (i % 4 == 0) downbeats.push_back(secondsOf(truth.beats[i]));
  }
  auto& sections = json["sections"] = nlohmann::json::array();
  for (const Section& section : truth.sections) {
    const auto begin = static_cast<std::size_t>(section.startBar) * 4;
    sections.push_back({{"name", sectionName(section.kind)},
                        {"startSeconds", secondsOf(truth.beats[begin])},
                        {"startBar", section.startBar},
                        {"bars", section.bars}});
  }
  auto& kicks = json["kicks"] = nlohmann::json::array();
  for (const Hit& hit : truth.hits) {
    if (hit.drum == Drum::kKick) kicks.push_back(secondsOf(static_cast<double>(hit.frame)));
  }
  return json;
}

void writeText(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    throw Error(ErrorCode::kUnavailable,
                path.string() + ": cannot be written; is the disk full or the folder read-only?");
  }
}

void setTags(SNDFILE* file, const TrackRecipe& recipe) {
  const GenreSpec& spec = genreSpec(recipe.genre);
  sf_set_string(file, SF_STR_TITLE, recipe.title.c_str());
  sf_set_string(file, SF_STR_ARTIST, "DJ Universe");
  sf_set_string(file, SF_STR_ALBUM, "Demo tracks");
  sf_set_string(file, SF_STR_GENRE, std::string(spec.name).c_str());
  sf_set_string(file, SF_STR_LICENSE, "CC0-1.0");
  const std::string comment = "synthesised, family " + recipe.familyId() + ", " + recipe.keyName() +
                              " (" + recipe.camelot() + ")";
  sf_set_string(file, SF_STR_COMMENT, comment.c_str());
}

// 16 bits with triangular dither drawn from the track's seed, so that it repeats too.
void writeFlac(const fs::path& path, const TrackRecipe& recipe, const Sample& audio) {
  SF_INFO info{};
  info.samplerate = kSampleRate;
  info.channels = 2;
  info.format = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_WRITE, &info),
                                                         &sf_close);
  if (!file) {
    throw Error(ErrorCode::kUnavailable,
                path.string() + ": cannot be opened for writing: " + sf_strerror(nullptr));
  }
  setTags(file.get(), recipe);
  Random dither = Random(recipe.seed).fork(99);
  std::vector<short> block;
  constexpr std::size_t kFrames = 16384;
  for (std::size_t from = 0; from < audio.size(); from += kFrames) {
    const std::size_t frames = std::min(kFrames, audio.size() - from);
    block.resize(2 * frames);
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto& side = i % 2 == 0 ? audio.left : audio.right;
      const double noise = dither.uniform() - dither.uniform();
      const double value = static_cast<double>(side[from + i / 2]) * 32767 + noise;
      block[i] = static_cast<short>(std::clamp(std::floor(value + 0.5), -32768.0, 32767.0));
    }
    const auto count = static_cast<sf_count_t>(frames);
    if (sf_writef_short(file.get(), block.data(), count) != count) {
      throw Error(ErrorCode::kUnavailable,
                  path.string() + ": writing stopped: " + sf_strerror(file.get()));
    }
  }
}

WrittenTrack writeTrack(const fs::path& directory, const std::string& stem,
                        const TrackRecipe& recipe) {
  const Track track = synthesize(recipe);
  WrittenTrack written{directory / (stem + ".flac"), directory / (stem + ".beats.json")};
  const fs::path part = directory / (stem + ".flac.part");
  writeFlac(part, recipe, track.audio);
  fs::rename(part, written.audio);
  writeText(written.sidecar, sidecarOf(recipe, track.truth).dump(1) + "\n");
  return written;
}

}  // namespace

Track synthesize(const TrackRecipe& recipe) {
  Track track;
  track.truth = arrange(recipe);
  track.audio = renderScore(recipe, track.truth);
  master(track.audio, genreSpec(recipe.genre).loudness, kCeilingDb);
  return track;
}

std::vector<WrittenTrack> writeDemoTracks(const fs::path& directory, const DemoOptions& options,
                                          const Progress& progress) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  if (failure) {
    throw Error(ErrorCode::kUnavailable,
                directory.string() + ": cannot be created: " + failure.message());
  }
  std::vector<Genre> genres = options.genres;
  for (int i = 0; options.genres.empty() && i < kGenreCount; ++i) {
    genres.push_back(static_cast<Genre>(i));
  }
  const int count = static_cast<int>(genres.size()) * options.perGenre;
  std::vector<WrittenTrack> written;
  for (const Genre genre : genres) {
    for (int i = 0; i < options.perGenre; ++i) {
      const TrackRecipe recipe = drawRecipe(options, genre, i);
      if (progress) progress(static_cast<int>(written.size()), count, recipe);
      written.push_back(writeTrack(directory, fileStem(recipe, options.seed, i), recipe));
    }
  }
  return written;
}

}  // namespace dju::demo
