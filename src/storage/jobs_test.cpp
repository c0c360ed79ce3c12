#include "storage/jobs.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

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

TEST_F(JobsTest, WhatEndedLongAgoIsForgottenWhatWaitsIsNot) {
  JobTable table(database_, "w");
  const auto add = [&](const char* id) {
    Job job;
    job.id = id;
    job.kind = "work";
    job.payload = id;
    return table.add(job, JobTable::Once::kNo, 100).valueOrThrow();
  };
  for (const char* id : {"done", "failed", "running", "cancelled", "waiting"}) add(id);
  const std::vector<std::string> kinds{"work"};
  std::vector<Job> claimed;
  for (int i = 0; i < 3; ++i) claimed.push_back(table.claim(kinds, nowMs() + 60000).value());
  claimed[0].state = JobState::kDone;
  claimed[1].state = JobState::kFailed;
  EXPECT_TRUE(table.release(claimed[0], {}));
  EXPECT_TRUE(table.release(claimed[1], {}));
  table.cancel("cancelled");
  EXPECT_EQ(table.forget(nowMs() - 1000, 100), 0) << "not yet";
  const std::int64_t later = nowMs() + 1000;
  EXPECT_EQ(table.forget(later, 2), 2) << "a few at a time";
  EXPECT_EQ(table.forget(later, 2), 1);
  EXPECT_EQ(table.forget(later, 2), 0);
  for (const char* id : {"done", "failed", "cancelled"}) EXPECT_FALSE(table.find(id).ok()) << id;
  EXPECT_EQ(table.find("running")->state, JobState::kRunning);
  EXPECT_EQ(table.find("waiting")->state, JobState::kQueued);
  EXPECT_FALSE(table.release(claimed[0], {})) << "what is forgotten does not end again";
  EXPECT_EQ(table.claim(kinds, nowMs() + 60000)->id, "waiting") << "nor does it run again";
  EXPECT_FALSE(table.claim(kinds, nowMs() + 60000));
}

TEST_F(JobsTest, AQueueThatWorksForgetsByItself) {
  const auto work = [](JobContext&) { return json(); };
  std::string id;
  {
    JobQueue queue(database_);
    queue.handle("work", work);
    id = queue.submit("work", {}).valueOrThrow().id;
    queue.start(1);
    EXPECT_EQ(queue.wait(id)->state, JobState::kDone);
  }
  JobQueue queue(database_);
  queue.handle("work", work);
  queue.leaseMs = 50;
  queue.keepEndedMs = -1000;  // as if a second had gone by
  queue.start(1);
  while (queue.get(id).ok()) std::this_thread::yield();
  EXPECT_EQ(queue.get(id).error().code(), ErrorCode::kNotFound);
}

TEST_F(JobsTest, RefusesMoreThanItMayHold) {
  JobQueue queue(database_);
  queue.handle("x", [](JobContext&) { return json(); });
  queue.maxQueued = 1;
  EXPECT_TRUE(queue.submit("x", {}).ok());
  EXPECT_EQ(queue.submit("x", {}).error().code(), ErrorCode::kTooMany);
}

// Another process: a table under another name, whose worker says nothing any more.
TEST_F(JobsTest, AJobWhoseWorkerWasKilledRunsAgainAndEndsOnce) {
  JobQueue queue(database_);
  queue.handle("work", [](JobContext&) { return json("whole"); });
  const Job job = queue.submit("work", {}).valueOrThrow();
  JobTable dead(database_, "dead");
  const std::vector<std::string> kinds{"work"};
  const auto claimed = dead.claim(kinds, nowMs() - 1);
  ASSERT_TRUE(claimed);
  EXPECT_EQ(queue.get(job.id)->state, JobState::kRunning);
  queue.start(1);
  const Job done = queue.wait(job.id).valueOrThrow();
  EXPECT_EQ(done.result, "whole");
  EXPECT_EQ(done.attempts, 2);
  // What the first worker says now is not heard: it lost the job.
  Job late = *claimed;
  late.state = JobState::kFailed;
  EXPECT_FALSE(dead.release(late, {}));
  EXPECT_EQ(dead.renew(late, nowMs() + 1000), JobTable::Lease::kLost);
  EXPECT_EQ(queue.get(job.id)->state, JobState::kDone);
  EXPECT_FALSE(dead.claim(kinds, nowMs() + 1000)) << "a finished job never runs again";
}

TEST_F(JobsTest, AJobThatKillsItsWorkersIsGivenUp) {
  JobQueue queue(database_);
  queue.handle("work", [](JobContext&) { return json(); });
  const Job job = queue.submit("work", {}).valueOrThrow();
  JobTable dead(database_, "dead");
  const std::vector<std::string> kinds{"work"};
  for (int attempt = 1; attempt < JobOptions{}.attempts; ++attempt) {
    ASSERT_TRUE(dead.claim(kinds, nowMs() - 1));
    Job lost = *JobTable(database_, "other").claimLost();
    lost.state = JobState::kQueued;
    ASSERT_TRUE(JobTable(database_, "other").release(lost, {}));
  }
  ASSERT_TRUE(dead.claim(kinds, nowMs() - 1));
  queue.start(1);
  const Job given = queue.wait(job.id).valueOrThrow();
  EXPECT_EQ(given.state, JobState::kFailed);
  EXPECT_EQ(given.error, "its worker ended each time it ran");
}

