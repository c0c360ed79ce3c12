// How right the live tracker is, and what it costs: pieces of DJU_EVAL_DIR (NAME.ogg with
// NAME.beats, a time in seconds a line), their first 60 s in blocks of 240 frames. F-measure within
// 70 and 20 ms, from the start and from the fifth second on; the latest decision; the share of one
// core that a stream takes. One row a piece on standard output, the means last.
#include "music/streaming_beats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "music/mono.h"

namespace {

namespace fs = std::filesystem;
using dju::music::EvidenceKind;
using dju::music::StreamedBeat;

constexpr double kSeconds = 60;
constexpr std::size_t kBlock = 240;

struct Method {
  EvidenceKind kind;
  const char* name;
};
constexpr std::array kMethods = {Method{EvidenceKind::kCombined, "combined"},
                                 Method{EvidenceKind::kNetwork, "network"},
                                 Method{EvidenceKind::kFlux, "flux"}};

struct Score {
  double f70 = 0, f20 = 0, locked70 = 0, locked20 = 0;
  double latest = -1e9;  // seconds after its beat at which a beat was decided
  double coreShare = 0;
};

std::vector<double> readTimes(const fs::path& path) {
  std::vector<double> times;
  std::ifstream file(path);
  for (double time = 0; file >> time;) times.push_back(time);
  return times;
}

std::vector<double> between(const std::vector<double>& times, double from) {
  std::vector<double> out;
  for (const double time : times) {
    if (time >= from && time < kSeconds) out.push_back(time);
  }
  return out;
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

std::vector<float> soundOf(const dju::audio::PcmView& pcm) {
  std::vector<float> sound;
  dju::music::MonoReader reader(pcm, 48000);
  for (auto block = reader.next(); !block.empty(); block = reader.next()) {
    sound.insert(sound.end(), block.begin(), block.end());
  }
  sound.resize(std::min(sound.size(), static_cast<std::size_t>(kSeconds * 48000)));
  return sound;
}

Score measure(const std::vector<float>& sound, const std::vector<double>& truth,
              EvidenceKind kind) {
  dju::music::StreamingBeats tracker(kind);
  std::vector<double> found;
  Score score;
  const std::clock_t begin = std::clock();
  for (std::size_t at = 0; at < sound.size(); at += kBlock) {
    const std::size_t count = std::min(kBlock, sound.size() - at);
    tracker.push({sound.data() + at, count}, [&](const StreamedBeat& beat) {
      found.push_back(beat.seconds);
      score.latest = std::max(score.latest, beat.emittedSeconds - beat.seconds);
    });
    if (tracker.reviewDue()) tracker.review();
  }
  const double cpu = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  score.coreShare = cpu / (static_cast<double>(sound.size()) / 48000);
  score.f70 = fMeasure(between(truth, 0), between(found, 0), 0.07);
  score.f20 = fMeasure(between(truth, 0), between(found, 0), 0.02);
  score.locked70 = fMeasure(between(truth, 5), between(found, 5), 0.07);
  score.locked20 = fMeasure(between(truth, 5), between(found, 5), 0.02);
  return score;
}

void print(const std::string& name, const Score& score) {
  fmt::print("{:34} {:7.3f} {:7.3f} {:9.3f} {:9.3f} {:8.1f} {:8.3f}\n", name, score.f70, score.f20,
             score.locked70, score.locked20, 1000 * score.latest, 100 * score.coreShare);
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
  const fs::path pcmPath = fs::temp_directory_path() / "dju-bench-streaming-beats.pcm";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".ogg") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  fmt::print("{:34} {:>7} {:>7} {:>9} {:>9} {:>8} {:>8}\n", "piece", "F70", "F20", "F70 >5s",
             "F20 >5s", "late ms", "% core");
  std::array<Score, kMethods.size()> sums{};
  int count = 0;
  for (const fs::path& file : files) {
    const std::vector<double> truth = readTimes(fs::path(file).replace_extension(".beats"));
    if (truth.size() < 8 || !decoder.decode(file, pcmPath)) continue;
    const auto sound = soundOf(dju::audio::PcmFile::open(pcmPath).valueOrThrow().view());
    ++count;
    for (std::size_t i = 0; i < kMethods.size(); ++i) {
      const Score score = measure(sound, truth, kMethods[i].kind);
      print(file.stem().string() + " " + kMethods[i].name, score);
      sums[i].f70 += score.f70;
      sums[i].f20 += score.f20;
      sums[i].locked70 += score.locked70;
      sums[i].locked20 += score.locked20;
      sums[i].latest = std::max(sums[i].latest, score.latest);
      sums[i].coreShare += score.coreShare;
    }
  }
  fs::remove(pcmPath);
  if (count == 0) return 1;
  for (std::size_t i = 0; i < kMethods.size(); ++i) {
    Score mean = sums[i];
    for (double* value : {&mean.f70, &mean.f20, &mean.locked70, &mean.locked20, &mean.coreShare}) {
      *value /= count;
    }
    print(fmt::format("mean of {} {}", count, kMethods[i].name), mean);
  }
}
