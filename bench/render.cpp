// How much faster than real time a battle renders on one core, how long its worst block takes of
// the 5 ms that a live one has, how long a set of an hour takes offline, and what interpolation
// costs beside libsoxr's variable-rate resampler at its best quality, on the same material.
// Prints its conditions; asserts nothing. Usage: bench_render [SECONDS]
#include <soxr.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <tuple>

#include "core/random.h"
#include "engine/dsp/varispeed.h"
#include "engine/test_support.h"
#include "support/cpu.h"

namespace {

using namespace dju;          // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::engine;  // NOLINT(google-build-using-namespace)
using bench::best;
using bench::cpuName;

enum class KeyLock { kOff, kFast, kFine };
// Jumps: every deck is sent elsewhere, and its tempo changed, each half second.
enum class Hands { kStill, kJumping };

struct Case {
  const char* name;
  int decks;
  double trimDb;
  int monitors;
  int effects = 0;  // at work on each deck: echo and reverb
  KeyLock lock = KeyLock::kOff;
  Hands hands = Hands::kStill;
};

// A battle of one track on all decks, and its commands.
class Played {
 public:
  Played(const BattleConfig& config, const test::TestTrack& track) : battle_(config) {
    battle_.provide(0, track.loaded);
    outputs_.master = master_.data();
    for (int m = 0; m < config.monitors; ++m) outputs_.monitors[m] = monitor_.data();
  }

  // Acts at the next frame to be rendered.
  void command(ControlId control, double value, int target) {
    Command k;
    k.frame = battle_.now();
    k.seq = seq_++;
    k.control = control;
    k.target = static_cast<std::uint8_t>(target);
    k.value = value;
    battle_.schedule(k);
  }

  void set(const Case& c) {
    for (int d = 0; d < c.decks; ++d) {
      command(ControlId::kLoad, 0, d);
      command(ControlId::kSeek, 1000.0 * d, d);
      command(ControlId::kRate, d % 2 == 0 ? 3 : -2.5, d);
      command(ControlId::kEqLow, 0.4, d);
      command(ControlId::kTrim, c.trimDb, d);
      if (c.lock != KeyLock::kOff) command(ControlId::kKeylock, 1, d);
      if (c.lock == KeyLock::kFine) command(ControlId::kKeyVoice, 1, d);
      command(ControlId::kPlay, 1, d);
      if (c.effects > 0) command(ControlId::kFxOn1, 1, d);
      if (c.effects > 1) {
        command(ControlId::kFxType2, static_cast<double>(EffectType::kReverb), d);
        command(ControlId::kFxOn2, 1, d);
      }
      if (c.monitors > d) command(ControlId::kHeadphoneCue1, 1, d);
    }
  }

  void renderBlock() { battle_.render(kBlockFrames, outputs_); }
  void skipBlock() { battle_.skip(kBlockFrames); }
  Frame now() const { return battle_.now(); }

 private:
  Battle battle_;
  std::uint32_t seq_ = 0;
  std::array<float, 2 * kBlockFrames> master_{}, monitor_{};
  Outputs outputs_;
};

// Seconds of the longest block.
double renderBattle(const Case& c, const test::TestTrack& track, int seconds) {
  Played battle({.decks = c.decks, .monitors = c.monitors}, track);
  battle.set(c);
  constexpr FrameCount kBetweenJumps = kSampleRate / 2;
  Random random(1);
  double longest = 0;
  while (battle.now().index() < FrameCount{seconds} * kSampleRate) {
    if (c.hands == Hands::kJumping && battle.now().index() % kBetweenJumps == 0) {
      for (int d = 0; d < c.decks; ++d) {
        const auto frames = static_cast<double>(track.loaded.audio.frames);
        battle.command(ControlId::kSeek, random.uniform(0, 0.9 * frames), d);
        battle.command(ControlId::kRate, random.uniform(-8, 8), d);
      }
    }
    const double start = bench::cpuSeconds();
    battle.renderBlock();
    longest = std::max(longest, bench::cpuSeconds() - start);
  }
  return longest;
}

// An hour in which both decks play all the time, a new track every five minutes on each, the bass
// swapped every half minute. Seconds.
enum class Sound { kRendered, kSkipped };
double playSet(const test::TestTrack& track, KeyLock lock, Sound sound) {
  constexpr FrameCount kBetweenTracks = FrameCount{300} * kSampleRate;
  constexpr FrameCount kBetweenSwaps = FrameCount{30} * kSampleRate;
  const double start = bench::cpuSeconds();
  const Frame end(FrameCount{3600} * kSampleRate);
  Played battle({.freshSoundAt = sound == Sound::kSkipped ? end : Frame()}, track);
  battle.set({.name = "", .decks = 2, .trimDb = -3, .monitors = 0, .lock = lock});
  while (battle.now() < end) {
    const FrameCount at = battle.now().index();
    for (int d = 0; d < 2; ++d) {
      if ((at + d * kBetweenTracks / 2) % kBetweenTracks == 0) {
        battle.command(ControlId::kPlay, 0, d);
        battle.command(ControlId::kLoad, 0, d);
        battle.command(ControlId::kPlay, 1, d);
      }
      if (at % kBetweenSwaps == 0) {
        battle.command(ControlId::kEqLow, (at / kBetweenSwaps + d) % 2 == 0 ? 0 : 1, d);
      }
    }
    if (sound == Sound::kSkipped) {
      battle.skipBlock();
    } else {
      battle.renderBlock();
    }
  }
  return bench::cpuSeconds() - start;
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
      {"the same with key lock (fast voice)", 2, -3, 2, 2, KeyLock::kFast},
      {"the same, two jumps a second", 2, -3, 2, 2, KeyLock::kFast, Hands::kJumping},
      {"the same with key lock (fine voice)", 2, -3, 2, 2, KeyLock::kFine, Hands::kJumping},
      {"four decks, two monitors", 4, -9, 2},
  };
  for (const Case& c : cases) {
    double longest = 1;
    const double took = best([&] { longest = std::min(longest, renderBattle(c, track, seconds)); });
    std::printf("  %-46s %6.0f x real time, longest block %.2f ms (marks, telemetry included)\n",
                c.name, seconds / took, 1000 * longest);
  }
  const auto record = test::musicTrack(330, 126);
  for (const auto& [name, lock, aim] :
       {std::tuple{"without key lock", KeyLock::kOff, 20.0}, {"with it", KeyLock::kFast, 60.0}}) {
    const double took = playSet(record, lock, Sound::kRendered);
    std::printf("an hour of two decks, EQ in use, %-17s %5.1f s, %.2f of the limit of %.0f s\n",
                name, took, took / aim, aim);
  }
  std::printf("the same without its sound, as a take-over skips it %24.2f s\n",
              playSet(record, KeyLock::kFast, Sound::kSkipped));
  const double ours = best([&] { ourInterpolation(track, seconds, 1.03); });
  const double peer = best([&] { soxrInterpolation(track, seconds, 1.03); });
  std::printf(
      "interpolation alone, stereo at +3 %%: ours %.0f x, libsoxr HQ variable rate %.0f x, ratio "
      "%.2f\n",
      seconds / ours, seconds / peer, peer / ours);
  return 0;
}
