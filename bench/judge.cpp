// What judging costs: a mix of up to 50 s, block by block as they come live; the evidence, the
// transitions and the scores apart from listening to the master. Prints microseconds a block of 5
// ms and the share of one core for one battle. Usage: bench_judge [SECONDS]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <vector>

#include "judge/scoreboard.h"
#include "judge/spectral_change.h"
#include "judge/test_battle.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)

void measure(const char* what, std::size_t blocks, const std::function<void(std::size_t)>& step) {
  std::vector<double> micros(blocks);
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto start = std::chrono::steady_clock::now();
    step(i);
    micros[i] =
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
  }
  double sum = 0;
  for (const double value : micros) sum += value;
  std::sort(micros.begin(), micros.end());
  const double mean = sum / static_cast<double>(blocks);
  constexpr double kBlockMicros = 1e6 * kBlockFrames / kSampleRate;
  fmt::print("{:<34} mean {:7.3f} us, p99 {:7.3f} us, max {:8.1f} us, {:.3f} % of a core\n", what,
             mean, micros[blocks * 99 / 100], micros.back(), 100 * mean / kBlockMicros);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 50;
  // Both records sound all the time: nothing is skipped.
  judge::test::Mix mix;
  mix.add(judge::test::record(120, 1), 0);
  mix.add(judge::test::record(124, 2), 7);
  mix.play(0, 0, 0).play(0, 1, 1);
  const judge::test::Played battle = mix.played(std::clamp(seconds, 1.0, 50.0));
  std::vector<engine::Telemetry> telemetry;
  std::vector<float> master;
  engine::renderLog(
      battle.log, battle.audio, {},
      [&](FrameCount frames, const engine::Outputs& out, const engine::Telemetry& block) {
        telemetry.push_back(block);
        master.insert(master.end(), out.master, out.master + kChannels * frames);
        return true;
      });
  const std::size_t blocks = std::min(telemetry.size(), master.size() / (kChannels * kBlockFrames));

  judge::PerformanceReader reader(battle.tracks);
  judge::TransitionDetector detector;
  judge::Scoreboard board;
  measure("telemetry to scores", blocks, [&](std::size_t i) {
    const judge::Evidence& now = reader.push(telemetry[i]);
    if (now.frame.index() % judge::kEvidenceFrames != 0) return;
    board.push(now);
    if (const auto transition = detector.push(now)) board.add(*transition);
  });
  judge::SpectralChange change;
  measure("the master's spectral change", blocks, [&](std::size_t i) {
    change.push({master.data() + i * kChannels * kBlockFrames, kChannels * kBlockFrames});
  });
}
