// How right the beat grid is: pieces of DJU_EVAL_DIR (NAME.ogg, .flac or .wav with NAME.beats and,
// where known, NAME.downbeats, a time in seconds a line). F-measure within 70 and 20 ms, tempo
// within 4 % free of octaves, downbeats (F within 70 ms above 0.7 counts as right), drift at the
// end.
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
#include "core/beat_grid.h"
#include "music/beat_analysis.h"

namespace {

namespace fs = std::filesystem;

std::vector<double> readTimes(const fs::path& path) {
  std::vector<double> times;
  std::ifstream file(path);
  for (double time = 0; file >> time;) times.push_back(time);
  return times;
}

// Every beat, or every `step`-th from a downbeat on, between two moments.
std::vector<double> beatsOf(const dju::BeatGrid& grid, double from, double to, double step) {
  std::vector<double> beats;
  if (!grid.valid()) return beats;
  double beat = std::ceil(grid.beatAt(from * dju::kSampleRate) / step) * step;
  for (; grid.frameAt(beat) <= to * dju::kSampleRate; beat += step)
    beats.push_back(grid.frameAt(beat) / dju::kSampleRate);
  return beats;
}

double fMeasure(const std::vector<double>& truth, const std::vector<double>& found,
                double tolerance) {
  std::size_t hits = 0, j = 0;
  for (const double time : truth) {
    while (j < found.size() && found[j] < time - tolerance) ++j;
    if (j < found.size() && found[j] <= time + tolerance) {
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
    const std::string kind = entry.path().extension().string();
    if (kind == ".ogg" || kind == ".flac" || kind == ".wav") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  double sumF = 0, sumF20 = 0, audioSeconds = 0, workSeconds = 0;
  int right = 0, count = 0, barsRight = 0, barsKnown = 0;
  fmt::print("{:24} {:>8} {:>8} {:>6} {:>6} {:>6} {:>9} {:>9} {:>5} {:>7}\n", "piece", "bpm",
             "truth", "F70", "F20", "bars", "start ms", "end ms", "conf", "changes");
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
        beatsOf(found.grid, truth.front() - 0.05, truth.back() + 0.05, 1);
    const double f = fMeasure(truth, beats, 0.07), f20 = fMeasure(truth, beats, 0.02);
    const std::vector<double> bars = readTimes(fs::path(file).replace_extension(".downbeats"));
    double barF = -1;
    if (bars.size() > 2) {
      barF = fMeasure(bars, beatsOf(found.grid, bars.front() - 0.05, bars.back() + 0.05, 4), 0.07);
      ++barsKnown;
      barsRight += barF > 0.7 ? 1 : 0;
    }
    sumF += f;
    sumF20 += f20;
    right += tempoRight(found.grid.bpm(), truthBpm) ? 1 : 0;
    ++count;
    fmt::print("{:24} {:8.3f} {:8.3f} {:6.3f} {:6.3f} {:6.2f} {:9.1f} {:9.1f} {:5.2f} {:7}\n",
               file.stem().string().substr(0, 24), found.grid.bpm(), truthBpm, f, f20, barF,
               nearest(beats, truth.front()), nearest(beats, truth.back()), found.confidence,
               found.grid.changeCount);
  }
  fs::remove(pcmPath);
  if (count == 0) return 1;
  fmt::print(
      "{} pieces, {:.0f} s of sound: F70 {:.3f}, F20 {:.3f}, downbeats right {}/{}, tempo right "
      "{}/{}, "
      "{:.3f} s a minute of sound without decoding\n",
      count, audioSeconds, sumF / count, sumF20 / count, barsRight, barsKnown, right, count,
      60 * workSeconds / audioSeconds);
}
