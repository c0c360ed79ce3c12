// Two drum machines one after the other, the second one beside the first's beat by known times.
#include "judge/beat_jump.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "core/time.h"

namespace dju::judge {
namespace {

constexpr double kBpm = 125;

// A kick on each beat and a hat between: the second kit's kick is another one.
double drums(double seconds, double bpm, bool second, double hiss) {
  const double beat = seconds * bpm / 60;
  const double in = (beat - std::floor(beat)) * 60 / bpm;
  const double offBeat = (beat + 0.5 - std::floor(beat + 0.5)) * 60 / bpm;
  const double hz = second ? 58 : 50, fall = second ? 20 : 12;
  return 0.5 * std::exp(-in * fall) * std::sin(2 * M_PI * hz * in) +
         0.1 * std::exp(-offBeat * 60) * hiss;
}

struct Second {
  double lateMs = 0, bpm = kBpm;
};

// The first for 24 s, then nothing for 2 s, then the second.
BeatJump heard(const Second& second) {
  BeatJump jump;
  Random random(3);
  std::vector<float> mono;
  for (std::int64_t i = 0; i < 50 * kSampleRate; ++i) {
    const double t = static_cast<double>(i) / kSampleRate, hiss = random.uniform(-1, 1);
    // The second's beats lie on the first's at 25 s, but for what it is late.
    const double since = t - 25 + 25 * kBpm / second.bpm - second.lateMs / 1000;
    const double value = t < 24   ? drums(t, kBpm, false, hiss)
                         : t < 26 ? 0
                                  : drums(since, second.bpm, true, hiss);
    mono.push_back(static_cast<float>(value));
  }
  jump.hear(mono);
  return jump;
}

constexpr Stretch kFirst{1, 24}, kSecond{26, 49};

// One faded into the other between 24 and 32 s, in which the second lies late by `lateMs(seconds)`,
// and so it does from there on.
template <typename LateMs>
BeatJump mixed(const LateMs& lateMs) {
  BeatJump jump;
  Random random(3);
  std::vector<float> mono;
  for (std::int64_t i = 0; i < 56 * kSampleRate; ++i) {
    const double t = static_cast<double>(i) / kSampleRate, hiss = random.uniform(-1, 1);
    const double share = std::clamp((t - 24) / 8, 0.0, 1.0);
    mono.push_back(static_cast<float>((1 - share) * drums(t, kBpm, false, hiss) +
                                      share * drums(t - lateMs(t) / 1000, kBpm, true, hiss)));
  }
  jump.hear(mono);
  return jump;
}

constexpr Stretch kBefore{1, 23}, kBehind{34, 55}, kPassage{24, 32};

TEST(BeatJumpTest, MeasuresToAFewMilliseconds) {
  for (const double late : {0.0, 12.0, -45.0, 90.0}) {
    const auto found = heard({late}).find(kFirst, kSecond);
    ASSERT_TRUE(found) << late;
    EXPECT_NEAR(found->milliseconds, late, 5);
    EXPECT_NEAR(found->ofFirst, 60 / kBpm, 1e-4);
    EXPECT_NEAR(found->middle, 25, 1e-9);
  }
}

TEST(BeatJumpTest, AnotherTempoIsCountedInItsOwnBeats) {
  for (const double faster : {1.03, 1.0137, 0.9721, 0.9991}) {
    const auto found = heard({20, kBpm * faster}).find(kFirst, kSecond);
    ASSERT_TRUE(found) << faster;
    EXPECT_NEAR(found->ofSecond, 60 / (kBpm * faster), 1e-4);
    EXPECT_NEAR(found->milliseconds, 20, 6) << faster;
  }
}

TEST(BeatJumpTest, FollowsATempoThatIsPutRightLater) {
  // Until 33 s, when the fader is put back: the beat jumps by 200 ms, which is more than a quarter
  // of a beat, and by 80.
  for (const double drift : {25.0, -10.0}) {
    const BeatJump jump = mixed([&](double t) { return drift * std::clamp(t - 25, 0.0, 8.0); });
    const auto found = jump.find(kBefore, kBehind);
    ASSERT_TRUE(found) << drift;
    const auto course = jump.course(*found, kBefore, kBehind, kPassage);
    EXPECT_NEAR(course.drift, drift, 1.5);
    EXPECT_NEAR(course.milliseconds, 3 * drift, 8);
  }
}

TEST(BeatJumpTest, HearsWhatWasPulledInBeforeTheFirstHadGone) {
  const BeatJump jump = mixed([](double t) { return t < 31 ? 60.0 : 0.0; });
  const auto found = jump.find(kBefore, kBehind);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->milliseconds, 0, 5);
  const auto course = jump.course(*found, kBefore, kBehind, kPassage);
  EXPECT_NEAR(course.milliseconds, 60, 8);
  EXPECT_NEAR(course.drift, 0, 2);
}

TEST(BeatJumpTest, KeepsTheJumpWhereThePassageTellsNothing) {
  const BeatJump jump = heard({20, kBpm * 0.99});
  const auto found = jump.find(kFirst, kSecond);
  ASSERT_TRUE(found);
  for (const Stretch& passage : {Stretch{24.2, 25.8}, Stretch{25, 25}}) {
    const auto course = jump.course(*found, kFirst, kSecond, passage);
    EXPECT_NEAR(course.milliseconds, 20, 6);
    EXPECT_NEAR(course.drift, 1000 * (1 / 0.99 - 1), 0.5);
  }
}

TEST(BeatJumpTest, SaysNothingWhereThereIsNoBeatToKeep) {
  const BeatJump jump = heard({});
  EXPECT_FALSE(jump.find({1, 6}, kSecond));        // too short
  EXPECT_FALSE(BeatJump().find(kFirst, kSecond));  // nothing heard
  BeatJump noise;
  Random random(5);
  std::vector<float> mono(50 * kSampleRate);
  for (float& sample : mono) sample = 0.3F * static_cast<float>(random.uniform(-1, 1));
  noise.hear(mono);
  EXPECT_FALSE(noise.find(kFirst, kSecond));
}

}  // namespace
}  // namespace dju::judge
