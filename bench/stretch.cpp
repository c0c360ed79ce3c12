// Key lock's voices beside SoundTouch and Rubber Band: pitch error, smear and place of transients,
// spectral distance to the truth (synthesised music composed again at the other tempo) and to
// Rubber Band R3 offline (real pieces), and what a deck costs.
// Prints its conditions; asserts nothing. Usage: bench_stretch [SECONDS A PIECE] [PIECES]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "analysis/pieces.h"
#include "core/random.h"
#include "demo/demo_tracks.h"
#include "stretch/measures.h"
#include "stretch/tracks.h"

namespace {

using namespace dju;         // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::bench;  // NOLINT(google-build-using-namespace)

constexpr double kRate = kSampleRate;
constexpr double kPercents[] = {-8, -4, -2, 2, 4, 8};

std::string cpuName() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown CPU";
}

double cpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// A chord below 1 kHz with bursts of noise on it, every 0.31 s from 1 s on.
constexpr double kBurstEvery = 0.31 * kRate;
Track burstTrack() {
  Random random(5);
  std::vector<float> x(static_cast<std::size_t>(16 * kRate));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = static_cast<double>(i) / kRate;
    const double since = std::fmod(static_cast<double>(i), kBurstEvery);
    double v = 0;
    for (const double hz : {110.0, 261.63, 329.63, 392.0}) v += 0.08 * std::sin(2 * M_PI * hz * t);
    const double noise = random.uniform(-0.5, 0.5);
    if (since < 144) v += noise;
    x[i] = static_cast<float>(v);
  }
  return trackOf(x, x);
}

Track sineTrack() {
  std::vector<float> x(static_cast<std::size_t>(15 * kRate));
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<float>(0.5 * std::sin(2 * M_PI * 440 * static_cast<double>(i) / kRate));
  }
  return trackOf(x, x);
}

void pitchAndTransients(const std::vector<Stretcher>& systems) {
  const Track sine = sineTrack(), bursts = burstTrack();
  std::printf("\n%-34s %22s %30s\n", "", "440 Hz, worst of rates",
              "bursts, +/-8 %: spread ms over the track's own; mean late; worst place");
  for (const Stretcher& system : systems) {
    double worst = 0;
    for (const double percent : {-50.0, -8.0, -4.0, -2.0, 2.0, 4.0, 8.0, 50.0}) {
      const Stereo out = system.run(sine.audio(), 1 + percent / 100, 0);
      const std::vector<float> settled(out.left.begin() + 24000, out.left.end() - 24000);
      worst = std::max(worst, std::abs(1200 * std::log2(frequencyOf(settled, 440) / 440)));
    }
    Bursts sum;
    for (const double percent : {-8.0, 8.0}) {
      const double speed = 1 + percent / 100;
      std::vector<double> frames, own;
      for (int n = 4; n < 44; ++n) {
        own.push_back(n * kBurstEvery);
        frames.push_back(n * kBurstEvery / speed);
      }
      const Bursts b = burstsAt(system.run(bursts.audio(), speed, 0).left, frames);
      std::vector<float> plain;
      for (std::size_t i = 0; i < bursts.samples.size(); i += 2) plain.push_back(bursts.samples[i]);
      sum.spreadMs += (b.spreadMs - burstsAt(plain, own).spreadMs) / 2;
      sum.lateMs += b.lateMs / 2;
      sum.worstMs = std::max(sum.worstMs, b.worstMs);
    }
    std::printf("%-34s %15.2f cents %10.2f ms %8.2f ms %8.2f ms\n", system.name.c_str(), worst,
                sum.spreadMs, sum.lateMs, sum.worstMs);
  }
}

using Scores = std::map<std::string, std::map<double, std::pair<double, int>>>;

