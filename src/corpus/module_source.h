// Tracker modules as music with exact beats: a module says on which row each note sounds, so
// rendering it by libopenmpt and noting when each row begins gives beats without listening.
//
// Callers: the data recipe. Any thread; a minute of music takes about a second.
#pragma once

#include <filesystem>
#include <vector>

#include "corpus/piece.h"

namespace dju::corpus {

struct ModuleRow {
  double seconds;  // when its first sample sounds, within 16 samples
  int order;       // place in the song's list of patterns
  int row;         // in the pattern
};

struct ModuleVariant {
  double tempoFactor = 1;  // 1.1 plays a tenth faster at the same pitch
  double pitchFactor = 1;
  double fromSeconds = 0;  // of the song at its own tempo
  double seconds = 60;
  unsigned mutedChannels = 0;  // bit i silences channel i, up to 32
};

struct ModuleRender {
  std::vector<float> samples;  // interleaved, 48 kHz
  std::vector<ModuleRow> rows;
  int channels = 0;
};

// Stops where the song ends. Throws Error when the file is no module.
ModuleRender renderModule(const std::filesystem::path& file, const ModuleVariant& variant);

// Beats are the rows divisible by rowsPerBeat, bars four of them, both counted from each pattern's
// first row. Beats closer than 0.2 s to the one before (a pattern broken off) are left out.
Piece pieceFromModule(const ModuleRender& render, int rowsPerBeat);

}  // namespace dju::corpus
