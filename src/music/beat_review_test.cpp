#include "music/beat_review.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "audio/pcm_file.h"
#include "core/random.h"
#include "core/time.h"
#include "music/onset.h"

namespace dju::music {
namespace {

// Kick on every beat, snare on two and four, hats between, a chord a bar.
std::vector<float> house(double seconds, double bpm, double firstBeat) {
  std::vector<float> sound(static_cast<std::size_t>(seconds * kSampleRate));
  Random random(5);
  const auto add = [&](double at, double length, auto&& wave) {
    const auto from = static_cast<std::size_t>(at * kSampleRate);
    const auto count = static_cast<std::size_t>(length * kSampleRate);
    for (std::size_t i = 0; i < count && from + i < sound.size(); ++i)
      sound[from + i] += static_cast<float>(wave(static_cast<double>(i) / kSampleRate));
  };
  const double period = 60 / bpm;
  int beat = 0;
  for (double at = firstBeat; at < seconds; at += period, ++beat) {
    add(at, 0.25, [](double t) {
      const double phase = 2 * std::numbers::pi * (50 * t + 3 * (1 - std::exp(-t * 40)));
      return 0.6 * std::exp(-t * 14) * std::sin(phase);
    });
    if (beat % 2 == 1) {
      add(at, 0.2, [&](double t) { return 0.3 * std::exp(-t * 25) * random.uniform(-1, 1); });
    }
    add(at + period / 2, 0.08,
        [&](double t) { return 0.15 * std::exp(-t * 60) * random.uniform(-1, 1); });
    if (beat % 4 == 0) {
      const double hz = beat % 8 == 0 ? 220 : 294;
      add(at, 4 * period, [hz](double t) {
        return 0.1 *
               (std::sin(2 * std::numbers::pi * hz * t) + std::sin(3 * std::numbers::pi * hz * t));
      });
    }
  }
  return sound;
}

constexpr double kBpm = 126, kFirstBeat = 0.3, kPeriod = 60 / kBpm;

// Reviews as they fall due while `followed` is what the tracker does; the first correction.
std::optional<Pulse> correction(const std::vector<float>& sound, const Pulse& followed) {
  BeatReview review;
  std::span<const float> rest = sound;
  while (!rest.empty()) {
    const auto block = rest.first(std::min<std::size_t>(480, rest.size()));
    rest = rest.subspan(block.size());
    review.push(block);
    if (!review.due()) continue;
    if (const auto better = review.review(followed)) return better;
  }
  return std::nullopt;
}

TEST(OnsetHistory, IsWhatTheWholeTrackSays) {
  const std::vector<float> sound = house(8, kBpm, kFirstBeat);
  std::vector<std::int16_t> track;
  std::vector<float> mono;
  for (const float sample : sound) {
    track.insert(track.end(), 2, static_cast<std::int16_t>(std::lround(sample * 20000)));
    mono.push_back(static_cast<float>(track.back()) * audio::kUnityScale);
  }
  audio::PcmView view;
  view.samples = track.data();
  view.frames = static_cast<std::int64_t>(sound.size());
  const OnsetStrength whole = onsetStrength(view);
  OnsetHistory history(4);
  history.push(mono);
  const OnsetStrength recent = history.recent();
  ASSERT_EQ(history.end() - history.begin(), recent.size());
  EXPECT_NEAR(static_cast<double>(recent.size()) / kOnsetRate, 4, 0.05);
  // Bands are divided by the mean of another span, so their ratio is constant.
  double scale = 0;
  for (std::size_t i = 0; i < recent.size(); ++i) {
    const float before = whole.bands[kKickBand][history.begin() + i];
    if (before < 1) continue;
    const double ratio = static_cast<double>(recent.bands[kKickBand][i] / before);
    if (scale == 0) scale = ratio;
    EXPECT_NEAR(ratio, scale, 1e-3 * scale);
  }
  EXPECT_GT(scale, 0);
  for (std::size_t t = 0; t + 1 < recent.texture.size(); ++t) {
    const Texture& expected = whole.texture[history.begin() / kTextureHops + t];
    for (std::size_t i = 0; i < kTextureChroma; ++i)
      EXPECT_NEAR(recent.texture[t].chroma[i], expected.chroma[i], 1e-5F);
  }
}

TEST(OnsetHistory, ForgetsWhatItIsToldTo) {
  OnsetHistory history(6);
  history.push(house(8, kBpm, kFirstBeat));
  history.forget(2);
  EXPECT_NEAR(static_cast<double>(history.recent().size()) / kOnsetRate, 2, 0.05);
  history.push(std::vector<float>(48000));
  EXPECT_NEAR(static_cast<double>(history.recent().size()) / kOnsetRate, 3, 0.05);
}

TEST(BeatReview, MovesFromTheOffBeatToTheBeat) {
  const auto better =
      correction(house(24, kBpm, kFirstBeat), {kPeriod, kFirstBeat + 1.5 * kPeriod});
  ASSERT_TRUE(better.has_value());
  EXPECT_NEAR(better->period, kPeriod, 0.002);
  EXPECT_NEAR(std::remainder(better->beat - kFirstBeat, kPeriod), 0, 0.02);
}

TEST(BeatReview, MovesFromHalfTheTempo) {
  const auto better = correction(house(24, kBpm, kFirstBeat), {2 * kPeriod, kFirstBeat});
  ASSERT_TRUE(better.has_value());
  EXPECT_NEAR(better->period, kPeriod, 0.002);
}

TEST(BeatReview, LeavesTheBeatAlone) {
  EXPECT_FALSE(correction(house(24, kBpm, kFirstBeat), {kPeriod, kFirstBeat}).has_value());
}

TEST(BeatReview, HasNothingToSayOfSilenceAndNoise) {
  EXPECT_FALSE(correction(std::vector<float>(20 * kSampleRate), {0.5, 0}).has_value());
  EXPECT_FALSE(correction(std::vector<float>(20 * kSampleRate, 0.5F), {}).has_value());
  Random random(3);
  std::vector<float> noise(20 * kSampleRate);
  for (float& sample : noise) sample = static_cast<float>(random.uniform(-0.5, 0.5));
  EXPECT_FALSE(correction(noise, {0.5, 0.1}).has_value());
}

TEST(BeatReview, NoticesAnotherTempoButNotAnotherCount) {
  BeatReview review;
  const auto stays = [&](double period) {
    for (int frame = 0; frame < 300; ++frame) {
      if (review.watch(period)) return false;
    }
    return true;
  };
  EXPECT_TRUE(stays(0.5));
  EXPECT_TRUE(stays(0.25));
  EXPECT_TRUE(stays(0));
  EXPECT_FALSE(stays(0.43));
  EXPECT_TRUE(stays(0.43));
}

}  // namespace
}  // namespace dju::music
