#include "judge/live_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "judge/judge_json.h"
#include "judge/test_battle.h"

namespace dju::judge {
namespace {

using test::battle;
using test::Plan;

LiveJudge judged(const Performance& performance) {
  LiveJudge judge(standardRubric(), "back_to_back");
  for (const Evidence& evidence : performance.evidence) judge.push(evidence, performance.tracks);
  judge.finish();
  return judge;
}

std::vector<std::string> sentences(const LiveJudge& judge) {
  std::vector<std::string> said;
  for (const Feedback& feedback : judge.feedback()) said.push_back(feedback.text.en);
  return said;
}

TEST(LiveJudge, StandsAtTheEndWhereTheVerdictStands) {
  const Performance performance = battle({5, 40});
  LiveJudge judge = judged(performance);
  const Verdict verdict = verdictOf(performance, standardRubric(), "back_to_back");
  const Standing standing = judge.standing();
  for (int s = 0; s < kSeats; ++s)
    EXPECT_DOUBLE_EQ(standing.ruling.sides[s].total, verdict.battle.sides[s].total);
  EXPECT_EQ(standing.ruling.probabilityA, verdict.battle.probabilityA);
  EXPECT_EQ(judge.transitions().size(), verdict.transitions.size());
}

TEST(LiveJudge, TellsATransitionWithinTwoBeatsOfItsEnd) {
  const Performance performance = battle({});
  LiveJudge judge(standardRubric(), "back_to_back");
  std::size_t told = 0;
  for (const Evidence& evidence : performance.evidence) {
    judge.push(evidence, performance.tracks);
    if (judge.transitions().size() == told) continue;
    const FrameCount late = evidence.frame - judge.transitions().back().end;
    EXPECT_LE(late, 2 * kSampleRate / 2);  // 120 BPM
    ++told;
  }
  EXPECT_EQ(told, 2U);
}

TEST(LiveJudge, SaysWithNumbersWhoWasLateAndNowWhileItCanBePutRight) {
  const Performance performance = battle({0, 40});
  const LiveJudge judge = judged(performance);
  EXPECT_THAT(sentences(judge), testing::Contains("40 ms late right now: push the incoming deck"));
  EXPECT_THAT(sentences(judge), testing::Contains(testing::HasSubstr("40 ms late over")));
  const Feedback& first = judge.feedback().front();
  EXPECT_EQ(first.player, 1);
  EXPECT_EQ(first.tone, Tone::kAdvice);
  EXPECT_EQ(first.text.es, "40 ms tarde ahora mismo: empuja el plato que entra");
  // While it is mixed, which is from 6 to 14 s.
  EXPECT_LT(first.frame.seconds(), 14);
}

TEST(LiveJudge, PraisesWhatLiesTogether) {
  EXPECT_THAT(sentences(judged(battle({0, 0}))),
              testing::Contains(testing::HasSubstr("beats, by hand")));
  const auto synced = sentences(judged(battle({0, 0, 8, 8, true})));
  EXPECT_THAT(synced, testing::Contains(testing::HasSubstr("beats, with sync")));
}

TEST(LiveJudge, SpeaksNoFasterThanPeopleRead) {
  const LiveJudge judge = judged(battle({60, 80}));
  const auto& said = judge.feedback();
  ASSERT_GE(said.size(), 2U);
  for (std::size_t i = 1; i < said.size(); ++i) {
    const double seconds = said[i].frame.seconds() - said[i - 1].frame.seconds();
    EXPECT_GE(seconds, static_cast<double>(said[i - 1].text.en.size()) / 15);
  }
}

TEST(LiveJudge, GoesOnAfterMissingSome) {
  const Performance performance = battle({});
  LiveJudge judge(standardRubric(), "back_to_back");
  std::size_t at = 0;
  for (const Evidence& evidence : performance.evidence) {
    // From the middle of the first transition to behind its end.
    const double seconds = evidence.frame.seconds();
    if (seconds > 10 && seconds < 16) continue;
    if (seconds >= 16 && at == 0) judge.skip();
    if (seconds >= 16) ++at;
    judge.push(evidence, performance.tracks);
  }
  judge.finish();
  ASSERT_EQ(judge.transitions().size(), 1U);
  EXPECT_EQ(judge.transitions()[0].player, 0);
}

TEST(LiveJudge, KnowsWhetherProxiesRise) {
  LiveJudge judge(standardRubric(), "free");
  Evidence now;
  now.deckCount = 2;
  now.carrier = 0;
  now.player = 0;
  now.decks[0].audible = true;
  const auto play = [&](int seconds) {
    for (int i = 0; i < seconds * static_cast<int>(kSampleRate / kEvidenceFrames); ++i) {
      judge.push(now, {});
      if (i % 20 == 0) judge.standing();  // as the booth asks
      now.frame = now.frame + kEvidenceFrames;
    }
    return judge.standing().heads[0][static_cast<std::size_t>(Head::kOriginality)];
  };
  EXPECT_EQ(play(40).trend, 0);
  now.decks[0].flags = engine::kDeckLooping;
  const HeadScore looped = play(10);
  EXPECT_GT(*looped.value, 0);
  EXPECT_DOUBLE_EQ(looped.trend, *looped.value);
  const HeadScore later = play(40);
  EXPECT_EQ(later.value, looped.value);
  EXPECT_EQ(later.trend, 0);
}

TEST(Style, IsWhatMostTransitionsAre) {
  const Rubric& rubric = standardRubric();
  TypeCounts counts{};
  const auto add = [&](TransitionType type, int n) { counts[static_cast<std::size_t>(type)] += n; };
  add(TransitionType::kCut, 2);
  EXPECT_EQ(styleOf(counts, rubric), nullptr);
  add(TransitionType::kScratch, 1);
  EXPECT_EQ(styleOf(counts, rubric)->style, "cutter");
  add(TransitionType::kBlend, 2);
  add(TransitionType::kFilter, 2);
  EXPECT_EQ(styleOf(counts, rubric)->style, "versatile");
  add(TransitionType::kBassSwap, 3);
  EXPECT_EQ(styleOf(counts, rubric)->style, "blender");
}

TEST(JudgeJson, AReportHoldsWhatPagesDraw) {
  const auto played = test::mixOf({15, 5}).played(test::kPlanSeconds);
  engine::BattleLog log = played.log;
  log.header.format = "back_to_back";
  log.events = {{"reaction", Frame(500000), R"({"kind":"fire","heard":480010})"},
                {"reaction", Frame(520000), R"({"kind":"fire","heard":490000})"},
                {"reaction", Frame(520000), R"({"kind":7})"}};
  const auto performance = readPerformance(log, played.audio, played.tracks).valueOrThrow();
  nlohmann::json out = toJson(reportOf(performance, log, standardRubric()), standardRubric());
  EXPECT_EQ(out["rubric"], "club-2");
  EXPECT_EQ(out["battle"]["scores"].size(), 2U);
  EXPECT_EQ(out["battle"]["scores"][0]["heads"].size(), kHeadCount);
  const nlohmann::json& transition = out["transitions"][0];
  EXPECT_EQ(transition["id"], "t-1");
  EXPECT_EQ(transition["player"], "B");
  EXPECT_EQ(transition["fromDeck"], "A");
  EXPECT_TRUE(transition["phraseAligned"].is_null());
  EXPECT_NEAR(transition["beatOffsetMs"][0]["ms"].get<double>(), 5, 0.1);
  EXPECT_LE(transition["beatOffsetMs"].size(), 128U);
  const nlohmann::json& timeline = out["timeline"];
  EXPECT_EQ(timeline["reactions"],
            nlohmann::json::parse(R"([{"frame":480000,"kind":"fire","count":2}])"));
  EXPECT_GT(timeline["scores"].size(), 5U);
  EXPECT_EQ(timeline["scores"].back()["A"], out["battle"]["scores"][0]["total"]);
  EXPECT_EQ(timeline["feedback"].size(), judged(performance).feedback().size());
  const double judge = out["battle"]["probabilityA"];
  addVotes(out, standardRubric(), {0, 10, 0}, {});
  EXPECT_EQ(out["battle"]["votes"]["B"], 10);
  EXPECT_NEAR(out["battle"]["verdictA"].get<double>(), 0.7 * judge, 0.001);
}

TEST(JudgeJson, AStandingHasOnlyWhatWasShown) {
  LiveJudge judge(standardRubric(), "free");
  EXPECT_TRUE(toJson(judge.standing(), standardRubric())["scores"][0]["heads"].empty());
  const Performance performance = battle({});
  for (const Evidence& evidence : performance.evidence) judge.push(evidence, performance.tracks);
  const nlohmann::json now = toJson(judge.standing(), standardRubric());
  for (const nlohmann::json& head : now["scores"][1]["heads"]) {
    EXPECT_TRUE(head["value"].is_number());
    EXPECT_EQ(head["source"], "telemetry");  // no model: no figure
    EXPECT_GE(head["ageFrames"].get<int>(), 0);
    EXPECT_TRUE(head.contains("proxy") || !head["evidence"].empty()) << head["head"];
  }
  EXPECT_EQ(now["scores"][1]["transitions"], 1);
}

}  // namespace
}  // namespace dju::judge
