#include "server/battle/live_features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>
#include <vector>

namespace dju::server {
namespace {

using nlohmann::json;

// 1 kHz at -20 dBFS on both sides of the master; deck A has it, deck B is silent.
VisualFrame toneAt(std::int64_t block) {
  VisualFrame frame;
  frame.block.telemetry.frame = Frame(block * kBlockFrames);
  frame.block.telemetry.deckCount = 2;
  frame.hasStems = true;
  for (std::int64_t i = 0; i < kBlockFrames; ++i) {
    const auto n = static_cast<double>(block * kBlockFrames + i);
    const auto value =
        static_cast<float>(0.1 * std::sin(2 * std::numbers::pi * 1000 * n / kSampleRate));
    frame.block.master[2 * i] = frame.block.master[2 * i + 1] = value;
    frame.stems[0][2 * i] = frame.stems[0][2 * i + 1] = value;
  }
  return frame;
}

TEST(LiveFeatures, TellTenTimesASecondWhatMasterAndDecksSoundLike) {
  LiveFeatures features;
  int told = 0;
  json last;
  for (int block = 0; block < 400; ++block) {
    features.add(toneAt(block));
    if (const auto data = features.take()) {
      last = *data;
      ++told;
    }
  }
  EXPECT_NEAR(told, 20, 1);
  EXPECT_NEAR(last["dominantFrequency"].get<double>(), 1000, 6);
  // A Hann window spreads a tone over bins whose power adds up to 1.5 times its own.
  EXPECT_NEAR(last["bands"]["mid"].get<double>(), -20 + 1.76, 0.1);
  EXPECT_LT(last["bands"]["sub"].get<double>(), -100);
  EXPECT_NEAR(last["rms"].get<double>(), 0.1 / std::numbers::sqrt2, 1e-4);
  EXPECT_NEAR(last["peak"].get<double>(), 0.1, 1e-4);
  EXPECT_NEAR(last["zeroCrossings"].get<double>(), 2000.0 / kSampleRate, 1e-3);
  EXPECT_EQ(last["mfcc"].size(), 13U);
  EXPECT_EQ(last["chroma"].size(), 12U);
  EXPECT_EQ(last["tonnetz"].size(), 6U);
  // BS.1770: a sine of 997 Hz on both sides at 0 dBFS reads 0 LUFS.
  EXPECT_NEAR(last["lufs"].get<double>(), -20, 0.1);
  ASSERT_EQ(last["decks"].size(), 2U);
  EXPECT_EQ(last["decks"][0]["deck"], "A");
  EXPECT_EQ(last["decks"][0]["bands"], last["bands"]);
  EXPECT_EQ(last["decks"][1]["rms"], 0);
}

TEST(LiveFeatures, TellNothingOfSoundThatTheyHaveForgotten) {
  LiveFeatures features;
  std::int64_t block = 0;
  for (; block < 100; ++block) features.add(toneAt(block));
  // Blocks are missing before anybody has asked.
  features.add(toneAt(block + 1));
  EXPECT_FALSE(features.take());
}

// The same figures as a whole track gets from the same samples.
TEST(LiveFeatures, AreThoseOfTheSameSoundReadWhole) {
  using music::Feature;
  const std::vector<std::pair<const char*, Feature>> kNames = {
      {"centroid", Feature::kCentroid},
      {"rolloff", Feature::kRollOff},
      {"bandwidth", Feature::kBandwidth},
      {"zeroCrossings", Feature::kZeroCrossings},
      {"rms", Feature::kRms},
      {"crest", Feature::kCrest},
      {"mfcc", Feature::kMfcc},
      {"chroma", Feature::kChroma},
      {"tonnetz", Feature::kTonnetz}};
  std::vector<std::int16_t> pcm;
  LiveFeatures features;
  std::vector<json> live;
  for (int block = 0; block < 100; ++block) {
    VisualFrame frame = toneAt(block);
    for (float& sample : frame.block.master) {
      pcm.push_back(static_cast<std::int16_t>(std::lround(sample * 32768)));
      sample = static_cast<float>(pcm.back()) / 32768;
    }
    features.add(frame);
    if (const auto data = features.take()) live.push_back(*data);
  }
  const auto whole =
      music::extractFeatures({pcm.data(), static_cast<std::int64_t>(pcm.size() / 2), 1.0F / 32768},
                             music::soundNowDefinition(), music::FeatureSet::all());
  ASSERT_GE(live.size(), 4U);
  for (std::size_t i = 0; i < live.size(); ++i) {
    for (const auto& [name, feature] : kNames) {
      const auto row = whole[feature].row(i);
      const json& told = live[i][name];
      ASSERT_EQ(row.size(), told.is_array() ? told.size() : 1U) << name;
      // Told in four digits.
      for (std::size_t c = 0; c < row.size(); ++c)
        EXPECT_NEAR((told.is_array() ? told[c] : told).get<float>(), row[c],
                    1e-3F * std::abs(row[c]) + 1e-6F)
            << name << " " << c;
    }
  }
}

TEST(LiveFeatures, ForgetWhatWasHeardBeforeAGap) {
  LiveFeatures features;
  for (int block = 0; block < 38; ++block) features.add(toneAt(block));
  features.take();
  features.add(toneAt(100));
  EXPECT_FALSE(features.take());
}

}  // namespace
}  // namespace dju::server
