#include "mixing/people_records.h"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace dju::bench {
namespace {

using arena::TrueRecord;

std::vector<double> readTimes(const std::filesystem::path& path) {
  std::vector<double> times;
  std::ifstream file(path);
  for (double time = 0; file >> time;) times.push_back(time);
  return times;
}

// Through the beats as they are listed, as many of them as a grid can hold.
BeatGrid gridThrough(std::vector<double> beats, double firstDownbeat) {
  while (!beats.empty() && beats.front() < firstDownbeat - 1e-4) beats.erase(beats.begin());
  if (beats.size() < 9) return {};
  const std::size_t step = 4 * ((beats.size() - 1) / (4 * BeatGrid::kMaxChanges) + 1);
  const auto frame = [&](std::size_t i) { return beats[i] * kSampleRate; };
  const auto spacing = [&](std::size_t i) {
    const std::size_t end = std::min(i + step, beats.size() - 1);
    return (frame(end) - frame(i)) / static_cast<double>(end - i);
  };
  BeatGrid grid{frame(0), spacing(0), 0, {}};
  for (std::size_t i = step; i + 1 < beats.size(); i += step)
    grid.addChange({static_cast<double>(i), frame(i), spacing(i)});
  return grid;
}

}  // namespace

std::vector<TrueRecord> fromFolder(const std::filesystem::path& folder,
                                   const std::filesystem::path& cache,
                                   const audio::Decoder& decoder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::path downbeats = entry.path();
    if (entry.path().extension() == ".ogg" &&
        std::filesystem::exists(downbeats.replace_extension(".downbeats")))
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<TrueRecord> records;
  for (std::filesystem::path file : files) {
    TrueRecord entry;
    entry.record = crate::readRecord(file, cache, decoder);
    const auto downbeats = readTimes(file.replace_extension(".downbeats"));
    const auto beats = readTimes(file.replace_extension(".beats"));
    entry.truth = judge::judgedTrack(crate::logTrack(entry.record), &entry.record.info);
    entry.truth.grid = gridThrough(beats, downbeats.empty() ? 0 : downbeats.front());
    entry.truth.phraseStarts.clear();
    records.push_back(std::move(entry));
  }
  return records;
}

}  // namespace dju::bench
