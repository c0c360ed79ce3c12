// The same performance as it might have reached a judge: transposed, faster or slower, under noise,
// through a poor codec, in a room, with a crowd. Labels follow. What changes music is done where it
// is exact, on the decks, so that evidence and log say it too; what happens on the way to the ear
// is done to the master's sound. Time and frequency masks belong to training, where each epoch
// draws its own. Callers: simulate_dataset.h. One instance, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "simulator/performance_plan.h"

namespace dju::dataset {

enum class Augmentation {
  kNone,
  kHigher,  // by a semitone
  kLower,
  kFaster,  // by 10 %, keys kept
  kSlower,
  kNoise,  // white, 20 dB below the music
  kOpus,   // 24 to 48 kbit/s
  kRoom,   // decays by 60 dB within 0.4 to 1.2 s
  kCrowd,  // a murmur, 12 to 20 dB below the music
};
inline constexpr std::size_t kAugmentations = 9;
std::string_view augmentationName(Augmentation augmentation);

// Changes what the decks will do; nothing for what happens to the sound.
void augmentPlan(Augmentation augmentation, simulator::PerformancePlan& plan);

// What lies between the master and an ear.
class SoundWay {
 public:
  virtual ~SoundWay() = default;
  // Appends what arrives.
  virtual void process(std::span<const float> in, std::vector<float>& out) = 0;
};

// Changes the master on its way.
class SoundAugmenter {
 public:
  // Throws Error when the codec cannot be started.
  SoundAugmenter(Augmentation augmentation, std::uint64_t seed);

  // Interleaved stereo at 48 kHz. The answer lies at the same place in time but may come later, in
  // pieces of another length; it is valid until the next call.
  std::span<const float> process(std::span<const float> master);

 private:
  std::unique_ptr<SoundWay> way_;  // none: the master arrives as it is
  std::vector<float> arrived_;
};

}  // namespace dju::dataset
