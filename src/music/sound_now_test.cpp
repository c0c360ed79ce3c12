#include "music/sound_now.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/random.h"

namespace dju::music {
namespace {

std::vector<float> tone(double hz, double amplitude, int samples) {
  std::vector<float> sound;
  for (int n = 0; n < samples; ++n)
    sound.push_back(
        static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * n / 48000)));
  return sound;
}

TEST(SoundNow, ATonesPowerLiesInItsBand) {
  SoundNowReader reader;
  SoundNow last;
  reader.push(tone(1000, 0.1, 48000), [&](const SoundNow& now) { last = now; });
  EXPECT_NEAR(last.dominantHz, 1000, 48000.0 / 8192);
  // A Hann window spreads a tone over bins whose power adds up to 1.5 times its own.
  EXPECT_NEAR(last.bands[3], -20 + 1.76, 0.05);
  for (const std::size_t other : {0, 1, 2, 4, 5, 6}) EXPECT_LT(last.bands[other], -75);
  EXPECT_NEAR(last.peak, 0.1, 1e-4);
}

TEST(SoundNow, SilenceIsTheFloor) {
  SoundNowReader reader;
  int frames = 0;
  reader.push(std::vector<float>(48000), [&](const SoundNow& now) {
    ++frames;
    EXPECT_EQ(now.dominantHz, 0);
    for (const float band : now.bands) EXPECT_FLOAT_EQ(band, -120);
  });
  // Frames whose windows end within the second: those at 0, 4800 ... 43200.
  EXPECT_EQ(frames, 10);
}

// The same values, whatever blocks the sound comes in, and those of a whole track.
TEST(SoundNow, IsTheSameInBlocksOfAnySize) {
  Random random(3);
  std::vector<float> sound;
  for (int n = 0; n < 60000; ++n) sound.push_back(static_cast<float>(random.uniform(-0.5, 0.5)));
  std::vector<SoundNow> whole, blocks;
  std::vector<float> centroids, centroidsOfTrack;
  SoundNowReader one, other;
  one.push(sound, [&](const SoundNow& now) { whole.push_back(now); });
  for (std::size_t at = 0; at < sound.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random.below(700), sound.size() - at);
    other.push(std::span(sound).subspan(at, size), [&](const SoundNow& now) {
      blocks.push_back(now);
      centroids.push_back((*now.features)[Feature::kCentroid][0]);
    });
    at += size;
  }
  ASSERT_EQ(whole.size(), blocks.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i].bands, blocks[i].bands);
    EXPECT_EQ(whole[i].dominantHz, blocks[i].dominantHz);
  }
  FeatureExtractor extractor(soundNowDefinition(), {Feature::kCentroid});
  extractor.push(sound, [&](const FeatureFrame& frame) {
    centroidsOfTrack.push_back(frame[Feature::kCentroid][0]);
  });
  EXPECT_EQ(centroids, centroidsOfTrack);
}

}  // namespace
}  // namespace dju::music
