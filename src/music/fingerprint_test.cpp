#include "music/fingerprint.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/random.h"
#include "core/time.h"

namespace dju::music {
namespace {

// Notes at random, a third of a second each: as different from another seed's as two songs are.
std::vector<std::int16_t> song(std::uint64_t seed, double seconds) {
  Random random(seed);
  std::vector<std::int16_t> samples;
  double phase[3] = {};
  double step[3] = {};
  const auto frames = static_cast<std::int64_t>(seconds * kSampleRate);
  for (std::int64_t i = 0; i < frames; ++i) {
    double value = 0;
    for (int voice = 0; voice < 3; ++voice) {
      if (i % 16000 == 0) {
        const double note = 48.0 + static_cast<double>(random.below(36));
        step[voice] = 440 * std::exp2((note - 69) / 12) / kSampleRate;
      }
      phase[voice] += step[voice];
      value += std::sin(2 * std::numbers::pi * phase[voice]);
    }
    for (int c = 0; c < 2; ++c) samples.push_back(static_cast<std::int16_t>(8000 * value / 3));
  }
  return samples;
}

FingerprintWords wordsOf(const std::vector<std::int16_t>& samples) {
  return fingerprintOf(
      {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale});
}

// What an encoder at a low rate does: coarse quantisation, noise, no treble, a late start.
std::vector<std::int16_t> reencoded(const std::vector<std::int16_t>& in, std::size_t lateFrames) {
  Random random(5);
  std::vector<std::int16_t> out(2 * lateFrames);
  double low[2] = {};
  for (std::size_t i = 0; i < in.size(); ++i) {
    low[i % 2] += 0.5 * (in[i] * 0.7 - low[i % 2]);
    const double noise = static_cast<double>(random.below(400)) - 200;
    out.push_back(static_cast<std::int16_t>(std::lround((low[i % 2] + noise) / 128) * 128));
  }
  return out;
}

TEST(FingerprintTest, KnowsTheSameRecordingInAnotherEncodingAndPlace) {
  const auto original = song(1, 40);
  const auto a = wordsOf(original);
  const auto b = wordsOf(reencoded(original, 2 * 48000));
  ASSERT_GT(a.size(), 200U);
  const FingerprintMatch match = compareFingerprints(a, b);
  EXPECT_TRUE(match.sameRecording()) << match.errors;
  EXPECT_NEAR(match.offsetSeconds, 2, 0.15);
  EXPECT_GT(match.overlapSeconds, 25);
}

TEST(FingerprintTest, TellsOtherMusicApart) {
  const FingerprintMatch match = compareFingerprints(wordsOf(song(1, 40)), wordsOf(song(2, 40)));
  EXPECT_FALSE(match.sameRecording());
  EXPECT_GT(match.errors, 0.3);
}

TEST(FingerprintTest, TextReadsBack) {
  const auto words = wordsOf(song(3, 12));
  EXPECT_EQ(parseFingerprint(fingerprintText(words)).valueOrThrow(), words);
  EXPECT_EQ(fingerprintText({}), "");
  for (const char* bad : {"", "A", "!!!!", "AQ"}) EXPECT_FALSE(parseFingerprint(bad).ok()) << bad;
}

TEST(FingerprintTest, HasNothingToSayAboutNothing) {
  EXPECT_TRUE(fingerprintOf({}).empty());
  EXPECT_TRUE(wordsOf(song(1, 1)).empty());
  EXPECT_FALSE(compareFingerprints({}, {}).sameRecording());
  EXPECT_FALSE(compareFingerprints({}, wordsOf(song(1, 12))).sameRecording());
}

}  // namespace
}  // namespace dju::music
