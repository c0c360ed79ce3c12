#include "judge/scoreboard.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/test_support/allocation_count.h"

namespace dju::judge {
namespace {

// A moment in which player 1 has both decks sounding, `lateMs` apart.
Evidence together(std::int64_t index, float lateMs, std::uint32_t flags = 0) {
  Evidence evidence;
  evidence.frame = Frame(index * kEvidenceFrames);
  evidence.deckCount = 2;
  evidence.carrier = 0;
  evidence.player = 1;
  for (std::size_t d = 0; d < 2; ++d) {
    evidence.decks[d].audible = evidence.decks[d].steady = true;
    evidence.decks[d].share = 0.5F;
    evidence.decks[d].speed = 1;
    evidence.decks[d].flags = flags;
  }
  PairEvidence pair;
  pair.second = 1;
  pair.beatOffsetMs = lateMs;
  pair.tempoDifferenceBpm = 0;
  pair.key = KeyDistance{};
  evidence.pair = pair;
  return evidence;
}

TEST(Scoreboard, IsTheMeanOfWhatWasAnsweredFor) {
  Scoreboard board;
  for (int i = 0; i < 100; ++i) board.push(together(i, i < 50 ? 0 : 50));
  EXPECT_NEAR(*board.score(1, Head::kBeatAlignment).value, 0.75, 1e-6);
  EXPECT_NEAR(*board.score(1, Head::kBpmAccuracy).value, 1, 1e-9);
  EXPECT_FALSE(board.score(0, Head::kBeatAlignment).value);
  EXPECT_NEAR(board.answeredSeconds(1), 1, 1e-9);
  EXPECT_EQ(board.score(1, Head::kBeatAlignment).latest, Frame(99 * kEvidenceFrames));
}

TEST(Scoreboard, SaysNothingOfAFewMoments) {
  Scoreboard board;
  for (int i = 0; i < kFewestMoments - 1; ++i) board.push(together(i, 0));
  EXPECT_FALSE(board.score(1, Head::kBeatAlignment).value);
  board.push(together(kFewestMoments, 0));
  EXPECT_TRUE(board.score(1, Head::kBeatAlignment).value);
}

TEST(Scoreboard, IsHalfCertainAfterTenSecondsAndKnowsTheTrend) {
  Scoreboard board;
  for (int i = 0; i < 1000; ++i) board.push(together(i, 50));
  EXPECT_NEAR(board.score(1, Head::kBeatAlignment).confidence, 0.5, 1e-6);
  EXPECT_NEAR(board.score(1, Head::kBeatAlignment).trend, 0, 1e-9);
  for (int i = 1000; i < 2000; ++i) board.push(together(i, 0));
  // 1 - exp(-10 / 30) of the way from .5 to 1 lies below the mean, .75; it goes up all the same.
  const double early = board.score(1, Head::kBeatAlignment).trend;
  for (int i = 2000; i < 4000; ++i) board.push(together(i, 0));
  EXPECT_GT(board.score(1, Head::kBeatAlignment).trend, early);
}

TEST(Scoreboard, NotesSync) {
  Scoreboard board;
  for (int i = 0; i < 100; ++i) board.push(together(i, 0, i < 25 ? engine::kDeckSync : 0U));
  EXPECT_NEAR(*board.byHand(1), 0.75, 1e-9);
  EXPECT_FALSE(board.byHand(0));
}

TEST(Scoreboard, KnowsTheLeastEvenStretch) {
  Scoreboard board;
  for (int i = 0; i < 3000; ++i) {
    Evidence evidence = together(i, 0);
    // Of the three stretches the second is ridden up and down by 2 %.
    if (i >= 1024 && i < 2048) evidence.decks[0].speed = i / 10 % 2 == 0 ? 0.98F : 1.02F;
    board.push(evidence);
  }
  ASSERT_TRUE(board.shakiest(1));
  EXPECT_EQ(board.shakiest(1)->start, Frame(1024 * kEvidenceFrames));
  // One deck of two.
  EXPECT_NEAR(board.shakiest(1)->wobblePercent, 2 / std::sqrt(2.0), 0.01);
  EXPECT_FALSE(board.shakiest(0));
}

TEST(Scoreboard, TransitionsCountAlike) {
  Scoreboard board;
  Transition good, bad;
  good.player = bad.player = 0;
  good.score = 1;
  bad.score = 0.5;
  good.bothHeardSeconds = 60;
  board.add(good);
  board.add(bad);
  EXPECT_NEAR(*board.score(0, Head::kTransitionQuality).value, 0.75, 1e-9);
  EXPECT_EQ(board.transitions(0), 2U);
}

TEST(Scoreboard, AllocatesNothingAsItGoes) {
  Scoreboard board;
  const Evidence evidence = together(0, 10);
  const long before = dju::testing::allocationCount();
  for (int i = 0; i < 3000; ++i) board.push(evidence);
  EXPECT_EQ(dju::testing::allocationCount() - before, 0);
}

}  // namespace
}  // namespace dju::judge
