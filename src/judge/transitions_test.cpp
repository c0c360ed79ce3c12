// Transitions are told apart where they were played on purpose, by commands on the engine.
#include "judge/transitions.h"

#include <gtest/gtest.h>

#include "judge/test_battle.h"

namespace dju::judge {
namespace {

using engine::ControlId;
using test::Mix;
using test::record;

// Two records at 120 BPM, a bar is two seconds; the first is heard, the second runs unheard,
// `lateMs` behind it.
Mix ready(double lateMs = 0, double secondBpm = 120) {
  Mix mix;
  mix.add(record(120, 1), 0);
  mix.add(record(secondBpm, 2), 7);
  return mix.play(0, 0, 0, 2).play(0, 1, 1, 2 - lateMs / 1000).at(0, ControlId::kCrossfader, -1);
}

void fade(Mix& mix, double from, double to) {
  constexpr int kSteps = 100;
  for (int i = 0; i <= kSteps; ++i)
    mix.at(from + (to - from) * i / kSteps, ControlId::kCrossfader, -1 + 2.0 * i / kSteps, 0, 1);
}

Transition only(const Mix& mix, double seconds) {
  const std::vector<Transition> found = transitionsOf(mix.perform(seconds));
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? Transition{} : found.front();
}

TEST(Transitions, BlendTellsWhatWasDone) {
  Mix mix = ready(12);
  fade(mix, 4, 12);
  const Transition blend = only(mix, 16);
  EXPECT_EQ(blend.type, TransitionType::kBlend);
  EXPECT_NEAR(blend.start.seconds(), 4, 1);
  EXPECT_NEAR(blend.end.seconds(), 12, 1);
  EXPECT_LE((blend.reported - blend.end), kSampleRate);  // two beats
  EXPECT_EQ(blend.fromDeck, 0);
  EXPECT_EQ(blend.toDeck, 1);
  EXPECT_EQ(blend.player, 1);
  EXPECT_NEAR(*blend.beatOffsetMs, 12, 0.1);
  ASSERT_GT(blend.beatOffsets.size(), 60U);
  for (const OffsetAt& offset : blend.beatOffsets) EXPECT_NEAR(offset.ms, 12, 0.1);
  EXPECT_NEAR(*blend.tempoDifferenceBpm, 0, 1e-3);
  EXPECT_EQ(blend.key->steps, 1);
  EXPECT_GT(blend.doubleBassSeconds, 1);
  EXPECT_GT(*blend.score, 0.5);
}

TEST(Transitions, OffsetsChangeTheirSignWithTheDirection) {
  Mix mix = ready(20);
  mix.at(0, ControlId::kCrossfader, 1);
  for (int i = 0; i <= 100; ++i) mix.at(4 + i * 0.08, ControlId::kCrossfader, 1 - i * 0.02);
  const Transition back = only(mix, 16);
  EXPECT_EQ(back.fromDeck, 1);
  ASSERT_FALSE(back.beatOffsets.empty());
  EXPECT_NEAR(back.beatOffsets.front().ms, -20, 0.1);
}

TEST(Transitions, BassSwap) {
  Mix mix = ready();
  mix.at(0, ControlId::kEqLow, 0, 1);
  fade(mix, 4, 12);
  mix.at(8, ControlId::kEqLow, 0.5, 1).at(8, ControlId::kEqLow, 0, 0);
  const Transition swap = only(mix, 16);
  EXPECT_EQ(swap.type, TransitionType::kBassSwap);
  EXPECT_LT(swap.doubleBassSeconds, 0.2);
}

TEST(Transitions, CutReportsTheTempoThatFollows) {
  Mix mix = ready(0, 126);
  mix.at(6, ControlId::kCrossfader, 1);
  const Transition cut = only(mix, 9);
  EXPECT_EQ(cut.type, TransitionType::kCut);
  EXPECT_NEAR(cut.start.seconds(), 6, 0.05);
  EXPECT_NEAR(cut.end.seconds(), 6, 0.05);
  EXPECT_NEAR(*cut.tempoDifferenceBpm, 6, 1e-3);
}

TEST(Transitions, CutAfterAGapIsOneTransition) {
  Mix mix = ready();
  mix.at(4, ControlId::kPlay, 0, 0).at(6, ControlId::kCrossfader, 1);
  const Transition cut = only(mix, 9);
  EXPECT_NEAR(cut.start.seconds(), 4, 0.05);
  EXPECT_NEAR(cut.end.seconds(), 6, 0.05);
}

TEST(Transitions, EchoOut) {
  Mix mix = ready();
  mix.at(5, ControlId::kFxOn1, 1, 0).at(6, ControlId::kVolume, 0, 0);
  mix.at(6, ControlId::kCrossfader, 1);
  EXPECT_EQ(only(mix, 9).type, TransitionType::kEchoOut);
}

TEST(Transitions, Filter) {
  Mix mix = ready();
  fade(mix, 4, 12);
  for (int i = 0; i <= 50; ++i) mix.at(4 + i * 0.1, ControlId::kFilter, i / 60.0, 0);
  EXPECT_EQ(only(mix, 16).type, TransitionType::kFilter);
}

TEST(Transitions, DoubleDrop) {
  Mix mix = ready();
  mix.judged(0).energy.assign(60, 0.9F);
  mix.judged(1).energy.assign(60, 0.9F);
  mix.at(4, ControlId::kCrossfader, 0).at(14, ControlId::kCrossfader, 1);
  EXPECT_EQ(only(mix, 17).type, TransitionType::kDoubleDrop);
}

TEST(Transitions, Scratch) {
  Mix mix = ready();
  mix.at(5, ControlId::kJogTouch, 1, 1).at(5.1, ControlId::kCrossfader, 0);
  for (int i = 0; i < 80; ++i)
    mix.at(5.1 + i * 0.01, ControlId::kJog, i % 20 < 10 ? 0.02 : -0.02, 1);
  mix.at(6, ControlId::kJogTouch, 0, 1).at(6.5, ControlId::kCrossfader, 1);
  EXPECT_EQ(only(mix, 9).type, TransitionType::kScratch);
}

TEST(Transitions, TrainWreck) {
  Mix mix = ready(110);
  fade(mix, 4, 12);
  const Transition wreck = only(mix, 16);
  EXPECT_EQ(wreck.type, TransitionType::kTrainWreck);
  EXPECT_NEAR(*wreck.beatOffsetMs, 110, 0.1);
}

TEST(Transitions, ALiftedFaderIsNone) {
  Mix mix = ready();
  mix.at(4, ControlId::kCrossfader, 1).at(4.4, ControlId::kCrossfader, -1);
  EXPECT_TRUE(transitionsOf(mix.perform(8)).empty());
}

TEST(Transitions, ARecordThatIsPutOverOnItsOwnDeckIsOne) {
  Mix mix = ready();
  mix.at(4, ControlId::kLoad, 1, 0).at(4, ControlId::kPlay, 1, 0);
  const Transition cut = only(mix, 8);
  EXPECT_EQ(cut.fromDeck, cut.toDeck);
  EXPECT_EQ(cut.toTrack, 1U);
}

TEST(Transitions, LoudnessStepIsOfTheRecordsBehindTheirGains) {
  Mix mix;
  mix.add(record(120, 1), 0, -8);
  mix.add(record(120, 2), 7, -11);
  mix.play(0, 0, 0).play(0, 1, 1).at(0, ControlId::kCrossfader, -1);
  fade(mix, 4, 8);
  EXPECT_NEAR(*only(mix, 12).loudnessStepLu, -3, 0.05);
}

}  // namespace
}  // namespace dju::judge