void print(const char* title, const Scores& scores) {
  std::printf("\n%s\n%-34s", title, "dB");
  for (const double percent : kPercents) std::printf("%+7.0f %%", percent);
  std::printf("     mean\n");
  for (const auto& [name, of] : scores) {
    std::printf("%-34s", name.c_str());
    double sum = 0;
    for (const double percent : kPercents) {
      const auto& [total, count] = of.at(percent);
      std::printf("%9.2f", total / count);
      sum += total / count;
    }
    std::printf("%9.2f\n", sum / std::size(kPercents));
  }
}

void add(Scores& scores, const std::string& name, double percent, double value) {
  auto& [total, count] = scores[name][percent];
  total += value;
  ++count;
}

void synthesised(const std::vector<Stretcher>& systems, int pieces, double seconds) {
  demo::DemoOptions options;
  options.seed = 77;
  options.seconds = 60;
  options.humanizeMs = 0;
  Scores scores;
  for (int n = 0; n < pieces; ++n) {
    const demo::TrackRecipe recipe = demo::drawRecipe(
        options, static_cast<demo::Genre>(n % demo::kGenreCount), n / demo::kGenreCount);
    const Stereo plain = composedAt(recipe, 1);
    const Track track = trackOf(plain.left, plain.right);
    for (const double percent : kPercents) {
      const double speed = 1 + percent / 100;
      const Stereo truth = excerpt(composedAt(recipe, speed), 20 / speed, seconds);
      for (const Stretcher& system : systems) {
        add(scores, system.name, percent,
            spectralDistanceDb(excerpt(system.run(track.audio(), speed, 0), 20 / speed, seconds),
                               truth));
      }
    }
  }
  print("Distance to the truth, synthesised music", scores);
}

void real(const std::vector<Stretcher>& systems, const std::filesystem::path& binaries, int pieces,
          double seconds) {
  const char* folder = std::getenv("DJU_EVAL_DIR");
  const Stretcher reference = referenceStretcher();
  if (folder == nullptr || !reference.run) {
    std::printf("\nDJU_EVAL_DIR is not set or Rubber Band is missing: no real pieces\n");
    return;
  }
  Scores scores;
  std::map<std::string, double> cpu;
  double played = 0;
  const auto sources =
      realPieces(folder, binaries / "dju_decode_worker", std::filesystem::temp_directory_path());
  for (std::size_t n = 0; n < sources.size() && n < static_cast<std::size_t>(pieces); ++n) {
    const auto piece =
        sources[n * sources.size() / std::min<std::size_t>(pieces, sources.size())].make();
    const Piece part = excerptOf(*piece, 20, seconds + 2);
    const engine::TrackAudio audio{part.samples.data(),
                                   static_cast<std::int64_t>(part.samples.size() / 2), part.scale};
    for (const double percent : kPercents) {
      const double speed = 1 + percent / 100;
      const Stereo wanted = excerpt(reference.run(audio, speed, 0), 1, seconds / speed);
      for (const Stretcher& system : systems) {
        const double start = cpuSeconds();
        const Stereo out = system.run(audio, speed, 0);
        cpu[system.name] += cpuSeconds() - start;
        if (&system == systems.data()) played += static_cast<double>(out.left.size()) / kRate;
        add(scores, system.name, percent,
            spectralDistanceDb(excerpt(out, 1, seconds / speed), wanted));
      }
    }
  }
  print("Distance to Rubber Band R3 offline, real pieces", scores);
  std::printf("\nCPU of one core a deck, real pieces, all rates\n");
  for (const auto& [name, took] : cpu)
    std::printf("%-34s %6.2f %%\n", name.c_str(), 100 * took / played);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 20;
  const int pieces = argc > 2 ? std::atoi(argv[2]) : 8;
  const std::vector<Stretcher> systems = stretchers();
  std::printf("stretch: %s, GCC %s, %d pieces of %.0f s each way\n", cpuName().c_str(), __VERSION__,
              pieces, seconds);
  pitchAndTransients(systems);
  synthesised(systems, pieces, seconds);
  real(systems, std::filesystem::path(argv[0]).parent_path(), pieces, seconds);
  return 0;
}
