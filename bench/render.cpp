// How much faster than real time a battle renders on one core, and what its interpolation costs
// beside libsoxr's variable-rate resampler at its best quality, on the same material.
// Prints its conditions; asserts nothing. Usage: bench_render [SECONDS]
#include <soxr.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/dsp/varispeed.h"
#include "engine/test_support.h"
#include "support/cpu.h"

namespace {

using namespace dju;          // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::engine;  // NOLINT(google-build-using-namespace)
using bench::best;
using bench::cpuName;

struct Case {
  const char* name;
  int decks;
  double trimDb;
  int monitors;
  int effects = 0;  // at work on each deck: echo and reverb
};

void renderBattle(const Case& c, const test::TestTrack& track, int seconds) {
  Battle battle(BattleConfig{.decks = c.decks, .monitors = c.monitors});
  battle.provide(0, track.loaded);
  std::uint32_t seq = 0;
  const auto command = [&](ControlId control, double value, int deck) {
    Command k;
    k.seq = seq++;
    k.control = control;
    k.target = static_cast<std::uint8_t>(deck);
    k.value = value;
    battle.schedule(k);
  };
  for (int d = 0; d < c.decks; ++d) {
    command(ControlId::kLoad, 0, d);
    command(ControlId::kSeek, 1000.0 * d, d);
    command(ControlId::kRate, d % 2 == 0 ? 3 : -2.5, d);
    command(ControlId::kEqLow, 0.4, d);
    command(ControlId::kTrim, c.trimDb, d);
    command(ControlId::kPlay, 1, d);
    if (c.effects > 0) command(ControlId::kFxOn1, 1, d);
    if (c.effects > 1) {
      command(ControlId::kFxType2, static_cast<double>(EffectType::kReverb), d);
      command(ControlId::kFxOn2, 1, d);
    }
    if (c.monitors > d) command(ControlId::kHeadphoneCue1, 1, d);
  }
  std::vector<float> master(2 * kBlockFrames), monitor(2 * kBlockFrames);
  Outputs outputs;
  outputs.master = master.data();
  for (int m = 0; m < c.monitors; ++m) outputs.monitors[m] = monitor.data();
  for (FrameCount done = 0; done < FrameCount{seconds} * kSampleRate; done += kBlockFrames) {
    battle.render(kBlockFrames, outputs);
  }
}

void ourInterpolation(const test::TestTrack& track, int seconds, double speed) {
  VarispeedReader reader(VarispeedBank::shared());
  double position = 100;
  double positions[kBlockFrames], speeds[kBlockFrames];
  float left[kBlockFrames], right[kBlockFrames];
  for (FrameCount done = 0; done < FrameCount{seconds} * kSampleRate; done += kBlockFrames) {
    for (int i = 0; i < kBlockFrames; ++i, position += speed) {
      positions[i] = position;
      speeds[i] = speed;
    }
    reader.read(track.loaded.audio, positions, speeds, kBlockFrames, left, right);
  }
}

void soxrInterpolation(const test::TestTrack& track, int seconds, double speed) {
  soxr_error_t error = nullptr;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_INT16_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, SOXR_VR);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_t resampler = soxr_create(2, 1, 2, &error, &io, &quality, &runtime);
  if (error != nullptr) {
    std::printf("libsoxr: %s\n", error);
    return;
  }
  soxr_set_io_ratio(resampler, speed, 0);
  const std::int16_t* input = track.loaded.audio.samples;
  std::vector<float> out(2 * kBlockFrames);
  std::size_t produced = 0, at = 0;
  const std::size_t wanted = static_cast<std::size_t>(seconds) * kSampleRate;
  const auto available = static_cast<std::size_t>(track.loaded.audio.frames);
  while (produced < wanted && at < available) {
    std::size_t used = 0, got = 0;
    soxr_process(resampler, input + 2 * at, std::min<std::size_t>(kBlockFrames, available - at),
                 &used, out.data(), kBlockFrames, &got);
    at += used;
    produced += got;
  }
  soxr_delete(resampler);
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 60;
  const auto track = test::musicTrack(seconds * 1.1 + 5, 126);
  VarispeedBank::shared();
  std::printf(
      "render: %s, one thread, GCC %s, %d s of battle in blocks of %d frames, CPU time, best of "
      "5\n",
      cpuName().c_str(), __VERSION__, seconds, kBlockFrames);
  const Case cases[] = {
      {"two decks at +3 and -2.5 %, EQ, no monitors", 2, -3, 0},
      {"the same with two headphone monitors", 2, -3, 2},
      {"the same, 12 dB too loud (limiter at work)", 2, 12, 2},
      {"the same, an echo and a reverb on each deck", 2, -3, 2, 2},
      {"four decks, two monitors", 4, -9, 2},
  };
  for (const Case& c : cases) {
    const double took = best([&] { renderBattle(c, track, seconds); });
    std::printf("  %-46s %6.0f x real time (marks and telemetry included)\n", c.name,
                seconds / took);
  }
  const double ours = best([&] { ourInterpolation(track, seconds, 1.03); });
  const double peer = best([&] { soxrInterpolation(track, seconds, 1.03); });
  std::printf(
      "interpolation alone, stereo at +3 %%: ours %.0f x, libsoxr HQ variable rate %.0f x, ratio "
      "%.2f\n",
      seconds / ours, seconds / peer, peer / ours);
  return 0;
}
