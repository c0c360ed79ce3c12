#include "music/beat_analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random.h"
#include "music/test_support/drum_music.h"

namespace dju::music {
namespace {

using testing::DrumPattern;
using testing::playDrums;
using testing::steadyBeats;

audio::PcmView viewOf(const std::vector<std::int16_t>& samples) {
  return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale};
}

// Milliseconds from each beat to the nearest of the grid, the worst of those between two moments.
double worstMs(const BeatGrid& grid, const std::vector<double>& beats, double from, double to) {
  double worst = 0;
  for (const double beat : beats) {
    if (beat < from || beat > to) continue;
    const double number = grid.beatAt(beat * kSampleRate);
    const double nearest = grid.frameAt(std::round(number)) / kSampleRate;
    worst = std::max(worst, std::fabs(nearest - beat) * 1000);
  }
  return worst;
}

bool isDownbeat(const BeatGrid& grid, double seconds) {
  const double beat = std::round(grid.beatAt(seconds * kSampleRate));
  return std::fmod(std::fabs(beat), 4) == 0;
}

struct Style {
  const char* name;
  double bpm;
  DrumPattern pattern;
};

// Kick, snare, hats, bass as these genres place them.
const Style kStyles[] = {
    {"house",
     124,
     {"x...x...x...x...", "....x.......x...", "..x...x...x...x.", "..x...x...x...x.", 0.1}},
    {"techno", 138, {"x...x...x...x...", "", "..x...x...x...x.", "..xx..xx..xx..xx", 0.15}},
    {"breaks",
     132,
     {"x.x.......x.....", "....x.......x...", "x.x.x.x.x.x.x.x.", "x.....x...x.....", 0.15}},
    {"drum and bass",
     174,
     {"x.........x.....", "....x.......x...", "x.x.x.x.x.x.x.x.", "x.....x...x.....", 0.15}},
    {"hip-hop",
     96,
     {"x......x..x.....", "....x.......x...", "x.x.x.x.x.x.x.x.", "x.........x.....", 0.15}},
    {"electro",
     126,
     {"x.....x...x.....", "....x.......x...", "xxxxxxxxxxxxxxxx", "x..x..x.x..x..x.", 0.1}},
};

TEST(BeatAnalysisTest, FindsBeatsAndBarsOfDancePatterns) {
  for (const Style& style : kStyles) {
    const auto beats = steadyBeats(0.4, style.bpm, 40);
    const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, style.pattern, 40)));
    ASSERT_TRUE(found.grid.valid()) << style.name;
    EXPECT_NEAR(found.grid.bpm(), style.bpm, 0.02) << style.name;
    EXPECT_LT(worstMs(found.grid, beats, 0, 40), 6) << style.name;
    EXPECT_TRUE(isDownbeat(found.grid, beats[16])) << style.name;
    EXPECT_TRUE(found.constant());
    EXPECT_GT(found.confidence, 0.4) << style.name;
    EXPECT_LE(found.downbeatConfidence, found.confidence + 1e-9);
    EXPECT_GE(found.grid.anchorFrame, 0);
  }
}

TEST(BeatAnalysisTest, KeepsToTheBeatWhenOffBeatHatsAreLouder) {
  DrumPattern pattern = kStyles[0].pattern;
  pattern.hatLevel = 0.6;  // three times the RMS of what they have in a usual mix
  const auto beats = steadyBeats(0.4, 125, 40);
  const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, pattern, 40)));
  EXPECT_LT(worstMs(found.grid, beats, 0, 40), 6);
}

TEST(BeatAnalysisTest, NamesTheOtherOctave) {
  const Style& style = kStyles[3];
  const auto beats = steadyBeats(0.4, style.bpm, 30);
  const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, style.pattern, 30)));
  EXPECT_TRUE(std::any_of(found.alternatives.begin(), found.alternatives.end(),
                          [](const TempoAlternative& one) { return std::fabs(one.bpm - 87) < 1; }));
}

TEST(BeatAnalysisTest, AlternativesAreExactMultiplesOfTheTempo) {
  const auto beats = steadyBeats(0.4, 128, 40);
  const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, kStyles[0].pattern, 40)));
  ASSERT_EQ(found.grid.bpm(), 128);
  EXPECT_TRUE(std::any_of(found.alternatives.begin(), found.alternatives.end(),
                          [](const TempoAlternative& one) { return one.bpm == 64; }));
}

// Attacks of 0 to 10 ms move the beat by less than their own length: the moment heard as the onset.
TEST(BeatAnalysisTest, PlacesBeatsWhereAttacksBegin) {
  for (const double attackMs : {0.1, 1.0, 3.0, 10.0}) {
    DrumPattern pattern = kStyles[0].pattern;
    pattern.attackMs = attackMs;
    const auto beats = steadyBeats(0.4, 128, 30);
    const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, pattern, 30)));
    EXPECT_LT(worstMs(found.grid, beats, 0, 30), 5 + attackMs / 2) << attackMs;
  }
}

TEST(BeatAnalysisTest, DoesNotDriftOverSixMinutes) {
  const auto beats = steadyBeats(0.3, 127.413, 360);
  const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, kStyles[0].pattern, 360)));
  EXPECT_TRUE(found.constant());
  EXPECT_NEAR(found.grid.bpm(), 127.413, 0.002);
  const double first = found.grid.frameAt(std::round(found.grid.beatAt(beats[4] * kSampleRate)));
  const double last = found.grid.frameAt(std::round(found.grid.beatAt(beats.back() * kSampleRate)));
  EXPECT_NEAR(last - first, (beats.back() - beats[4]) * kSampleRate, 0.003 * kSampleRate);
}

