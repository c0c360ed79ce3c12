#include "music/vocals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/random.h"
#include "core/time.h"
#include "music/test_support/groovebox.h"
#include "music/vocal_model.h"

namespace dju::music {
namespace {

TEST(VocalsTest, FeaturesDoNotDependOnLevel) {
  std::vector<unsigned> bars;
  repeat(bars, kKick | kHat | kChord, 4);
  const FeatureTrack track = logMelOf(playGroove({}, bars).view());
  const FeatureMatrix& logMel = track[Feature::kLogMel];
  // Well above the floor, so that a quieter copy is the same spectrum.
  FeatureMatrix loud(logMel.rows(), logMel.columns()), quiet = loud;
  for (std::size_t i = 0; i < logMel.rows(); ++i) {
    for (std::size_t b = 0; b < logMel.columns(); ++b) {
      loud.row(i)[b] = std::max(-50.0F, logMel.row(i)[b]);
      quiet.row(i)[b] = loud.row(i)[b] - 12;
    }
  }
  const FeatureMatrix a = vocalFeatures(loud), b = vocalFeatures(quiet);
  ASSERT_EQ(a.columns(), kVocalFeatures);
  ASSERT_EQ(a.rows(), (logMel.rows() + 9) / 10);
  for (std::size_t i = 0; i < a.values().size(); ++i) {
    ASSERT_NEAR(a.values()[i], b.values()[i], 2e-2) << i % kVocalFeatures;
  }
}

TEST(VocalsTest, DrumsWithABassAreNoVoice) {
  std::vector<unsigned> bars;
  repeat(bars, kKick | kSnare | kHat | kBass, 16);
  const GrooveTrack track = playGroove({}, bars);
  double seconds = 0;
  for (const Interval& each : findVocals(logMelOf(track.view()))) seconds += each.end - each.start;
  EXPECT_LT(seconds, 3);
}

TEST(VocalsTest, WhateverItHearsIntervalsAreInOrderAndLongEnough) {
  Random random(2);
  std::vector<std::int16_t> noise(2 * 48000 * 12);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    const std::size_t frame = i / kChannels;
    const double seconds = static_cast<double>(frame) / kSampleRate;
    const double turns = 300 * seconds + 8 * std::sin(2 * std::numbers::pi * 5 * seconds);
    const double tone = std::sin(2 * std::numbers::pi * turns);
    noise[i] = static_cast<std::int16_t>(6000 * tone + random.uniform(-8000, 8000));
  }
  const FeatureTrack features =
      logMelOf({noise.data(), static_cast<std::int64_t>(noise.size() / 2), audio::kUnityScale});
  double last = -1;
  for (const Interval& each : findVocals(features)) {
    EXPECT_GT(each.start, last);
    EXPECT_GE(each.end - each.start, 0.99);
    EXPECT_LE(each.end, 12);
    last = each.end;
  }
}

TEST(VocalsTest, SilenceAndNothingHaveNone) {
  const std::vector<std::int16_t> silence(std::size_t{2} * 48000 * 5);
  EXPECT_TRUE(findVocals(logMelOf({silence.data(), 48000 * 5, audio::kUnityScale})).empty());
  EXPECT_TRUE(findVocals(logMelOf({nullptr, 0, audio::kUnityScale})).empty());
}

}  // namespace
}  // namespace dju::music
