#include "judge/verdict.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "judge/test_battle.h"

namespace dju::judge {
namespace {

using test::battle;
using test::Plan;

Verdict judged(const Plan& plan, bool exchanged = false) {
  return verdictOf(battle(plan, exchanged), standardRubric(), "back_to_back");
}
double probabilityA(const Plan& plan) {
  return *judged(plan).battle.probabilityA;
}

TEST(Verdict, CreditsTransitionsToWhoMadeThem) {
  const Verdict verdict = judged({});
  ASSERT_EQ(verdict.transitions.size(), 2U);
  EXPECT_EQ(verdict.transitions[0].player, 1);
  EXPECT_EQ(verdict.transitions[1].player, 0);
  EXPECT_EQ(verdict.battle.sides[0].transitions, 1U);
  EXPECT_EQ(verdict.battle.sides[1].transitions, 1U);
  EXPECT_GT(verdict.battle.sides[0].answeredSeconds, 10);
}

TEST(Verdict, TheOneWhoseBeatsLieTogetherIsBetter) {
  EXPECT_GT(probabilityA({0, 60}), 0.9);
  EXPECT_LT(probabilityA({60, 0}), 0.1);
  EXPECT_NEAR(probabilityA({20, 20}), 0.5, 0.3);
}

TEST(Verdict, FallsWithTheOffset) {
  double before = 1;
  for (const double late : {0.0, 20.0, 40.0, 80.0}) {
    const double now = probabilityA({late, 30});
    EXPECT_LT(now, before);
    before = now;
  }
}

TEST(Verdict, ExchangedSidesExchangeItAndNothingElse) {
  for (const Plan& plan : {Plan{5, 40}, Plan{70, 10}, Plan{0, 0, 1, 8}, Plan{3, 9, 8, 8, true}}) {
    const Verdict there = judged(plan), back = judged(plan, true);
    EXPECT_NEAR(*there.battle.probabilityA, 1 - *back.battle.probabilityA, 1e-15);
    for (std::size_t s = 0; s < 2; ++s) {
      const Side& one = there.battle.sides[s];
      const Side& other = back.battle.sides[1 - s];
      EXPECT_DOUBLE_EQ(one.total, other.total);
      for (std::size_t h = 0; h < kHeadCount; ++h)
        EXPECT_EQ(one.heads.values()[h], other.heads.values()[h]) << kHeads[h];
    }
  }
}

TEST(Verdict, JitterOfTheHandMovesItByLessThanAPercent) {
  const auto total = [](double lateMs) { return judged({lateMs, 10}).battle.sides[0].total; };
  for (const double jitter : {-5.0, 5.0}) EXPECT_NEAR(total(jitter), total(0), 0.01);
  // Who is late already gains once what is lost another time.
  EXPECT_NEAR((total(5) + total(15)) / 2, total(10), 0.01);
}

TEST(Verdict, SyncIsNotedAndRidingByHandEarnsMore) {
  const Verdict synced = judged({0, 0, 8, 8, true}), byHand = judged({0, 0, 8, 8, false});
  EXPECT_LT(*synced.battle.sides[0].byHand, 0.1);
  EXPECT_EQ(*byHand.battle.sides[0].byHand, 1);
  EXPECT_GT(byHand.battle.sides[0].total, synced.battle.sides[0].total);
}

TEST(Verdict, VotesCountAsTheFormatSaysWhenThereAreEnough) {
  const Rubric& rubric = standardRubric();
  EXPECT_EQ(combined(0.5, {0, 4, 0}, rubric, "back_to_back").probabilityA, 0.5);
  EXPECT_EQ(combined(0.5, {0, 4, 0}, rubric, "back_to_back").crowdShare, 0);
  const Combined with = combined(0.5, {0, 10, 0}, rubric, "back_to_back");
  EXPECT_EQ(with.crowdShare, 0.3);
  EXPECT_NEAR(*with.probabilityA, 0.35, 1e-12);
  EXPECT_NEAR(*combined(0.5, {0, 0, 10}, rubric, "free").probabilityA, 0.5, 1e-12);
}

TEST(Verdict, FindingsSayWhatWasWrong) {
  const Verdict verdict = judged({80, 0});
  const auto& findings = verdict.battle.sides[0].findings;
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front().measure, "beat_offset_ms");
  EXPECT_NEAR(findings.front().value, 80, 0.2);
  EXPECT_EQ(findings.front().transition, 1U);
  const auto speed = std::ranges::find(findings, Head::kPitchStability, &Finding::head);
  ASSERT_NE(speed, findings.end());
  EXPECT_FALSE(speed->transition);
  EXPECT_NEAR(speed->worth, 1, 1e-3);
  EXPECT_TRUE(std::ranges::is_sorted(findings, {}, &Finding::worth));
}

TEST(Verdict, RoundsAreRuledApart) {
  const Performance performance = battle({60, 0});
  const Verdict verdict =
      verdictOf(performance, standardRubric(), "rounds", {Frame(0), Frame(17 * kSampleRate)});
  ASSERT_EQ(verdict.rounds.size(), 2U);
  EXPECT_EQ(verdict.rounds[0].sides[1].transitions, 1U);
  EXPECT_EQ(verdict.rounds[0].sides[0].transitions, 0U);
  EXPECT_EQ(verdict.rounds[1].sides[0].transitions, 1U);
}

TEST(Verdict, RoundsComeFromTheLog) {
  engine::BattleLog log;
  log.events = {{"round", Frame(480), R"({"round":1,"turn":"A"})"},
                {"round", Frame(960), R"({"round":1,"turn":"B"})"},
                {"chat", Frame(970), R"({"round":2})"},
                {"round", Frame(980), R"({"round":"2"})"},
                {"round", Frame(1440), R"({"round":2,"turn":"B"})"}};
  EXPECT_EQ(roundStartsOf(log), (std::vector<Frame>{Frame(480), Frame(1440)}));
}

// Who never mixes is not compared, neither as the worse nor as the better; the crowd may have seen
// something all the same.
TEST(Verdict, WhoMadeNoTransitionIsNotCompared) {
  const Performance performance = battle({60, 0});
  const std::vector<Frame> starts = {Frame(0), Frame(17 * kSampleRate)};
  const Verdict verdict = verdictOf(performance, standardRubric(), "rounds", starts);
  EXPECT_TRUE(verdict.battle.probabilityA.has_value());
  EXPECT_FALSE(verdict.rounds[0].probabilityA.has_value());
  Performance first = performance;
  first.evidence.resize(17 * 100);  // before A has mixed
  const Verdict silent = verdictOf(first, standardRubric(), "free");
  EXPECT_FALSE(silent.battle.probabilityA.has_value());
  const Combined voted = combined(silent.battle.probabilityA, {8, 2, 0}, standardRubric(), "free");
  EXPECT_EQ(voted.crowdShare, 1);
  EXPECT_EQ(voted.probabilityA, 0.8);
}

TEST(Verdict, NothingPlayedIsNoVerdict) {
  const Verdict verdict = verdictOf({}, standardRubric(), "free");
  EXPECT_FALSE(verdict.battle.probabilityA.has_value());
  EXPECT_TRUE(verdict.transitions.empty());
}

}  // namespace
}  // namespace dju::judge
