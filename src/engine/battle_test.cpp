#include "engine/battle.h"

#include <gtest/gtest.h>

#include "core/hash.h"
#include "engine/dsp/isolator.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

// A minute of hard work on every control, at frames that fit no grid.
void playRandomly(TestBattle& battle, std::uint64_t seed, int commands, std::int64_t frames) {
  Random random(seed);
  for (int i = 0; i < commands; ++i) {
    const auto id = static_cast<ControlId>(random.below(kControlCount));
    const ControlInfo& control = info(id);
    if (id == ControlId::kUnload && random.chance(0.8)) continue;
    double value = random.uniform(control.min, control.max);
    if (takesTrack(id)) value = random.below(3);
    if (id == ControlId::kSeek) value = random.uniform(0, 20) * kSampleRate;
    if (id == ControlId::kJog) value = random.uniform(-0.2, 0.2);
    if (id == ControlId::kTrim) value = random.uniform(-6, 12);
    if (control.kind == ControlKind::kToggle || control.kind == ControlKind::kHold) {
      value = random.chance(0.6) ? 1 : 0;
    }
    std::optional<double> position;
    if (control.latency == LatencyClass::kTransport && id != ControlId::kLoad &&
        random.chance(0.2)) {
      position = random.uniform(-1, 25) * kSampleRate;
    }
    battle.at(static_cast<std::int64_t>(random.uniform() * static_cast<double>(frames)), id, value,
              random.below(2), position);
  }
}

TestBattle& prepared(TestBattle& battle) {
  battle.provide(test::musicTrack(20, 126));
  battle.provide(test::noiseTrack(20, 5, 0.9));
  battle.provide(test::clickTrack(20, 174));
  battle.at(0, ControlId::kLoad, 0, 0);
  battle.at(0, ControlId::kLoad, 1, 1);
  battle.at(100, ControlId::kPlay, 1, 0);
  battle.at(200, ControlId::kPlay, 1, 1);
  return battle;
}

TEST(Battle, AnyBlockSizeGivesTheSameSamplesMarksAndTelemetry) {
  constexpr FrameCount kFrames = 20 * kSampleRate;
  TestBattle whole, pieces;
  playRandomly(prepared(whole), 11, 600, kFrames);
  playRandomly(prepared(pieces), 11, 600, kFrames);
  Random random(3);
  FrameCount done = 0;
  while (done < kFrames) {
    static constexpr int kSizes[] = {1, 2, 3, 7, 64, 239, 240, 241, 480, 4799, 4801, 9000};
    const FrameCount n = std::min<FrameCount>(kSizes[random.below(12)], kFrames - done);
    const TestBattle::Sound a = whole.render(n, 240 - done % 240);
    const TestBattle::Sound b = pieces.render(n, n);
    done += n;
    ASSERT_EQ(a.master, b.master) << "before frame " << done;
    ASSERT_EQ(a.monitors[0], b.monitors[0]);
    ASSERT_EQ(a.monitors[1], b.monitors[1]);
    ASSERT_EQ(a.stems[0], b.stems[0]);
    ASSERT_EQ(whole->telemetry(), pieces->telemetry());
    ASSERT_EQ(whole->mark().hash, pieces->mark().hash);
    ASSERT_EQ(whole->deckNow(0).deck, pieces->deckNow(0).deck);
    ASSERT_EQ(whole->deckNow(1).owed, pieces->deckNow(1).owed);
  }
}

TEST(Battle, WhatIsAskedForChangesNothing) {
  TestBattle all, masterOnly;
  playRandomly(prepared(all), 4, 200, 240000);
  playRandomly(prepared(masterOnly), 4, 200, 240000);
  all.render(240000);
  masterOnly->render(240000, {});
  EXPECT_EQ(all->mark().hash, masterOnly->mark().hash);
  EXPECT_EQ(all->mark().frame, Frame(240000));
}

TEST(Battle, RandomCommandsKeepTheOutputFiniteAndBelowTheCeiling) {
  TestBattle battle;
  playRandomly(prepared(battle), 99, 2000, 30 * kSampleRate);
  const TestBattle::Sound sound = battle.render(30 * kSampleRate);
  for (const float sample : sound.master) {
    ASSERT_TRUE(std::isfinite(sample));
    ASSERT_LE(std::abs(sample), 0.8913F);  // -1 dBFS
  }
  for (const float sample : sound.monitors[0]) ASSERT_LE(std::abs(sample), 0.8913F);
}

TEST(Battle, MarksAreChainedHashesOfTheMaster) {
  TestBattle battle(BattleConfig{.seed = 42});
  prepared(battle);
  const TestBattle::Sound sound = battle.render(2 * kMarkFrames, 1000);
  constexpr std::size_t kBytes = kMarkFrames * kChannels * sizeof(float);
  const std::uint64_t first = xxh64(sound.master.data(), kBytes, 42);
  EXPECT_EQ(battle->mark().hash, xxh64(sound.master.data() + kMarkFrames * 2, kBytes, first));
  EXPECT_EQ(battle->mark().frame, Frame(2 * kMarkFrames));
}

