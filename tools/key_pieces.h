// Synthesised tracks in known keys, heard as far as the key estimator hears them before it knows
// what to look for: tones, beats, phrases. What dju_train_key fits and measures on. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/beat_grid.h"
#include "music/key.h"
#include "music/pitch_peaks.h"
#include "music/structure.h"

namespace dju::tools {

struct KeyPiece {
  int genre = 0;
  music::Key key;
  std::vector<music::PitchFrame> frames;
  BeatGrid grid;
  std::vector<music::Phrase> phrases;
};

enum class Variety {
  kGenerator,  // as `dju demo-tracks` draws them
  // Sounds and chords mixed across genres, families of sounds that no demo track has, and as many
  // tracks in major as in minor keys.
  kWide,
};

struct PieceSet {
  std::string name;
  std::uint64_t seed = 0;
  int perGenre = 1;
  double seconds = 60;
  Variety variety = Variety::kGenerator;
};

// Kept in FOLDER/NAME.tones and read from there when it is there. Throws Error when the file cannot
// be written.
std::vector<KeyPiece> piecesOf(const PieceSet& set, const std::filesystem::path& folder);

}  // namespace dju::tools
