// How right the simple beat grid is: pieces of DJU_EVAL_DIR (NAME.ogg with NAME.beats, a time in
// seconds a line), F-measure within 70 ms, tempo within 4 % free of octaves, drift at the end.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "music/beat_analysis.h"

namespace {

namespace fs = std::filesystem;

std::vector<double> readTimes(const fs::path& path) {
  std::vector<double> times;
  std::ifstream file(path);
  for (double time = 0; file >> time;) times.push_back(time);
  return times;
}

std::vector<double> beatsOf(const dju::BeatGrid& grid, double from, double to) {
  std::vector<double> beats;
  if (!grid.valid()) return beats;
  const double step = 60 / grid.bpm();
  double time = grid.anchorSeconds() + std::ceil((from - grid.anchorSeconds()) / step) * step;
  for (; time <= to; time += step) beats.push_back(time);
  return beats;
}

double fMeasure(const std::vector<double>& truth, const std::vector<double>& found) {
  constexpr double kTolerance = 0.07;
  std::size_t hits = 0, j = 0;
  for (const double time : truth) {
    while (j < found.size() && found[j] < time - kTolerance) ++j;
    if (j < found.size() && found[j] <= time + kTolerance) {
      ++hits;
      ++j;
    }
  }
  const std::size_t both = truth.size() + found.size();
  return both == 0 ? 0 : 2.0 * static_cast<double>(hits) / static_cast<double>(both);
}

bool tempoRight(double bpm, double truth) {
  for (const double factor : {0.5, 1.0, 2.0}) {
    if (std::fabs(bpm * factor / truth - 1) < 0.04) return true;
  }
  return false;
}

double nearest(const std::vector<double>& found, double time) {
  double best = 1e9;
  for (const double one : found) {
    if (std::fabs(one - time) < std::fabs(best)) best = one - time;
  }
  return best * 1000;
}

}  // namespace

int main(int, char** argv) {
  const char* folder = std::getenv("DJU_EVAL_DIR");
  if (folder == nullptr) {
    fmt::print("DJU_EVAL_DIR is not set: a folder of NAME.ogg and NAME.beats\n");
    return 0;
  }
  const fs::path worker = fs::absolute(argv[0]).parent_path() / "dju_decode_worker";
  const dju::audio::Decoder decoder({worker, {}});
  const fs::path pcmPath = fs::temp_directory_path() / "dju-bench-beats.pcm";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".ogg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  double sumF = 0, audioSeconds = 0, workSeconds = 0;
  int right = 0, count = 0;
  fmt::print("{:24} {:>8} {:>8} {:>6} {:>9} {:>9} {:>5}\n", "piece", "bpm", "truth", "F70",
             "start ms", "end ms", "conf");
  for (const fs::path& file : files) {
    const std::vector<double> truth = readTimes(fs::path(file).replace_extension(".beats"));
    if (truth.size() < 8 || !decoder.decode(file, pcmPath)) continue;
    const auto pcm = dju::audio::PcmFile::open(pcmPath).valueOrThrow();
    const auto begin = std::chrono::steady_clock::now();
    const dju::music::BeatEstimate found = dju::music::estimateBeats(pcm.view());
    workSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    audioSeconds += static_cast<double>(pcm.view().frames) / 48000;
    std::vector<double> steps;
    for (std::size_t i = 1; i < truth.size(); ++i) steps.push_back(truth[i] - truth[i - 1]);
    std::nth_element(steps.begin(), steps.begin() + static_cast<long>(steps.size() / 2),
                     steps.end());
    const double truthBpm = 60 / steps[steps.size() / 2];
    const std::vector<double> beats =
        beatsOf(found.grid, truth.front() - 0.05, truth.back() + 0.05);
    const double f = fMeasure(truth, beats);
    sumF += f;
    right += tempoRight(found.grid.bpm(), truthBpm) ? 1 : 0;
    ++count;
    fmt::print("{:24} {:8.3f} {:8.3f} {:6.3f} {:9.1f} {:9.1f} {:5.2f}\n", file.stem().string(),
               found.grid.bpm(), truthBpm, f, nearest(beats, truth.front()),
               nearest(beats, truth.back()), found.confidence);
  }
  fs::remove(pcmPath);
  if (count == 0) return 1;
  fmt::print(
      "{} pieces, {:.0f} s of sound: F70 {:.3f}, tempo right {}/{} ({:.0f} %), {:.0f}x real "
      "time on one core without decoding\n",
      count, audioSeconds, sumF / count, right, count, 100.0 * right / count,
      audioSeconds / workSeconds);
}
