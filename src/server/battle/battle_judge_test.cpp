// A battle's judge on the real engine, tick by tick, with two records mixed by commands.
#include "server/battle/battle_judge.h"

#include <gtest/gtest.h>

#include "judge/test_battle.h"

namespace dju::server {
namespace {

using engine::ControlId;
using nlohmann::json;

class BattleJudgeTest : public testing::Test {
 protected:
  BattleJudgeTest() {
    engine::BattleConfig config;
    // A replay's script acts at exact frames, so the test does, too.
    const auto played = judge::test::mixOf({0, 30}).played(judge::test::kPlanSeconds);
    live_ = std::make_shared<LiveBattle>("b-1", config, nullptr,
                                         ReplayScript{played.log.commands, played.log.end->frame});
    judge_ =
        std::make_unique<BattleJudge>(live_, judge::standardRubric(), "back_to_back", metrics_);
    for (std::uint32_t i = 0; i < played.audio.size(); ++i) {
      Inbound inbound;
      inbound.kind = Inbound::Kind::kTrack;
      inbound.trackIndex = i;
      inbound.track = played.audio[i];
      live_->post(inbound);
      judge_->provide(i, played.tracks[i]);
    }
  }

  void tick() {
    live_->tick();
    Outbound outbound;
    while (live_->events().pop(outbound)) {
    }
  }

  // The sound is test_battle.h's, which lives as long as the program.
  metrics::Registry registry_;
  JudgeMetrics metrics_{registry_};
  std::shared_ptr<LiveBattle> live_;
  std::unique_ptr<BattleJudge> judge_;
};

TEST_F(BattleJudgeTest, TellsTransitionsFeedbackAndScores) {
  std::vector<json> transitions, feedback;
  json scores;
  int updates = 0;
  bool more = true;
  while (more) {
    tick();
    more = judge_->work();
    BattleJudge::News news = judge_->take();
    for (json& one : news.transitions) transitions.push_back(one);
    for (json& one : news.feedback) feedback.push_back(one[0]);
    if (news.scores.is_null()) continue;
    scores = news.scores;
    ++updates;
  }
  ASSERT_EQ(transitions.size(), 2U);
  EXPECT_EQ(transitions[0]["player"], "B");
  EXPECT_EQ(transitions[1]["id"], "t-2");
  ASSERT_FALSE(feedback.empty());
  EXPECT_EQ(feedback[0]["player"], "B");
  EXPECT_EQ(feedback[0]["text"]["en"], feedback[0]["description"]);
  EXPECT_LT(scores["scores"][1]["total"], scores["scores"][0]["total"]);
  EXPECT_GT(scores["winProbabilityA"], 0.5);
  EXPECT_FALSE(scores.contains("missedBlocks"));
  // Five a second while records are heard.
  EXPECT_GT(updates, 4 * judge::test::kPlanSeconds);
  EXPECT_LT(updates, 6 * judge::test::kPlanSeconds);
  // What somebody is told who comes now.
  EXPECT_EQ(judge_->past().transitions, transitions);
  EXPECT_EQ(judge_->past().scores, scores);
  EXPECT_EQ(metrics_.dropped.value(), 0U);
}

TEST_F(BattleJudgeTest, SaysWhatItHasMissed) {
  while (!live_->ended()) {
    tick();
    // Asleep for two seconds, within the first transition.
    const double now = live_->now().seconds();
    if (now < 8 || now > 10) judge_->work();
  }
  EXPECT_FALSE(judge_->work());
  const BattleJudge::News news = judge_->take();
  const auto missed = news.scores["missedBlocks"].get<std::uint64_t>();
  EXPECT_EQ(missed, metrics_.dropped.value());
  // Two seconds are 400 blocks, of which the queue keeps 256.
  EXPECT_NEAR(static_cast<double>(missed), 400 - 256, 4);
  // The passage that was on is judged by what was left of it, the next one whole.
  ASSERT_FALSE(news.transitions.empty());
  EXPECT_EQ(news.transitions.back()["player"], "A");
}

}  // namespace
}  // namespace dju::server
