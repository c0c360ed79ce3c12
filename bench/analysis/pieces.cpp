#include "analysis/pieces.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>

#include "analysis/systems.h"
#include "audio/decode.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

std::vector<double> readTimes(const fs::path& path) {
  std::vector<double> times;
  std::ifstream file(path);
  for (double time = 0; file >> time;) times.push_back(time);
  return times;
}

double numberOf(const Row& row, const std::string& column) {
  const auto cell = row.find(column);
  if (cell == row.end()) return 0;
  double value = 0;
  std::from_chars(cell->second.data(), cell->second.data() + cell->second.size(), value);
  return value;
}

// The index by file name; empty where there is none.
std::map<std::string, Row> readIndex(const fs::path& path) {
  std::map<std::string, Row> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = splitCsv(line);
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = splitCsv(line);
    Row row;
    for (std::size_t i = 0; i < std::min(names.size(), cells.size()); ++i) row[names[i]] = cells[i];
    rows[row["file"]] = row;
  }
  return rows;
}

Truth truthOf(const fs::path& file, const Row& row) {
  Truth truth;
  truth.beats = readTimes(fs::path(file).replace_extension(".beats"));
  truth.downbeats = readTimes(fs::path(file).replace_extension(".downbeats"));
  const auto changes = row.find("tempo_changes");
  const bool constant = changes == row.end() || changes->second.empty();
  truth.bpm = constant ? numberOf(row, "bpm") : 0;
  if (truth.bpm <= 0) truth.bpm = tempoOfBeats(truth.beats);
  truth.bpmAlternative = numberOf(row, "bpm_alt");
  const auto key = row.find("key");
  if (key != row.end()) truth.key = keyOf(key->second);
  return truth;
}

Piece readPiece(const fs::path& file, const Row& row, const fs::path& worker,
                const fs::path& scratch) {
  const fs::path pcmPath = scratch / "piece.pcm";
  audio::Decoder({worker, {}}).decode(file, pcmPath).valueOrThrow();
  const audio::PcmFile pcm = audio::PcmFile::open(pcmPath).valueOrThrow();
  Piece piece;
  piece.name = file.stem().string();
  piece.scale = pcm.view().scale;
  piece.samples.assign(pcm.view().samples, pcm.view().samples + 2 * pcm.view().frames);
  piece.truth = truthOf(file, row);
  return piece;
}

std::vector<demo::TrackRecipe> recipes(std::uint64_t seed, int perGenre) {
  demo::DemoOptions options;
  options.seed = seed;
  std::vector<demo::TrackRecipe> all;
  for (int genre = 0; genre < demo::kGenreCount; ++genre) {
    for (int i = 0; i < perGenre; ++i) {
      all.push_back(demo::drawRecipe(options, static_cast<demo::Genre>(genre), i));
    }
  }
  return all;
}

}  // namespace

std::vector<std::string> splitCsv(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

std::vector<Source> realPieces(const fs::path& folder, const fs::path& worker,
                               const fs::path& scratch) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".ogg" &&
        fs::exists(fs::path(entry.path()).replace_extension(".beats"))) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  const auto index = readIndex(folder / "index.csv");
  std::vector<Source> sources;
  for (const fs::path& file : files) {
    const auto row = index.find(file.filename().string());
    sources.push_back(
        {"dev", [file, worker, scratch, row = row == index.end() ? Row{} : row->second] {
           return readPiece(file, row, worker, scratch);
         }});
  }
  return sources;
}

std::vector<Source> synthesisedPieces(std::uint64_t seed, int perGenre) {
  std::vector<Source> sources;
  for (const demo::TrackRecipe& recipe : recipes(seed, perGenre)) {
    sources.push_back({"synth", [recipe] { return synthesisePiece(recipe); }});
  }
  return sources;
}

std::vector<Source> voicedPieces(std::uint64_t seed) {
  std::vector<Source> sources;
  int index = 0;
  for (const demo::TrackRecipe& recipe : recipes(seed + 1000, 1)) {
    const Voice voice = index++ % 2 == 0 ? Voice::kSung : Voice::kSpoken;
    sources.push_back({"voices", [recipe, voice] { return synthesisePiece(recipe, voice); }});
  }
  return sources;
}

}  // namespace dju::bench