TEST_F(JobsTest, AnotherProcessIsAskedToCancel) {
  JobQueue here(database_), there(database_);
  there.leaseMs = 3000;
  std::promise<void> started;
  const auto handler = [&](JobContext& context) {
    context.progress(0.5, "half");
    started.set_value();
    while (!context.cancelled()) std::this_thread::yield();
    return json();
  };
  here.handle("long", handler);
  there.handle("long", handler);
  there.start(1);
  const Job job = here.submit("long", {}).valueOrThrow();
  started.get_future().wait();
  // The renewal of the lease shows the progress.
  while (here.get(job.id)->stage != "half") std::this_thread::yield();
  EXPECT_GE(here.get(job.id)->progressAt, here.get(job.id)->startedAt);
  here.cancel(job.id).valueOrThrow();
  EXPECT_EQ(here.wait(job.id)->state, JobState::kCancelled);
}

TEST_F(JobsTest, WhatMayPassIsTriedAgain) {
  JobQueue queue(database_);
  int tries = 0;
  const auto failing = [&](JobContext&) -> json {
    if (++tries < 3) throw Error(ErrorCode::kUnavailable, "disk full");
    return json("done");
  };
  JobOptions options;
  options.retryMs = 1;
  queue.handle("patient", failing, options);
  queue.handle("plain", failing);
  queue.start(1);
  const Job patient = queue.submit("patient", {}).valueOrThrow();
  EXPECT_EQ(queue.wait(patient.id)->result, "done");
  tries = 0;
  const Job plain = queue.submit("plain", {}).valueOrThrow();
  EXPECT_EQ(queue.wait(plain.id)->error, "disk full");
  EXPECT_EQ(tries, 1);
  tries = -100;
  const Job hopeless = queue.submit("patient", {}).valueOrThrow();
  EXPECT_EQ(queue.wait(hopeless.id)->state, JobState::kFailed);
  EXPECT_EQ(tries, -100 + options.attempts);
}

TEST_F(JobsTest, WhatFollowsIsQueuedWithTheEnd) {
  JobQueue queue(database_);
  std::promise<json> followed;
  JobOptions options;
  options.then = [](const Job& job) -> std::optional<JobOptions::Next> {
    return JobOptions::Next{"after", {{"state", jobStateName(job.state)}}};
  };
  queue.handle(
      "first", [](JobContext&) -> json { throw Error(ErrorCode::kInvalid, "no"); }, options);
  JobOptions outside;
  outside.lane = JobLane::kOutside;
  queue.handle(
      "after",
      [&](JobContext& context) {
        followed.set_value(context.job().payload);
        return json();
      },
      outside);
  queue.start(1);
  queue.submit("first", {}).valueOrThrow();
  EXPECT_EQ(followed.get_future().get().at("state"), "failed");
}

TEST_F(JobsTest, WhoHangsOutsideHoldsNobodyUp) {
  JobQueue queue(database_);
  std::promise<void> second;
  JobOptions outside;
  outside.lane = JobLane::kOutside;
  queue.handle(
      "call",
      [&](JobContext& context) -> json {
        if (context.job().payload == "first")
          return second.get_future().wait_for(std::chrono::seconds(20)) ==
                 std::future_status::ready;
        second.set_value();
        return nullptr;
      },
      outside);
  queue.start(1);
  const Job first = queue.submit("call", "first").valueOrThrow();
  queue.submit("call", "second").valueOrThrow();
  EXPECT_EQ(queue.wait(first.id)->result, true);
}

TEST_F(JobsTest, OneLaneDoesNotWaitForAnother) {
  JobQueue queue(database_);
  std::promise<void> quick;
  queue.handle("long", [&](JobContext&) {
    quick.get_future().wait();
    return json();
  });
  JobOptions options;
  options.lane = JobLane::kQuick;
  queue.handle(
      "quick",
      [&](JobContext&) {
        quick.set_value();
        return json();
      },
      options);
  queue.start(1);
  const Job slow = queue.submit("long", {}).valueOrThrow();
  queue.submit("quick", {}).valueOrThrow();
  EXPECT_EQ(queue.wait(slow.id)->state, JobState::kDone);
}

TEST_F(JobsTest, TellsHowManyAreAheadAndWhatIsLeft) {
  JobQueue queue(database_);
  queue.handle("x", [](JobContext&) { return json(); });
  queue.submit("x", {}).valueOrThrow();
  const Job second = queue.submit("x", {}).valueOrThrow();
  queue.submit("x", {}, "", 5).valueOrThrow();
  EXPECT_EQ(toJson(*queue.get(second.id)).at("queuePosition"), 2);
  Job running;
  running.state = JobState::kRunning;
  running.startedAt = 1000;
  running.progress = 0.25;
  running.progressAt = 3000;
  EXPECT_EQ(toJson(running, 3000).at("secondsLeft"), 6);
  EXPECT_EQ(toJson(running, 5000).at("secondsLeft"), 4) << "runs down until more is known";
  EXPECT_EQ(toJson(running, 60000).at("secondsLeft"), 0);
  running.progress = 0;
  EXPECT_FALSE(toJson(running, 3000).contains("secondsLeft"));
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
