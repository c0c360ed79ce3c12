#include "key_pieces.h"

#include <fmt/format.h>

#include <fstream>
#include <type_traits>

#include "analysis/material.h"
#include "core/error.h"
#include "core/random.h"
#include "demo/recipe.h"
#include "music/beat_analysis.h"
#include "music/features.h"

namespace dju::tools {
namespace {

namespace fs = std::filesystem;

template <typename T>
const T& pick(Random& random, const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(random.below(static_cast<int>(choices.size())))];
}

void widen(demo::TrackRecipe& recipe) {
  Random random(Random(recipe.seed).fork(0x7769).next());
  const auto anyGenre = [&] { return static_cast<demo::Genre>(random.below(demo::kGenreCount)); };
  const auto newFamily = [&] { return demo::kFamiliesPerGenre + random.below(1000); };
  recipe.kit = demo::drawKit(recipe.genre, newFamily());
  const demo::Kit other = demo::drawKit(anyGenre(), newFamily());
  if (random.chance(0.5)) recipe.kit.chord = other.chord;
  if (random.chance(0.5)) recipe.kit.pad = other.pad;
  if (random.chance(0.5)) recipe.kit.lead = other.lead;
  if (random.chance(0.5)) recipe.kit.bassPattern = other.bassPattern;
  recipe.mode = random.chance(0.5) ? demo::Mode::kMinor : demo::Mode::kMajor;
  recipe.progression = pick(random, demo::genreSpec(anyGenre()).progressions);
  recipe.secondProgression = pick(random, demo::genreSpec(anyGenre()).progressions);
}

KeyPiece hear(const demo::TrackRecipe& recipe) {
  const bench::Piece sound = *bench::synthesisePiece(recipe);
  KeyPiece piece;
  piece.genre = static_cast<int>(recipe.genre);
  piece.key = *sound.truth.key;
  piece.frames = music::findPitchPeaks(sound.view());
  piece.grid = music::estimateBeats(sound.view()).grid;
  const music::FeatureTrack features =
      music::extractFeatures(sound.view(), music::standardDefinition(), {music::Feature::kLogMel});
  piece.phrases = music::findPhrases(features, piece.grid);
  return piece;
}

template <typename T>
void write(std::ostream& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
void writeAll(std::ostream& out, const std::vector<T>& values) {
  write(out, values.size());
  for (const T& value : values) write(out, value);
}

template <typename T>
void read(std::istream& in, T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  in.read(reinterpret_cast<char*>(&value), sizeof value);
}

template <typename T>
void readAll(std::istream& in, std::vector<T>& values) {
  std::size_t count = 0;
  read(in, count);
  values.resize(in ? count : 0);
  for (T& value : values) read(in, value);
}

void writePiece(std::ostream& out, const KeyPiece& piece) {
  write(out, piece.genre);
  write(out, piece.key);
  write(out, piece.grid);
  writeAll(out, piece.phrases);
  write(out, piece.frames.size());
  for (const music::PitchFrame& frame : piece.frames) {
    write(out, frame.seconds);
    writeAll(out, frame.peaks);
  }
}

KeyPiece readPiece(std::istream& in) {
  KeyPiece piece;
  read(in, piece.genre);
  read(in, piece.key);
  read(in, piece.grid);
  readAll(in, piece.phrases);
  std::size_t frames = 0;
  read(in, frames);
  piece.frames.resize(in ? frames : 0);
  for (music::PitchFrame& frame : piece.frames) {
    read(in, frame.seconds);
    readAll(in, frame.peaks);
  }
  return piece;
}

void make(const PieceSet& set, const fs::path& path) {
  demo::DemoOptions options;
  options.seed = set.seed;
  options.seconds = set.seconds;
  const fs::path part = path.string() + ".part";
  std::ofstream out(part, std::ios::binary);
  for (int i = 0; i < set.perGenre; ++i) {
    for (int genre = 0; genre < demo::kGenreCount; ++genre) {
      demo::TrackRecipe recipe = drawRecipe(options, static_cast<demo::Genre>(genre), i);
      if (set.variety == Variety::kWide) widen(recipe);
      writePiece(out, hear(recipe));
    }
    fmt::print(stderr, "{}: {} of {}\n", set.name, (i + 1) * demo::kGenreCount,
               set.perGenre * demo::kGenreCount);
  }
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, part.string() + ": cannot be written");
  fs::rename(part, path);
}

}  // namespace

std::vector<KeyPiece> piecesOf(const PieceSet& set, const fs::path& folder) {
  const fs::path path = folder / (set.name + ".tones");
  if (!fs::exists(path)) make(set, path);
  std::ifstream in(path, std::ios::binary);
  std::vector<KeyPiece> pieces;
  while (in.peek() != std::istream::traits_type::eof()) pieces.push_back(readPiece(in));
  return pieces;
}

}  // namespace dju::tools