TEST(BeatAnalysisTest, FollowsAJumpOfTempo) {
  auto beats = steadyBeats(0.4, 120, 40);
  for (const double beat : steadyBeats(beats.back() + 60 / 120.0, 132, 80)) beats.push_back(beat);
  const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, kStyles[0].pattern, 80)));
  ASSERT_FALSE(found.constant());
  EXPECT_NEAR(found.grid.bpmAt(10.0 * kSampleRate), 120, 0.05);
  EXPECT_NEAR(found.grid.bpmAt(70.0 * kSampleRate), 132, 0.05);
  EXPECT_LT(worstMs(found.grid, beats, 0, 80), 20);
  EXPECT_TRUE(isDownbeat(found.grid, beats[16]));
  EXPECT_TRUE(isDownbeat(found.grid, beats[140]));
}

// Four beats last as long as three before: another rhythm in the same tempo would look alike.
TEST(BeatAnalysisTest, FollowsAJumpByThreeToFour) {
  for (const std::size_t style : {std::size_t{0}, std::size_t{2}}) {  // house, breaks
    auto beats = steadyBeats(0.4, 120, 40);
    for (const double beat : steadyBeats(beats.back() + 60 / 90.0, 90, 80)) beats.push_back(beat);
    const auto samples = playDrums(beats, kStyles[style].pattern, 80);
    EXPECT_LT(worstMs(estimateBeats(viewOf(samples)).grid, beats, 0, 80), 10) << style;
  }
}

// An edit that drops or repeats half a beat, in the middle and twenty beats before the end.
TEST(BeatAnalysisTest, FollowsABeatThatMoves) {
  const std::pair<double, double> moves[] = {{40, 0.5}, {60, 0.25}, {70, 0.75}};  // seconds, beats
  for (const auto& [at, by] : moves) {
    auto beats = steadyBeats(0.4, 124, at);
    const double next = beats.back() + (1 + by) * 60 / 124;
    for (const double beat : steadyBeats(next, 124, 80)) beats.push_back(beat);
    const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, kStyles[0].pattern, 80)));
    EXPECT_LT(worstMs(found.grid, beats, 0, at - 4), 6) << at;
    EXPECT_LT(worstMs(found.grid, beats, at + 4, 80), 6) << at;
  }
}

TEST(BeatAnalysisTest, FollowsATempoThatSlides) {
  std::vector<double> beats = {0.4};
  while (beats.back() < 90) beats.push_back(beats.back() + 60 / (120 + 6 * beats.back() / 90));
  const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, kStyles[0].pattern, 90)));
  EXPECT_FALSE(found.constant());
  EXPECT_LT(worstMs(found.grid, beats, 4, 86), 50);
}

TEST(BeatAnalysisTest, GivesNoGridForSilenceAndShortSounds) {
  const std::vector<std::int16_t> silence(48000 * 20);
  EXPECT_FALSE(estimateBeats(viewOf(silence)).grid.valid());
  const std::vector<std::int16_t> blip(9600, 1000);
  EXPECT_FALSE(estimateBeats(viewOf(blip)).grid.valid());
  EXPECT_FALSE(estimateBeats({}).grid.valid());
}

TEST(BeatAnalysisTest, DoubtsWhatHasNoBeat) {
  Random random(11);
  std::vector<std::int16_t> noise(2 * 48000 * 30), offset(2 * 48000 * 10, 12000);
  for (auto& sample : noise) sample = static_cast<std::int16_t>(random.below(40000) - 20000);
  EXPECT_LT(estimateBeats(viewOf(noise)).confidence, 0.2);
  EXPECT_LT(estimateBeats(viewOf(offset)).confidence, 0.2);
  // Hits at moments that nobody could tap to.
  std::vector<double> moments = {0.2};
  while (moments.back() < 60) moments.push_back(moments.back() + random.uniform(0.15, 1.1));
  const auto free = playDrums(moments, {"x...x...x...x...", "", "", ""}, 60);
  EXPECT_LT(estimateBeats(viewOf(free)).confidence, 0.2);
}

// Not what DJs play, but a sensible answer: the pulse or a simple multiple of it, nothing infinite.
TEST(BeatAnalysisTest, CopesWithOddTempiMetresAndLengths) {
  const DrumPattern waltz{"x...........", "....x...x...", "x.x.x.x.x.x.", "x...........", 0.1};
  const DrumPattern seven{"x.......x...x...x...........", "....x.......x.......x...x...", "", "",
                          0};
  for (const double bpm : {40.0, 120.0, 300.0}) {
    for (const DrumPattern& pattern : {waltz, seven, kStyles[0].pattern}) {
      for (const double seconds : {3.0, 30.0}) {
        const auto beats = steadyBeats(0.2, bpm, seconds);
        const BeatEstimate found = estimateBeats(viewOf(playDrums(beats, pattern, seconds)));
        EXPECT_TRUE(std::isfinite(found.grid.anchorFrame));
        EXPECT_TRUE(found.grid.sane());
        EXPECT_TRUE(found.confidence >= 0 && found.confidence <= 1) << found.confidence;
        if (seconds > 10) {
          EXPECT_TRUE(found.grid.valid()) << bpm;
        }
      }
    }
  }
}

}  // namespace
}  // namespace dju::music
