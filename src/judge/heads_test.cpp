#include "judge/heads.h"

#include <gtest/gtest.h>

#include <cmath>

#include "judge/test_battle.h"

namespace dju::judge {
namespace {

using engine::ControlId;
using test::Mix;
using test::record;

TEST(Heads, NamesAreInTheOrderOfHeads) {
  EXPECT_EQ(headName(Head::kBpmAccuracy), "bpm_accuracy");
  EXPECT_EQ(headName(Head::kKeyCompatibility), "key_compatibility");
  EXPECT_EQ(headName(Head::kOriginality), "originality");
  EXPECT_FALSE(isProxy(Head::kKeyCompatibility));
  EXPECT_TRUE(isProxy(Head::kTrackSelection));
}

TEST(Heads, ToleranceIsHalfAtTheDocumentsBounds) {
  EXPECT_DOUBLE_EQ(beatAlignment(0), 1);
  EXPECT_DOUBLE_EQ(beatAlignment(50), 0.5);
  EXPECT_DOUBLE_EQ(beatAlignment(-50), 0.5);
  EXPECT_DOUBLE_EQ(bpmAccuracy(2), 0.5);
  EXPECT_GT(beatAlignment(5), 0.985);
  for (double ms = 1; ms < 250; ++ms) EXPECT_LT(beatAlignment(ms), beatAlignment(ms - 1));
}

TEST(Heads, KeysFarAwayOrDetunedFitWorse) {
  EXPECT_DOUBLE_EQ(keyCompatibility({}), 1);
  EXPECT_DOUBLE_EQ(keyCompatibility({1, false, 0}), 0.9);
  EXPECT_DOUBLE_EQ(keyCompatibility({2, true, 0}), 0.5);
  EXPECT_DOUBLE_EQ(keyCompatibility({0, false, 30}), 0.5);
}

// Ten seconds of two records, the second's beats `lateMs` late and its tempo `percent` off.
Heads judged(double lateMs, double percent = 0, double masterVolume = 0.8) {
  Mix mix;
  mix.add(record(120, 1), 0);
  mix.add(record(120, 2), 7);
  mix.play(0, 0, 0, 1).play(0, 1, 1, 1 - lateMs / 1000);
  mix.at(0, ControlId::kRate, percent, 1).at(0, ControlId::kMasterVolume, masterVolume);
  const Performance performance = mix.perform(10);
  return headsOf(performance.evidence, performance.tracks);
}

TEST(Heads, FollowTheOffset) {
  double before = 1;
  for (const double late : {0.0, 10.0, 25.0, 50.0, 100.0, 200.0}) {
    const Heads heads = judged(late);
    EXPECT_NEAR(*heads[Head::kBeatAlignment], beatAlignment(late), 0.002);
    EXPECT_LE(*heads[Head::kBeatAlignment], before);
    EXPECT_FLOAT_EQ(*heads[Head::kBpmAccuracy], 1);
    before = *heads[Head::kBeatAlignment];
  }
}

TEST(Heads, FollowTheTempo) {
  // 1 % of 120 BPM.
  EXPECT_NEAR(*judged(0, 1)[Head::kBpmAccuracy], bpmAccuracy(1.2), 0.002);
  EXPECT_LT(*judged(0, 1)[Head::kBeatAlignment], *judged(0, 0.2)[Head::kBeatAlignment]);
}

TEST(Heads, DoNotHearTheMastersVolume) {
  const Heads loud = judged(30, 0, 0.8), quiet = judged(30, 0, 0.3);
  for (const Head head :
       {Head::kBpmAccuracy, Head::kBeatAlignment, Head::kKeyCompatibility, Head::kPitchStability})
    EXPECT_NEAR(*loud[head], *quiet[head], 1e-4);
  EXPECT_NEAR(*loud[Head::kTransitionQuality], *quiet[Head::kTransitionQuality], 0.01);
}

TEST(Heads, SayNothingOfBeatsWhileOneDeckPlays) {
  Mix mix;
  mix.add(record(120, 1), 0);
  const Performance performance = mix.play(0, 0, 0).perform(5);
  const Heads heads = headsOf(performance.evidence, performance.tracks);
  EXPECT_FALSE(heads[Head::kBpmAccuracy]);
  EXPECT_FALSE(heads[Head::kBeatAlignment]);
  EXPECT_FALSE(heads[Head::kTransitionQuality]);
  EXPECT_FALSE(heads[Head::kKeyCompatibility]);
  EXPECT_FLOAT_EQ(*heads[Head::kPitchStability], 1);
}

TEST(Heads, NudgesUnsettleThePitchAndAnEvenRideDoesNot) {
  Mix ridden, nudged;
  for (Mix* mix : {&ridden, &nudged}) {
    mix->add(record(120, 1));
    mix->play(0, 0, 0);
  }
  for (int i = 1; i < 1000; ++i) ridden.at(i * 0.01, ControlId::kRate, i * 0.003);
  for (int i = 1; i < 10; ++i) nudged.at(i, ControlId::kNudge, i % 2 == 1 ? 4 : 0);
  const auto stability = [](const Mix& mix) {
    const Performance performance = mix.perform(10);
    return *headsOf(performance.evidence, performance.tracks)[Head::kPitchStability];
  };
  EXPECT_GT(stability(ridden), 0.98);
  EXPECT_LT(stability(nudged), 0.3);
}

// A passage from one record to another by the crossfader, within `seconds` around the fifth.
TransitionParts crossfaded(double seconds, double fromSeconds = 0, bool swapBass = true) {
  Mix mix;
  mix.add(record(120, 1), 0);
  mix.add(record(120, 2), 7);
  mix.play(0, 0, 0).play(0, 1, 1, fromSeconds).at(0, ControlId::kCrossfader, -1);
  if (swapBass) mix.at(0, ControlId::kEqLow, 0, 1).at(5, ControlId::kEqLow, 0.5, 1);
  if (swapBass) mix.at(5, ControlId::kEqLow, 0, 0);
  for (int i = 0; i <= 200; ++i) {
    const double x = -1 + i / 100.0;
    mix.at(5 + x * seconds / 2, ControlId::kCrossfader, x);
  }
  // Without the first blocks, in which the crossfader is on its way.
  return transitionParts(mix.perform(10).window(Frame(kSampleRate), Frame(10 * kSampleRate)));
}

TEST(TransitionParts, AreGoodWhereItIsMixedWell) {
  const TransitionParts parts = crossfaded(8);
  EXPECT_GT(*parts.tempoSmoothness, 0.99);
  EXPECT_NEAR(*parts.keyCompatibility, 0.9, 1e-6);
  EXPECT_NEAR(*parts.phraseAlignment, 0.8, 1e-6);
  EXPECT_GT(*parts.bassHandling, 0.97);
  EXPECT_GT(*parts.levelHandling, 0.9);
  EXPECT_GT(*parts.quality(), 0.85);
}

TEST(TransitionParts, TellTwoBassesFromOne) {
  EXPECT_LT(*crossfaded(8, 0, false).bassHandling, 0.8);
}

TEST(TransitionParts, TellAWrongBar) {
  EXPECT_NEAR(*crossfaded(8, 0.5).phraseAlignment, 0.2, 1e-6);
}

// Between two moments of the evidence a ramp of a few milliseconds would be a dip or none by luck.
TEST(TransitionParts, ACutIsNoChangeOfLevel) {
  for (const double late : {0.0, 0.001, 0.003, 0.005, 0.007, 0.009}) {
    Mix mix;
    mix.add(record(120, 1), 0);
    mix.add(record(120, 2), 0);
    mix.play(0, 0, 0).play(0, 1, 1).at(0, ControlId::kVolume, 0, 1);
    mix.at(4 + late, ControlId::kVolume, 0, 0).at(4 + late, ControlId::kVolume, 0.8, 1);
    const Performance cut = mix.perform(8);
    const auto window = cut.window(Frame(kSampleRate), Frame(8 * kSampleRate));
    EXPECT_GT(*transitionParts(window).levelHandling, 0.99) << late;
  }
}

TEST(TransitionParts, JudgeACutByWhereItFalls) {
  // At 120 BPM a bar is two seconds: 4 s is on the one, 5.3 s is not.
  const auto cutAt = [](double seconds) {
    Mix mix;
    mix.add(record(120, 1), 0);
    mix.add(record(120, 2), 6);
    mix.play(0, 0, 0).play(0, 1, 1).at(0, ControlId::kCrossfader, -1);
    return transitionParts(mix.at(seconds, ControlId::kCrossfader, 1).perform(8).evidence);
  };
  EXPECT_GT(*cutAt(4).phraseAlignment, 0.95);
  EXPECT_LT(*cutAt(5.3).phraseAlignment, 0.2);
  EXPECT_NEAR(*cutAt(4).keyCompatibility, 0.2, 1e-6);
  EXPECT_GT(*cutAt(4).tempoSmoothness, 0.99);
}

TEST(TransitionParts, AreEmptyWhereNothingPasses) {
  EXPECT_FALSE(transitionParts({}).quality());
}

TEST(Heads, OnlyMomentsOfThePlayerCount) {
  Mix mix;
  mix.add(record(120, 1));
  mix.add(record(120, 2));
  mix.play(0, 0, 0).play(2, 1, 1);
  const Performance performance = mix.perform(6);
  const Heads first = headsOf(performance.evidence, performance.tracks, engine::PlayerIndex{0});
  const Heads second = headsOf(performance.evidence, performance.tracks, engine::PlayerIndex{1});
  EXPECT_FALSE(first[Head::kBeatAlignment]);
  EXPECT_TRUE(second[Head::kBeatAlignment]);
}

}  // namespace
}  // namespace dju::judge
