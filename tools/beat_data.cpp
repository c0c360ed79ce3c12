// dju_beat_data: renders the music that the beat tracker learns from (docs/beat-tracker.md).
//   dju_beat_data modules LIST PACKAGES OUT.clips VARIANTS SEED   modules, varied
//   dju_beat_data export LIST PACKAGES DIR                        modules as they are, to listen to
//   dju_beat_data drums PACKAGES OUT.clips COUNT SEED             improvised grooves
//   dju_beat_data demo OUT.clips PER_GENRE SEED                   our demo tracks
//   dju_beat_data folder DIR OUT.clips                            NAME.flac|ogg|wav with NAME.beats
// PACKAGES: a folder with each Debian package unpacked below its name.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "corpus/drum_machine.h"
#include "corpus/module_list.h"
#include "corpus/module_source.h"
#include "corpus/piece_clip.h"
#include "corpus/wav_files.h"
#include "demo/demo_tracks.h"
#include "learning/data/feature_clips.h"

namespace {

namespace fs = std::filesystem;
using namespace dju::corpus;
using dju::Random;
using dju::learning::appendClip;
using dju::learning::FeatureClip;

void report(const FeatureClip& clip) {
  std::printf("%s: %zu frames, %zu beats\n", clip.name.c_str(), clip.frames(), clip.beats.size());
  std::fflush(stdout);
}

void keep(const fs::path& out, const Piece& piece) {
  if (piece.beats.size() < 16) return;
  const FeatureClip clip = clipOf(piece);
  appendClip(out, clip);
  report(clip);
}

double tempoOf(const Piece& piece) {
  const auto steps = static_cast<double>(piece.beats.size() - 1);
  return 60 * steps / (piece.beats.back() - piece.beats.front());
}

// Another tempo and pitch, some channels silent: one module becomes many pieces.
ModuleVariant varied(Random& random, double bpm) {
  ModuleVariant variant;
  do {
    variant.tempoFactor = std::exp(random.uniform(-0.25, 0.25));
  } while (bpm * variant.tempoFactor < 68 || bpm * variant.tempoFactor > 186);
  variant.pitchFactor = std::exp(random.uniform(-0.2, 0.2));
  variant.fromSeconds = random.uniform(0, 70);
  variant.seconds = 40;
  if (random.chance(0.5)) {
    for (int channel = 0; channel < 32; ++channel) {
      if (random.chance(0.25)) variant.mutedChannels |= 1U << channel;
    }
  }
  return variant;
}

void modules(const fs::path& list, const fs::path& packages, const fs::path& out, int variants,
             std::uint64_t seed) {
  Random random(seed);
  for (const ModuleEntry& entry : readModuleList(list)) {
    const fs::path file = packages / entry.package / entry.path;
    const Piece plain = pieceFromModule(renderModule(file, {.seconds = 30}), entry.rowsPerBeat);
    if (plain.beats.size() < 8) continue;
    for (int i = 0; i < variants; ++i) {
      const ModuleVariant variant = i == 0 ? ModuleVariant{} : varied(random, tempoOf(plain));
      Piece piece = pieceFromModule(renderModule(file, variant), entry.rowsPerBeat);
      piece.name = entry.name() + "-" + std::to_string(i);
      piece.group = entry.package;
      keep(out, piece);
    }
  }
}

void exportModules(const fs::path& list, const fs::path& packages, const fs::path& directory) {
  for (const ModuleEntry& entry : readModuleList(list)) {
    const Piece piece = pieceFromModule(
        renderModule(packages / entry.package / entry.path, {.seconds = 100}), entry.rowsPerBeat);
    if (piece.seconds() < 20) continue;
    writePiece(directory, entry.name(), piece);
    std::printf("%s\n", entry.name().c_str());
  }
}

void improvised(const fs::path& packages, const fs::path& out, int count, std::uint64_t seed) {
  const DrumSamples drums(packages);
  for (int i = 0; i < count; ++i)
    keep(out, improvise(drums, seed + static_cast<std::uint64_t>(i), 40));
}

void demoTracks(const fs::path& out, int perGenre, std::uint64_t seed) {
  dju::demo::DemoOptions options;
  options.seed = seed;
  options.seconds = 100;
  for (int g = 0; g < dju::demo::kGenreCount; ++g) {
    for (int i = 0; i < perGenre; ++i) {
      const auto recipe = drawRecipe(options, static_cast<dju::demo::Genre>(g), i);
      const dju::demo::Track track = synthesize(recipe);
      Piece piece;
      piece.name = recipe.familyId() + "-" + std::to_string(seed) + "-" + std::to_string(i);
      piece.group = recipe.familyId();
      for (std::size_t n = 0; n < track.audio.size(); ++n) {
        piece.samples.push_back(track.audio.left[n]);
        piece.samples.push_back(track.audio.right[n]);
      }
      for (std::size_t b = 0; b < track.truth.beats.size(); ++b) {
        const double time = track.truth.beats[b] / kPieceRate;
        piece.beats.push_back(time);
        if (b % 4 == 0) piece.downbeats.push_back(time);
      }
      keep(out, piece);
    }
  }
}

void folder(const fs::path& directory, const fs::path& out) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".beats") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& beats : files) {
    for (const char* type : {".flac", ".ogg", ".wav"}) {
      const fs::path sound = fs::path(beats).replace_extension(type);
      if (!fs::exists(sound)) continue;
      Piece piece;
      piece.samples = readStereo(sound);
      piece.beats = readTimes(beats);
      piece.downbeats = readTimes(fs::path(beats).replace_extension(".downbeats"));
      piece.name = beats.stem().string();
      piece.group = directory.stem().string();
      keep(out, piece);
      break;
    }
  }
}

int run(const std::vector<std::string>& a) {
  if (a.size() == 6 && a[0] == "modules") {
    modules(a[1], a[2], a[3], std::stoi(a[4]), std::stoull(a[5]));
  } else if (a.size() == 4 && a[0] == "export") {
    exportModules(a[1], a[2], a[3]);
  } else if (a.size() == 5 && a[0] == "drums") {
    improvised(a[1], a[2], std::stoi(a[3]), std::stoull(a[4]));
  } else if (a.size() == 4 && a[0] == "demo") {
    demoTracks(a[1], std::stoi(a[2]), std::stoull(a[3]));
  } else if (a.size() == 3 && a[0] == "folder") {
    folder(a[1], a[2]);
  } else {
    std::fprintf(stderr, "usage: see the first lines of beat_data.cpp\n");
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "dju_beat_data: %s\n", failure.what());
    return 1;
  }
}
