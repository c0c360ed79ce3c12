// What each effect costs while it works: music through one slot, beside the slot alone when it is
// off. Prints its conditions; asserts nothing. Usage: bench_effects [SECONDS]
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "engine/dsp/flush_denormals.h"
#include "engine/effects/effect_slot.h"
#include "engine/test_support.h"
#include "support/cpu.h"

namespace {

using namespace dju;          // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::engine;  // NOLINT(google-build-using-namespace)

enum class Hands { kStill, kMoving };

void play(EffectSlot& slot, const std::vector<float>& music, int seconds, Hands hands) {
  const FlushDenormals flush;
  std::vector<float> left(kBlockFrames), right(kBlockFrames);
  BeatClock clock{0, kSampleRate * 60 / 124.0};
  const std::size_t blocks = static_cast<std::size_t>(seconds) * kSampleRate / kBlockFrames;
  for (std::size_t block = 0; block < blocks; ++block) {
    const float* from = music.data() + block * kBlockFrames % (music.size() - kBlockFrames);
    std::copy_n(from, kBlockFrames, left.data());
    std::copy_n(from, kBlockFrames, right.data());
    if (hands == Hands::kMoving) {
      slot.setAmount(block % 2 == 0 ? 0.3 : 0.7, 30);
      slot.setTone(block % 2 == 0 ? 0.3 : 0.7, 30);
    }
    clock.beat += kBlockFrames / clock.framesPerBeat;
    slot.beginBlock(clock);
    slot.process(left.data(), right.data(), 0, kBlockFrames);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int seconds = argc > 1 ? std::atoi(argv[1]) : 60;
  const auto track = test::musicTrack(20, 124);
  std::vector<float> music;
  for (std::size_t i = 0; i < track.samples->size(); i += 2) {
    music.push_back(static_cast<float>((*track.samples)[i]) / 32768.0F);
  }
  std::printf(
      "effects: %s, one thread, GCC %s, %d s in blocks of %d frames, CPU time, best of 5; %% of "
      "one "
      "core for one slot\n",
      bench::cpuName().c_str(), __VERSION__, seconds, kBlockFrames);
  for (int type = 0; type < kEffectCount; ++type) {
    double cost[2];
    for (const Hands hands : {Hands::kStill, Hands::kMoving}) {
      cost[static_cast<int>(hands)] = bench::best([&] {
        EffectSlot slot(EffectSlot::kMemoryFrames, 7);
        slot.setType(static_cast<EffectType>(type));
        slot.setOn(true);
        play(slot, music, seconds, hands);
      });
    }
    std::printf("  %-12s %.3f   with both knobs moving %.3f\n",
                std::string(kEffectIds[type]).c_str(), 100 * cost[0] / seconds,
                100 * cost[1] / seconds);
  }
  EffectSlot off(EffectSlot::kMemoryFrames, 7);
  std::printf("  %-12s %.3f (its music is copied)\n", "off",
              100 * bench::best([&] { play(off, music, seconds, Hands::kStill); }) / seconds);
  return 0;
}
