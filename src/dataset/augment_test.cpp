#include "dataset/augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "core/time.h"

namespace dju::dataset {
namespace {

constexpr std::size_t kSecond = 2 * kSampleRate;  // samples of both sides

// Six seconds of something with all frequencies, which never repeats.
std::vector<float> music() {
  std::vector<float> sound(6 * kSecond);
  Random random(3);
  float low = 0;
  for (std::size_t i = 0; i < sound.size(); i += 2) {
    low += 0.1F * (static_cast<float>(random.uniform(-1, 1)) - low);
    sound[i] = low;
    sound[i + 1] = 0.8F * low;
  }
  return sound;
}

// What arrives, sent in blocks as the engine renders them.
std::vector<float> arrived(Augmentation augmentation, std::uint64_t seed,
                           const std::vector<float>& sound) {
  SoundAugmenter way(augmentation, seed);
  std::vector<float> out;
  constexpr std::size_t kBlock = 2 * kBlockFrames;
  for (std::size_t at = 0; at + kBlock <= sound.size(); at += kBlock) {
    const auto piece = way.process({sound.data() + at, kBlock});
    out.insert(out.end(), piece.begin(), piece.end());
  }
  return out;
}

double power(const std::vector<float>& sound, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += static_cast<double>(sound[i]) * sound[i];
  return sum / static_cast<double>(to - from);
}

// Level of what was added, dB below the music, once the way has heard how loud that is.
double addedDb(const std::vector<float>& sound, const std::vector<float>& out) {
  std::vector<float> added(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) added[i] = out[i] - sound[i];
  return 10 * std::log10(power(added, 3 * kSecond, 6 * kSecond) /
                         power(sound, 3 * kSecond, 6 * kSecond));
}

TEST(Augment, NothingIsNothing) {
  const auto sound = music();
  EXPECT_EQ(arrived(Augmentation::kNone, 1, sound), sound);
  // What the decks do is not done to the sound again.
  EXPECT_EQ(arrived(Augmentation::kFaster, 1, sound), sound);
}

TEST(Augment, NoiseLies20DbBelowTheMusic) {
  const auto sound = music();
  EXPECT_NEAR(addedDb(sound, arrived(Augmentation::kNoise, 1, sound)), -20, 0.5);
}

TEST(Augment, ACrowdLies12To20DbBelowTheMusic) {
  const auto sound = music();
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const double db = addedDb(sound, arrived(Augmentation::kCrowd, seed, sound));
    sum += db;
    EXPECT_GT(db, -23) << seed;  // its level wanders, by 3 dB over three seconds
    EXPECT_LT(db, -9) << seed;
  }
  EXPECT_NEAR(sum / 20, -16, 1.5);
}

TEST(Augment, OpusKeepsItsPlaceInTime) {
  const auto sound = music();
  const auto out = arrived(Augmentation::kOpus, 1, sound);
  EXPECT_GT(out.size(), sound.size() - kSecond / 10);
  const auto likeness = [&](int frames) {
    double sum = 0;
    for (std::size_t i = kSecond; i < 5 * kSecond; i += 2)
      sum +=
          static_cast<double>(sound[i]) * out[i + 2 * static_cast<std::size_t>(frames + 100) - 200];
    return sum;
  };
  int best = -100;
  for (int frames = -100; frames <= 100; ++frames)
    if (likeness(frames) > likeness(best)) best = frames;
  EXPECT_LE(std::abs(best), 2);  // 0.04 ms
  EXPECT_NE(std::vector<float>(out.begin() + kSecond, out.begin() + 2 * kSecond),
            std::vector<float>(sound.begin() + kSecond, sound.begin() + 2 * kSecond));
}

// The tail of a burst falls by 60 dB within the stated 0.4 to 1.2 s.
TEST(Augment, ARoomDecaysAsStated) {
  std::vector<float> sound(3 * kSecond);
  Random random(3);
  for (std::size_t i = 0; i < kSecond / 10; ++i)
    sound[i] = static_cast<float>(random.uniform(-0.5, 0.5));
  double shortest = 10, longest = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto out = arrived(Augmentation::kRoom, seed, sound);
    const double early = power(out, kSecond / 5, 2 * kSecond / 5);
    const double late = power(out, 2 * kSecond / 5, 3 * kSecond / 5);
    const double seconds = 0.2 * 60 / (10 * std::log10(early / late));
    shortest = std::min(shortest, seconds);
    longest = std::max(longest, seconds);
  }
  EXPECT_GT(shortest, 0.35);
  EXPECT_LT(shortest, 0.6);
  EXPECT_GT(longest, 0.9);
  EXPECT_LT(longest, 1.35);
}

TEST(Augment, TheSameSeedIsTheSameWay) {
  const auto sound = music();
  for (const auto way :
       {Augmentation::kNoise, Augmentation::kOpus, Augmentation::kRoom, Augmentation::kCrowd}) {
    EXPECT_EQ(arrived(way, 5, sound), arrived(way, 5, sound)) << augmentationName(way);
  }
  EXPECT_NE(arrived(Augmentation::kNoise, 5, sound), arrived(Augmentation::kNoise, 6, sound));
}

TEST(Augment, DecksTransposeAndTurnFaster) {
  simulator::PerformancePlan plan;
  augmentPlan(Augmentation::kLower, plan);
  EXPECT_EQ(plan.transposeSemitones, -1);
  augmentPlan(Augmentation::kFaster, plan);
  EXPECT_EQ(plan.firstTempoPercent, 10);
  EXPECT_TRUE(plan.dj.keylock);
}

}  // namespace
}  // namespace dju::dataset