TEST(Battle, CommandsActAtTheirExactFrameInOrderOfSeq) {
  TestBattle battle;
  battle.provide(test::makeTrack(2, [](std::int64_t) { return std::pair(0.5, 0.5); }));
  battle.now(ControlId::kLoad, 0);
  battle.at(1001, ControlId::kPlay, 1);
  battle.at(1001, ControlId::kSeek, 4800);
  const TestBattle::Sound sound = battle.render(2400);
  const auto left = test::channel(sound.stems[0], 0);
  const int begins = 1002 + Isolator::kLatency;  // the fade's first frame is zero
  EXPECT_EQ(test::peak({left.begin(), left.begin() + begins}), 0);
  EXPECT_GT(std::abs(left[begins + 1]), 0);
  EXPECT_EQ(battle->deckNow(0).deck.position, 4800 + 2400 - 1001);
}

TEST(Battle, TellsOfADeckBetweenBlocks) {
  TestBattle battle;
  prepared(battle);
  battle.render(47000);
  const double before = battle->deckNow(0).deck.position;
  battle.now(ControlId::kSeek, 9600);
  EXPECT_EQ(battle->deckNow(0).deck.position, before) << "nothing has been carried out yet";
  battle->applyDue();
  EXPECT_EQ(battle->deckNow(0).deck.position, 9600);
  EXPECT_EQ(battle->now(), Frame(47000)) << "and nothing rendered";
  battle.now(ControlId::kNudge, 5);
  battle.render(4801);
  EXPECT_NEAR(battle->deckNow(0).speed, 1.05, 1e-9);
  EXPECT_FALSE(battle->deckNow(2).deck.flags & kDeckLoaded);
  EXPECT_FALSE(battle->deckNow(-1).deck.flags & kDeckLoaded);
}

TEST(Battle, RefusesWhatCannotBeDone) {
  TestBattle battle(BattleConfig{.maxPendingCommands = 3});
  battle.provide(test::sineTrack(1, 440));
  battle.render(480);
  EXPECT_EQ(battle.at(479, ControlId::kPlay, 1), Accepted::kTooLate);
  EXPECT_EQ(battle.at(480, ControlId::kLoad, 1), Accepted::kUnknownTrack);
  EXPECT_EQ(battle.at(480, ControlId::kLoad, 1e12), Accepted::kUnknownTrack);
  EXPECT_EQ(battle.at(480, ControlId::kLoad, std::nan("")), Accepted::kUnknownTrack);
  EXPECT_EQ(battle.at(480, ControlId::kLoad, 0), Accepted::kYes);
  EXPECT_EQ(battle.at(480, ControlId::kPlay, std::nan("")), Accepted::kYes) << "does nothing";
  EXPECT_EQ(battle.at(480, ControlId::kPlay, 1, 9), Accepted::kYes) << "does nothing";
  EXPECT_EQ(battle.at(480, ControlId::kPlay, 1), Accepted::kFull);
  battle.render(480);
  EXPECT_EQ(battle->value(ControlId::kPlay, 0), 0);
  EXPECT_FALSE(battle->provide(0, LoadedTrack{}));
  EXPECT_FALSE(battle->provide(256, battle.tracks()[0].loaded));
}

TEST(Battle, TellsWhereControlsStand) {
  TestBattle battle;
  battle.provide(test::sineTrack(1, 440));
  battle.now(ControlId::kRate, 20, 0);
  battle.now(ControlId::kRateRange, 16, 1);
  battle.now(ControlId::kRate, 20, 1);
  battle.now(ControlId::kKillLow, 0.3, 0);
  battle.now(ControlId::kCrossfader, -3);
  battle.now(ControlId::kHeadphoneMix, 0.25, 1);
  battle.render(240);
  EXPECT_EQ(battle->value(ControlId::kRate, 0), 8) << "the range's end";
  EXPECT_EQ(battle->value(ControlId::kRate, 1), 16);
  EXPECT_EQ(battle->value(ControlId::kKillLow, 0), 1);
  EXPECT_EQ(battle->value(ControlId::kCrossfader, 0), -1);
  EXPECT_EQ(battle->value(ControlId::kHeadphoneMix, 1), 0.25);
  EXPECT_EQ(battle->value(ControlId::kVolume, 0), 0.8);
  battle.now(ControlId::kRateRange, 9, 1);  // not a choice: the nearest is
  battle.render(240);
  EXPECT_EQ(battle->value(ControlId::kRateRange, 1), 8);
  EXPECT_EQ(battle->value(ControlId::kRate, 1), 8);
}

TEST(Battle, WorksWithOneToFourDecks) {
  for (int decks = 1; decks <= kMaxDecks; ++decks) {
    TestBattle battle(BattleConfig{.decks = decks, .monitors = 0});
    battle.provide(test::sineTrack(1, 440));
    for (int d = 0; d < kMaxDecks; ++d) {
      battle.now(ControlId::kLoad, 0, d);
      battle.now(ControlId::kPlay, 1, d);
    }
    const auto sound = battle.render(4800);
    EXPECT_EQ(battle->telemetry().deckCount, decks);
    for (int d = 0; d < decks; ++d) {
      EXPECT_GT(test::peak(test::channel(sound.stems[d], 0)), 0.1) << d;
      EXPECT_NEAR(battle.deck(d).audibleShare, 1.0 / decks, 0.01);
    }
  }
}

}  // namespace
}  // namespace dju::engine
