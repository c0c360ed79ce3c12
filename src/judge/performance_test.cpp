#include "judge/performance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "judge/test_battle.h"

namespace dju::judge {
namespace {

using engine::ControlId;
using engine::test::noiseTrack;
using test::Mix;
using test::record;

// Two records of one tempo, the second started so that its beats come `lateMs` after the first's.
Mix together(double lateMs) {
  Mix mix;
  mix.add(record(120, 1));
  mix.add(record(120, 2));
  return mix.play(0, 0, 0, 1).play(0, 1, 1, 1 - lateMs / 1000);
}

TEST(Performance, SeesTheOffsetThatWasPlayed) {
  for (const double late : {0.0, 3.0, -17.0, 60.0, -120.0}) {
    const Performance performance = together(late).perform(3);
    const auto window = performance.window(Frame(kSampleRate), Frame(3 * kSampleRate));
    ASSERT_EQ(window.size(), 200U);
    for (const Evidence& evidence : window) {
      ASSERT_TRUE(evidence.pair && evidence.pair->beatOffsetMs);
      EXPECT_NEAR(*evidence.pair->beatOffsetMs, late, 0.1);
    }
  }
}

TEST(Performance, HasNoBeatsToCompareWhileOneDeckIsHeard) {
  Mix mix = together(10);
  mix.at(0, ControlId::kCrossfader, -1);
  for (const Evidence& evidence : mix.perform(2).evidence) {
    EXPECT_FALSE(evidence.pair);
    EXPECT_NE(evidence.carrier, 1);
  }
}

TEST(Performance, SharesFollowTheFaders) {
  Mix mix;
  mix.add(noiseTrack(10, 1));
  mix.add(noiseTrack(10, 2));
  mix.play(0, 0, 0).play(0, 1, 1).at(0, ControlId::kVolume, 0.4, 1);
  const Evidence last = mix.perform(3).evidence.back();
  // A fader at half of unity is a quarter of the amplitude, a sixteenth of the energy.
  EXPECT_NEAR(last.decks[1].share / last.decks[0].share, 1.0 / 16, 0.003);
}

TEST(Performance, LoudnessAddsUpInEnergy) {
  Mix mix;
  mix.add(noiseTrack(10, 1), engine::kNoKey, -10);
  mix.add(noiseTrack(10, 2), engine::kNoKey, -10);
  mix.play(0, 0, 0).play(0, 1, 1).at(0, ControlId::kCrossfader, 0);
  const Evidence last = mix.perform(2).evidence.back();
  // Constant power: each 3 dB down, together as loud as one; the faders stand at 0.8 squared.
  EXPECT_NEAR(*last.loudness, -10 + 40 * std::log10(0.8), 0.05);
}

TEST(Performance, TheOneWhoBringsInTheNewestDeckAnswers) {
  Mix mix = together(0);
  mix.at(0, ControlId::kVolume, 0, 1).at(2, ControlId::kVolume, 0.8, 1);
  const Performance performance = mix.perform(4);
  EXPECT_EQ(performance.window(Frame(kSampleRate), Frame(kSampleRate + 480)).front().player, 0);
  EXPECT_EQ(performance.evidence.back().player, 1);
}

TEST(Performance, LevelDoesNotMoveSpectralChange) {
  Mix quiet = together(0), loud = together(0);
  quiet.at(0, ControlId::kMasterVolume, 0.3).at(4, ControlId::kCrossfader, -1);
  loud.at(0, ControlId::kMasterVolume, 0.6).at(4, ControlId::kCrossfader, -1);
  const Performance low = quiet.perform(6), high = loud.perform(6);
  ASSERT_TRUE(low.evidence.back().spectralChange);
  EXPECT_NEAR(*low.evidence.back().spectralChange, *high.evidence.back().spectralChange, 0.3);
}

TEST(Performance, SpectralChangeSeesACutToOtherMusic) {
  Mix mix;
  mix.add(engine::test::sineTrack(20, 220));
  mix.add(noiseTrack(20, 3));
  mix.play(0, 0, 0)
      .play(0, 1, 1)
      .at(0, ControlId::kCrossfader, -1)
      .at(4, ControlId::kCrossfader, 1);
  const Performance performance = mix.perform(6);
  const auto at = [&](double seconds) {
    const auto frame = static_cast<std::int64_t>(seconds * kSampleRate);
    return *performance.window(Frame(frame), Frame(frame + kEvidenceFrames)).front().spectralChange;
  };
  EXPECT_LT(at(3.9), 1);
  EXPECT_GT(at(5), 8);
}

TEST(Performance, LogThatNamesATrackThatWasNotGivenIsRefused) {
  test::Played battle = together(0).played(1);
  battle.tracks.pop_back();
  const auto performance = readPerformance(battle.log, battle.audio, battle.tracks);
  ASSERT_FALSE(performance);
  EXPECT_EQ(performance.error().code(), ErrorCode::kInvalid);
}

TEST(Performance, LiveReaderSeesWhatTheLogSays) {
  const test::Played battle = together(25).played(2);
  PerformanceReader reader(battle.tracks);
  std::vector<float> offsets;
  const auto hear = [&](FrameCount, const engine::Outputs&, const engine::Telemetry& telemetry) {
    const Evidence& now = reader.push(telemetry);
    if (now.pair && now.frame.index() % kEvidenceFrames == 0)
      offsets.push_back(*now.pair->beatOffsetMs);
    return true;
  };
  engine::renderLog(battle.log, battle.audio, {}, hear);
  const Performance performance = readPerformance(battle.log, battle.audio, battle.tracks).value();
  std::vector<float> offline;
  for (const Evidence& evidence : performance.evidence) {
    if (evidence.pair) offline.push_back(*evidence.pair->beatOffsetMs);
  }
  EXPECT_EQ(offsets, offline);
}

}  // namespace
}  // namespace dju::judge
