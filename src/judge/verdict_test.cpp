#include "judge/verdict.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "judge/judge_json.h"
#include "judge/test_battle.h"

namespace dju::judge {
namespace {

using engine::ControlId;
using test::Mix;
using test::record;

// Back to back: deck `own` of player `first` plays, the other player mixes into deck 1 - own at 6
// s, the first back into his at 20 s. Offsets in ms by who brings in.
struct Plan {
  double firstLateMs = 0, secondLateMs = 0;
  double firstFadeSeconds = 8, secondFadeSeconds = 8;
  bool firstSyncs = false;
};

void fade(Mix& mix, double at, double seconds, double from, double to, int player) {
  for (int i = 0; i <= 100; ++i)
    mix.at(at + seconds * i / 100, ControlId::kCrossfader, from + (to - from) * i / 100, 0, player);
}

Performance battle(const Plan& plan, bool exchanged = false) {
  Mix mix;
  mix.add(record(120, 1), 0);
  mix.add(record(120, 2), 7);
  mix.add(record(120, 3), 2);
  const int x = exchanged ? 1 : 0, y = 1 - x;
  const double side = exchanged ? 1 : -1;
  mix.play(0, x, 0, 2).at(0, ControlId::kCrossfader, side, 0, x);
  mix.play(4, y, 1, 2 - plan.secondLateMs / 1000);
  fade(mix, 6, plan.secondFadeSeconds, side, -side, y);
  // Late against what plays then, which is late itself.
  const double firstLate = plan.firstLateMs + plan.secondLateMs;
  mix.at(16, ControlId::kPlay, 0, x).play(18, x, 2, 2 - firstLate / 1000);
  if (plan.firstSyncs) mix.at(18.5, ControlId::kSync, 1, x);
  fade(mix, 20, plan.firstFadeSeconds, -side, side, x);
  return mix.perform(34);
}

Verdict judged(const Plan& plan, bool exchanged = false, const Votes& votes = {}) {
  return verdictOf(battle(plan, exchanged), standardRubric(), "back_to_back", {}, votes);
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
  EXPECT_GT(*judged({0, 60}).probabilityA, 0.9);
  EXPECT_LT(*judged({60, 0}).probabilityA, 0.1);
  EXPECT_NEAR(*judged({20, 20}).probabilityA, 0.5, 0.3);
}

TEST(Verdict, FallsWithTheOffset) {
  double before = 1;
  for (const double late : {0.0, 20.0, 40.0, 80.0}) {
    const double now = *judged({late, 30}).probabilityA;
    EXPECT_LT(now, before);
    before = now;
  }
}

TEST(Verdict, ExchangedSidesExchangeItAndNothingElse) {
  for (const Plan& plan : {Plan{5, 40}, Plan{70, 10}, Plan{0, 0, 1, 8}, Plan{3, 9, 8, 8, true}}) {
    const Verdict there = judged(plan), back = judged(plan, true);
    EXPECT_NEAR(*there.probabilityA, 1 - *back.probabilityA, 1e-15);
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
  const double alone = *judged({0, 0}).probabilityA;
  EXPECT_EQ(judged({0, 0}, false, {0, 4, 0}).probabilityA, alone);
  const Verdict with = judged({0, 0}, false, {0, 10, 0});
  EXPECT_EQ(with.crowdShare, 0.3);
  EXPECT_NEAR(*with.probabilityA, 0.7 * alone, 1e-12);
}

TEST(Verdict, FindingsSayWhatWasWrong) {
  const Verdict verdict = judged({80, 0});
  const auto& findings = verdict.battle.sides[0].findings;
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front().measure, "beat_offset_ms");
  EXPECT_NEAR(findings.front().value, 80, 0.2);
  EXPECT_EQ(findings.front().transition, 1U);
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
  EXPECT_TRUE(verdict.probabilityA.has_value());
  EXPECT_FALSE(verdict.rounds[0].probabilityA.has_value());
  Performance first = performance;
  first.evidence.resize(17 * 100);  // before A has mixed
  EXPECT_FALSE(verdictOf(first, standardRubric(), "free").probabilityA.has_value());
  const Verdict voted = verdictOf(first, standardRubric(), "free", {}, {8, 2, 0});
  EXPECT_EQ(voted.crowdShare, 1);
  EXPECT_EQ(voted.probabilityA, 0.8);
}

TEST(Verdict, NothingPlayedIsNoVerdict) {
  const Verdict verdict = verdictOf({}, standardRubric(), "free");
  EXPECT_FALSE(verdict.probabilityA.has_value());
  EXPECT_TRUE(verdict.transitions.empty());
}

TEST(Verdict, JsonHoldsWhatTheProtocolAsksFor) {
  const Rubric& rubric = standardRubric();
  const nlohmann::json out = toJson(judged({15, 5}), rubric);
  EXPECT_EQ(out["rubric"], "club-1");
  EXPECT_EQ(out["battle"]["scores"].size(), 2U);
  EXPECT_EQ(out["battle"]["scores"][0]["heads"].size(), kHeadCount);
  const nlohmann::json& transition = out["transitions"][0];
  EXPECT_EQ(transition["id"], "t-1");
  EXPECT_EQ(transition["player"], "B");
  EXPECT_EQ(transition["fromDeck"], "A");
  EXPECT_TRUE(transition["phraseAligned"].is_null());
  EXPECT_NEAR(transition["beatOffsetMs"][0]["ms"].get<double>(), 5, 0.1);
}

}  // namespace
}  // namespace dju::judge
