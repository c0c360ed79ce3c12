#include "storage/jobs.h"

#include <gtest/gtest.h>

#include <future>

#include "audio/test_files.h"
#include "storage/battle_store.h"

namespace dju::storage {
namespace {

using nlohmann::json;

class JobsTest : public ::testing::Test {
 protected:
  dju::testing::TempFolder folder_;
  Database database_{folder_ / "db"};
};

TEST_F(JobsTest, RunsAJobAndKeepsItsResult) {
  JobQueue queue(database_);
  queue.handle("double", [](JobContext& context) {
    context.progress(0.5, "half");
    return json{{"value", context.job().payload.at("value").get<int>() * 2}};
  });
  queue.start(2);
  const Job job = queue.submit("double", {{"value", 21}}, "ana").valueOrThrow();
  const Job done = queue.wait(job.id).valueOrThrow();
  EXPECT_EQ(done.state, JobState::kDone);
  EXPECT_EQ(done.result.at("value"), 42);
  EXPECT_EQ(done.owner, "ana");
  EXPECT_EQ(toJson(done).at("state"), "done");
  EXPECT_FALSE(queue.submit("unknown", {}).ok());
  EXPECT_FALSE(queue.get("none").ok());
}

TEST_F(JobsTest, AFailureIsTheJobsNotTheQueues) {
  JobQueue queue(database_);
  queue.handle("fail", [](JobContext&) -> json { throw Error(ErrorCode::kInvalid, "no sound"); });
  queue.start(1);
  for (int i = 0; i < 2; ++i) {
    const Job job = queue.submit("fail", {}).valueOrThrow();
    const Job done = queue.wait(job.id).valueOrThrow();
    EXPECT_EQ(done.state, JobState::kFailed);
    EXPECT_EQ(done.error, "no sound");
  }
}

TEST_F(JobsTest, WhatIsTheSameWhoeverAsksIsDoneOnce) {
  JobQueue queue(database_);
  queue.handle("render", [](JobContext&) { return json(); });
  const Job first = queue.submitOnce("render", {{"id", "r-1"}}).valueOrThrow();
  EXPECT_EQ(queue.submitOnce("render", {{"id", "r-1"}}).valueOrThrow().id, first.id);
  EXPECT_NE(queue.submitOnce("render", {{"id", "r-2"}}).valueOrThrow().id, first.id);
  const Job own = queue.submit("render", {{"id", "r-3"}}, "ana").valueOrThrow();
  EXPECT_NE(queue.submitOnce("render", {{"id", "r-3"}}).valueOrThrow().id, own.id);
  queue.start(1);
  queue.wait(first.id).valueOrThrow();
  EXPECT_NE(queue.submitOnce("render", {{"id", "r-1"}}).valueOrThrow().id, first.id);
}

TEST_F(JobsTest, WorksByPriorityThenInOrder) {
  JobQueue queue(database_);
  std::vector<int> order;
  queue.handle("note", [&](JobContext& context) {
    order.push_back(context.job().payload.get<int>());
    return json();
  });
  queue.submit("note", 1).valueOrThrow();
  queue.submit("note", 2).valueOrThrow();
  queue.submit("note", 3, "", 5).valueOrThrow();
  const Job last = queue.submit("note", 4, "", -1).valueOrThrow();
  queue.start(1);
  queue.wait(last.id).valueOrThrow();
  queue.stop();
  EXPECT_EQ(order, (std::vector{3, 1, 2, 4}));
}

TEST_F(JobsTest, CancelsWaitingAndRunningJobs) {
  JobQueue queue(database_);
  std::promise<void> started;
  queue.handle("long", [&](JobContext& context) {
    started.set_value();
    while (!context.cancelled()) std::this_thread::yield();
    return json();
  });
  const Job running = queue.submit("long", {}).valueOrThrow();
  const Job waiting = queue.submit("long", {}).valueOrThrow();
  queue.start(1);
  started.get_future().wait();
  EXPECT_EQ(queue.cancel(waiting.id)->state, JobState::kCancelled);
  queue.cancel(running.id).valueOrThrow();
  EXPECT_EQ(queue.wait(running.id)->state, JobState::kCancelled);
}

TEST_F(JobsTest, ARestartLosesNoJob) {
  std::string id;
  {
    JobQueue queue(database_);
    std::promise<void> started;
    queue.handle("work", [&](JobContext& context) {
      started.set_value();
      while (!context.cancelled()) std::this_thread::yield();
      return json("half done");
    });
    id = queue.submit("work", {}).valueOrThrow().id;
    queue.start(1);
    started.get_future().wait();
  }
  JobQueue queue(database_);
  queue.handle("work", [](JobContext&) { return json("whole"); });
  queue.start(1);
  const Job done = queue.wait(id).valueOrThrow();
  EXPECT_EQ(done.state, JobState::kDone);
  EXPECT_EQ(done.result, "whole");
}

TEST_F(JobsTest, RefusesMoreThanItMayHold) {
  JobQueue queue(database_);
  queue.handle("x", [](JobContext&) { return json(); });
  queue.maxQueued = 1;
  EXPECT_TRUE(queue.submit("x", {}).ok());
  EXPECT_EQ(queue.submit("x", {}).error().code(), ErrorCode::kTooMany);
}

TEST_F(JobsTest, BattlesAndVotesReadBack) {
  BattleStore store(database_);
  BattleRow battle;
  battle.id = "b1";
  battle.name = "Final";
  battle.kind = "live";
  battle.state = "ended";
  battle.visibility = "public";
  battle.creator = "ana";
  battle.createdAt = 1000;
  battle.logBytes = 10;
  battle.players = json::array({{{"seat", "A"}}});
  store.save(battle);
  battle.id = "b2";
  battle.visibility = "unlisted";
  store.save(battle);
  EXPECT_EQ(store.battle("b1")->players[0].at("seat"), "A");
  EXPECT_EQ(store.battles("ended", BattleStore::Listing::kPublic, 10, 0).size(), 1U);
  EXPECT_EQ(store.countBattles("", BattleStore::Listing::kAll), 2);
  EXPECT_EQ(store.recordings(10, 0).size(), 1U);
  EXPECT_EQ(store.countRecordings(), 1);
  EXPECT_EQ(store.createdSince("ana", 500), 2);
  EXPECT_EQ(store.battle("none").error().code(), ErrorCode::kNotFound);

  Vote vote;
  vote.subject = "battle:b1";
  vote.voter = "v";
  vote.choice = "A";
  vote.heard = {{0, 4800}};
  EXPECT_EQ(store.castVote(vote)->a, 1);
  vote.choice = "B";
  EXPECT_EQ(store.castVote(vote)->a, 0);
  EXPECT_EQ(store.votes("battle:b1").b, 1);
  vote.choice = "C";
  EXPECT_FALSE(store.castVote(vote).ok());
}

TEST_F(JobsTest, AVerdictIsKeptWithItsRubric) {
  BattleStore store(database_);
  EXPECT_FALSE(store.verdict("b-1"));
  store.saveVerdict({"b-1", R"({"id":"club"})", {{"rubric", "club-1"}}, 5});
  store.saveVerdict({"b-1", R"({"id":"club"})", {{"rubric", "club-2"}}, 6});
  const auto kept = store.verdict("b-1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->report["rubric"], "club-2");
  EXPECT_EQ(kept->rubric, R"({"id":"club"})");
  EXPECT_EQ(kept->madeAt, 6);
}

}  // namespace
}  // namespace dju::storage
