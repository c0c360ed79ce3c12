// Prints one number for a minute of scripted battle on computed tracks: the chained hash of its
// master. Built at several optimisation levels and run with CPU features masked, it shows that the
// same battle is the same samples (engine/CMakeLists.txt). Uses no libm and no library but the
// engine.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "core/hash.h"
#include "core/random.h"
#include "engine/battle.h"
#include "engine/dsp/math.h"

namespace {

using namespace dju;          // NOLINT(google-build-using-namespace): a program of one file
using namespace dju::engine;  // NOLINT(google-build-using-namespace)

std::vector<std::int16_t> makeTrack(int seconds, double bpm, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::int16_t> samples(static_cast<std::size_t>(seconds) * kSampleRate * 2);
  const double perBeat = kSampleRate * 60.0 / bpm;
  for (std::size_t i = 0; i < samples.size() / 2; ++i) {
    const double beat = static_cast<double>(i) / perBeat;
    const double inBeat = (beat - static_cast<double>(floorToInt(beat))) * 60 / bpm;
    const double kick = 0.5 * exp2(-inBeat * 20) * sine(2 * kPi * 55 * inBeat);
    const double tone = 0.2 * sine(2 * kPi * 331 * static_cast<double>(i) / kSampleRate);
    for (int channel = 0; channel < 2; ++channel) {
      const double v = kick + tone + random.uniform(-0.2, 0.2);
      samples[2 * i + channel] = static_cast<std::int16_t>(v * 32000);
    }
  }
  return samples;
}

Command randomCommand(Random& random, std::uint32_t seq, std::int64_t frames) {
  Command command;
  command.seq = seq;
  command.frame = Frame(static_cast<std::int64_t>(random.uniform() * static_cast<double>(frames)));
  command.control = static_cast<ControlId>(random.below(kControlCount));
  const ControlInfo& control = info(command.control);
  command.target = static_cast<std::uint8_t>(random.below(2));
  command.value = random.uniform(control.min, control.max);
  if (control.kind == ControlKind::kToggle) command.value = random.chance(0.7) ? 1 : 0;
  if (command.control == ControlId::kPlay) command.value = 1;
  if (command.control == ControlId::kUnload) command.value = 0;
  if (command.control == ControlId::kSeek) command.value = random.uniform(0, 1e6);
  if (command.control == ControlId::kJog) command.value *= 0.05;
  if (takesTrack(command.control)) command.value = command.target;
  return command;
}

}  // namespace

int main() {
  constexpr std::int64_t kFrames = 60 * kSampleRate;
  const auto first = makeTrack(70, 127, 1), second = makeTrack(70, 131, 2);
  Battle battle(BattleConfig{.seed = 9});
  battle.provide(0, {{first.data(), 70 * kSampleRate}, {0, kSampleRate * 60 / 127.0}});
  battle.provide(1, {{second.data(), 70 * kSampleRate}, {0, kSampleRate * 60 / 131.0}});
  Random random(2026);
  std::uint32_t seq = 0;
  for (std::uint8_t deck = 0; deck < 2; ++deck) {
    for (const ControlId control : {ControlId::kLoad, ControlId::kPlay}) {
      Command command;
      command.seq = seq++;
      command.control = control;
      command.target = deck;
      command.value = control == ControlId::kLoad ? deck : 1;
      battle.schedule(command);
    }
  }
  for (int i = 0; i < 1500; ++i) battle.schedule(randomCommand(random, seq++, kFrames));
  std::vector<float> sound(4 * kBlockFrames);
  std::uint64_t monitor = 0;
  for (std::int64_t done = 0; done < kFrames; done += kBlockFrames) {
    Outputs outputs;
    outputs.monitors[0] = sound.data();
    battle.render(kBlockFrames, outputs);
    monitor = xxh64(sound.data(), 2 * kBlockFrames * sizeof(float), monitor);
  }
  std::printf("%s %s\n", hex64(battle.mark().hash).c_str(), hex64(monitor).c_str());
  return 0;
}
