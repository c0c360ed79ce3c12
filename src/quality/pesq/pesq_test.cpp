#include "quality/pesq/pesq.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "quality/test_support/passages.h"
#include "quality/test_support/voices.h"

namespace dju::quality {
namespace {

using pesq::Band;
using ::testing::HasSubstr;
using testing::lowPassed;
using testing::scaled;
using testing::shifted;
using testing::throughOpus;
using testing::withNoise;

// The voice that is always there and, where espeak-ng is installed, words.
std::vector<Sound> voices() {
  std::vector<Sound> all = {testing::syntheticVoice(6)};
  if (auto words = testing::spokenByEspeak()) all.push_back(std::move(*words));
  return all;
}

double raw(const Sound& reference, const Sound& test, Band band = Band::kNarrow) {
  return pesqScore(reference, test, band).valueOrThrow().raw;
}

TEST(Pesq, TheSameSpeechScoresFourAndAHalf) {
  for (const Sound& voice : voices()) {
    for (const Band band : {Band::kNarrow, Band::kWide})
      EXPECT_NEAR(raw(voice, voice, band), 4.5, 1e-9);
  }
}

TEST(Pesq, MapsToOpinionScoresAsP8621AndP8622Say) {
  EXPECT_NEAR(mosLqo(4.5, Band::kNarrow), 4.549, 5e-4);
  EXPECT_NEAR(mosLqo(-0.5, Band::kNarrow), 1.017, 5e-4);
  EXPECT_NEAR(mosLqo(4.5, Band::kWide), 4.644, 5e-4);
  EXPECT_NEAR(mosLqo(2.5, Band::kNarrow), 0.999 + 4 / (1 + std::exp(0.92445)), 1e-9);
}

TEST(Pesq, DelayAndLevelCostNothing) {
  for (Sound voice : voices()) {
    // Room for what is late.
    voice.channels[0].resize(voice.frames() + kSampleRate / 2);
    EXPECT_GT(raw(voice, scaled(shifted(voice, 9600), 0.3)), 4.45);
    EXPECT_GT(raw(voice, scaled(shifted(voice, 331), -1.5), Band::kWide), 4.45);
  }
}

TEST(Pesq, ScoresFallWithTheBitRate) {
  for (const Sound& voice : voices()) {
    double better = 4.5;
    for (const int kilobits : {64, 24, 12, 6}) {
      const double score = raw(voice, throughOpus(voice, kilobits));
      EXPECT_LT(score, better) << kilobits << " kbit/s";
      better = score;
    }
  }
}

TEST(Pesq, ScoresFallWithNoise) {
  for (const Sound& voice : voices()) {
    for (const Band band : {Band::kNarrow, Band::kWide}) {
      double better = 4.5;
      for (const double rms : {0.0003, 0.001, 0.003, 0.01, 0.03}) {
        const double score = raw(voice, withNoise(voice, rms), band);
        EXPECT_LT(score, better) << rms;
        better = score;
      }
    }
  }
}

TEST(Pesq, WhatATelephoneCutsOffIsHeardInWideBandOnly) {
  for (const Sound& voice : voices()) {
    const Sound telephone = lowPassed(lowPassed(voice, 3800), 3800);
    EXPECT_LT(raw(voice, telephone, Band::kWide), raw(voice, telephone) - 0.1);
  }
}

TEST(Pesq, APauseOfTheStreamIsFollowed) {
  const Sound voice = testing::syntheticVoice(8);
  Sound held = voice;  // 100 ms of silence in the middle, everything later after it
  held.channels[0].insert(held.channels[0].begin() + 4 * kSampleRate, 4800, 0.0F);
  const auto score = pesqScore(voice, held, Band::kNarrow);
  ASSERT_TRUE(score.ok());
  EXPECT_GT(score->raw, 3.5);
}

TEST(Pesq, RefusesWhatItCannotScore) {
  const Sound voice = testing::syntheticVoice(3);
  const auto message = [](const Sound& reference, const Sound& test) {
    const auto score = pesqScore(reference, test, Band::kNarrow);
    return score ? std::string() : std::string(score.error().what());
  };
  EXPECT_THAT(message(voice, scaled(voice, 0)), HasSubstr("test is silent"));
  EXPECT_THAT(message(testing::syntheticVoice(0.4), voice), HasSubstr("reference lasts 0.40 s"));
  EXPECT_THAT(message(testing::syntheticVoice(121), voice), HasSubstr("121.00 s"));
  EXPECT_THAT(message(withNoise(scaled(voice, 0), 0.1), voice), HasSubstr("no speech"));
}

}  // namespace
}  // namespace dju::quality
