// Rooms with the real engine, driven tick by tick, and a recorder in place of sockets.
#include "server/battle/room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/battle/deck_view.h"
#include "server/battle/room_fixture.h"

namespace dju::server {
namespace {

using nlohmann::json;

using test::RoomTest;

TEST_F(RoomTest, SeatNeedsTheInvitation) {
  EXPECT_EQ(room_->join("a", ada_, {{"role", "dj"}})->at("seat"), "A");
  EXPECT_EQ(room_->join("x", bob_, {{"role", "dj"}}).error().code(), ErrorCode::kForbidden);
  EXPECT_EQ(room_->join("x", bob_, {{"role", "dj"}, {"invite", "wrong"}}).error().code(),
            ErrorCode::kForbidden);
  EXPECT_EQ(room_->join("b", bob_, {{"role", "dj"}, {"invite", "invite"}})->at("seat"), "B");
  EXPECT_EQ(room_->join("c", cleo_, {{"role", "dj"}, {"invite", "invite"}}).error().code(),
            ErrorCode::kConflict);
  const auto spectator = room_->join("c", cleo_, {{"role", "spectator"}});
  EXPECT_EQ(spectator->at("role"), "spectator");
  EXPECT_FALSE(spectator->at("battle").contains("invite"));
  EXPECT_EQ(*room_->outputOf("a"), 1);
  EXPECT_EQ(*room_->outputOf("b"), 2);
  EXPECT_EQ(*room_->outputOf("c"), 0);
  EXPECT_FALSE(room_->outputOf("stranger").ok());
}

TEST_F(RoomTest, UnlistedBattleNeedsTheAudienceLink) {
  open(BattleFormat::kFree, true);
  EXPECT_EQ(room_->join("c", cleo_, {{"role", "spectator"}}).error().code(), ErrorCode::kForbidden);
  EXPECT_TRUE(room_->join("c", cleo_, {{"role", "spectator"}, {"watch", "watch"}}).ok());
}

TEST_F(RoomTest, OnlyTheOwnerMovesADeck) {
  joinBoth();
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  EXPECT_TRUE(command("a", {{"control", "eq_low"}, {"deck", "A"}, {"value", 0}}).ok());
  EXPECT_EQ(command("b", {{"control", "eq_low"}, {"deck", "A"}, {"value", 0}}).error().code(),
            ErrorCode::kForbidden);
  EXPECT_EQ(command("c", {{"control", "eq_low"}, {"deck", "A"}, {"value", 0}}).error().code(),
            ErrorCode::kForbidden);
  EXPECT_EQ(command("b", {{"type", "note"}, {"deck", "A"}, {"note", 60}}).error().code(),
            ErrorCode::kForbidden);
  EXPECT_EQ(room_->stateJson()["decks"][0]["eq"]["low"], 0.0);
  EXPECT_EQ(room_->stateJson()["decks"][0]["isPlaying"], false);
}

TEST_F(RoomTest, SharedControlIsHeldAndTold) {
  joinBoth();
  EXPECT_TRUE(command("a", {{"control", "crossfader"}, {"value", -1}}).ok());
  EXPECT_EQ(command("b", {{"control", "crossfader"}, {"value", 1}}).error().code(),
            ErrorCode::kConflict);
  ASSERT_EQ(output_.of("held-by").size(), 1U);
  EXPECT_EQ(output_.of("held-by")[0]["player"], "A");
  tick(61);
  EXPECT_TRUE(command("b", {{"control", "crossfader"}, {"value", 1}}).ok());
}

TEST_F(RoomTest, LoadedTrackPlaysAndEverybodyIsTold) {
  joinBoth();
  EXPECT_EQ(
      command("a", {{"control", "load"}, {"deck", "A"}, {"trackId", "nothing"}}).error().code(),
      ErrorCode::kNotFound);
  ASSERT_TRUE(command("a", {{"control", "load"}, {"deck", "A"}, {"trackId", "tone"}}).ok());
  const auto played = command("a", {{"control", "play"}, {"deck", "A"}, {"value", 1}});
  ASSERT_TRUE(played.ok());
  EXPECT_EQ(played->at("frame").get<std::int64_t>() % kBlockFrames, 0);
  tick(20);
  const json deck = room_->stateJson()["decks"][0];
  EXPECT_EQ(deck["isPlaying"], true);
  EXPECT_EQ(deck["title"], "Tone");
  EXPECT_GT(deck["positionFrames"].get<double>(), 4000);
  const auto responses = output_.of("midi-response");
  ASSERT_EQ(responses.size(), 2U);
  EXPECT_EQ(responses[0]["track"]["trackId"], "tone");
  EXPECT_NE(lines_.find("\"track\":0"), std::string::npos) << lines_;
}

TEST_F(RoomTest, ARecordComesWithItsHotCues) {
  tracks_.hotCues = {{0, 48000}, {5, 96000}};
  joinBoth();
  ASSERT_TRUE(command("a", {{"control", "load"}, {"deck", "A"}, {"trackId", "tone"}}).ok());
  tick(20);
  const json cues = room_->stateJson()["decks"][0]["hotcues"];
  EXPECT_EQ(cues[0]["position"], 1.0);
  EXPECT_EQ(cues[5]["position"], 2.0);
  EXPECT_EQ(cues[1]["active"], false);
  const auto responses = output_.of("midi-response");
  ASSERT_EQ(responses.size(), 3U) << "the load and two cues, as the log has them";
  EXPECT_EQ(responses[1]["control"], "hotcue_set_1");
  EXPECT_EQ(responses[2]["value"], 96000.0);
  EXPECT_TRUE(responses[2]["player"].is_null()) << "the server's own";
  EXPECT_EQ(room_->stateJson()["decks"][1]["hotcues"][0]["active"], false);
  ASSERT_TRUE(
      command("a", {{"control", "sampler_load"}, {"sampler", 1}, {"trackId", "tone"}}).ok());
  tick(20);
  EXPECT_EQ(output_.of("midi-response").size(), 4U) << "samplers have no pads";
}

TEST_F(RoomTest, BothMayPressTheSamplersAtOnce) {
  joinBoth();
  ASSERT_TRUE(
      command("a", {{"control", "sampler_load"}, {"sampler", 8}, {"trackId", "tone"}}).ok());
  ASSERT_TRUE(command("b", {{"control", "sampler_play"}, {"sampler", 8}, {"value", 1}}).ok());
  ASSERT_TRUE(command("a", {{"control", "sampler_play"}, {"sampler", 8}, {"value", 1}}).ok());
  tick(20);
  const json sampler = room_->stateJson()["samplers"][7];
  EXPECT_EQ(sampler["sampler"], 8);
  EXPECT_EQ(sampler["playing"], true);
  EXPECT_EQ(sampler["track"]["trackId"], "tone");
  EXPECT_EQ(sampler["sampler_volume"], 0.8);
  EXPECT_EQ(room_->stateJson()["decks"][0]["loaded"], false) << "decks are left alone";
  const auto responses = output_.of("midi-response");
  ASSERT_EQ(responses.size(), 3U);
  EXPECT_EQ(responses[0]["sampler"], 8);
  EXPECT_EQ(responses[0]["track"]["trackId"], "tone");
  EXPECT_FALSE(responses[0].contains("deck"));
}

// A frame is not a whole number of blocks.
TEST_F(RoomTest, DjsGetThirtyVisualFramesASecond) {
  joinBoth();
  tick(200);
  output_.said.clear();
  tick(400);
  EXPECT_EQ(output_.of("visualization-data").size(), 60U);
}

TEST_F(RoomTest, FiguresOfTheSoundAreMadeForWhoAsksOnly) {
  joinBoth();
  tick(400);
  EXPECT_EQ(output_.of("spectrum-data").size() + output_.of("audio-visualization").size(), 0U);
  ASSERT_TRUE(room_->watchSound("a", {{"on", true}}).ok());
  tick(400);
  EXPECT_GE(output_.of("spectrum-data").size(), 18U);
  EXPECT_GE(output_.of("audio-visualization").size(), 19U);
  EXPECT_EQ(output_.recipientsOf("spectrum-data"), std::set<std::string>{"watchers"});
  ASSERT_TRUE(room_->watchSound("a", {{"on", false}}).ok());
  output_.said.clear();
  tick(400);
  EXPECT_EQ(output_.of("spectrum-data").size() + output_.of("audio-visualization").size(), 0U);

  EXPECT_STREQ(room_->watchSound("a", {{"on", 1}}).error().what(),
               "watch-sound: on: send true or false");
  ASSERT_TRUE(room_->join("c", cleo_, {{"role", "spectator"}}).ok());
  EXPECT_EQ(room_->watchSound("c", {{"on", true}}).error().code(), ErrorCode::kForbidden);
  ASSERT_TRUE(room_->watchSound("a", {{"on", true}}).ok());
  room_->leave("a");
  output_.said.clear();
  tick(400);
  EXPECT_EQ(output_.of("spectrum-data").size(), 0U) << "who watched has left";
}

TEST_F(RoomTest, MovesWithinABlockAreHeardAsOne) {
  joinBoth();
  int answers = 0;
  for (double position : {0.1, 0.2, 0.3})
    room_->command(
        "a", {{"command", {{"control", "volume"}, {"deck", "A"}, {"value", position}}}}, 0,
        [&](const Result<json>& answer) { answers += answer.ok() && answer->at("value") == 0.3; });
  tick();
  EXPECT_EQ(answers, 3);
  EXPECT_EQ(output_.of("midi-response").size(), 1U);
}

TEST_F(RoomTest, FloodOfCommandsIsRefusedAndHurtsNobody) {
  joinBoth();
  int refused = 0;
  for (int i = 0; i < 4 * kCommandsASecond; ++i)
    room_->command("a", {{"command", {{"control", "volume"}, {"deck", "A"}, {"value", 0.5}}}}, 0,
                   [&](const Result<json>& answer) {
                     refused += !answer.ok() && answer.error().code() == ErrorCode::kTooMany;
                   });
  EXPECT_GT(refused, kCommandsASecond);
  tick(20);
  EXPECT_TRUE(command("b", {{"control", "volume"}, {"deck", "B"}, {"value", 0.5}}).ok());
}

TEST_F(RoomTest, WhoDisappearsLetsGo) {
  joinBoth();
  ASSERT_TRUE(command("a", {{"control", "load"}, {"deck", "A"}, {"trackId", "tone"}}).ok());
  ASSERT_TRUE(command("a", {{"control", "jog_touch"}, {"deck", "A"}, {"value", 1}}).ok());
  ASSERT_TRUE(command("a", {{"control", "nudge"}, {"deck", "A"}, {"value", 4}}).ok());
  tick(2);
  EXPECT_EQ(room_->stateJson()["decks"][0]["scratching"], true);
  room_->leave("a");
  tick(2);
  EXPECT_EQ(room_->stateJson()["decks"][0]["scratching"], false);
  EXPECT_EQ(output_.of("midi-response").back()["value"], 0.0);
}

TEST_F(RoomTest, RoundsTakeTurnsAndEnd) {
  open(BattleFormat::kRounds, false, 1);
  joinBoth();
  ASSERT_TRUE(room_->start("a").ok());
  EXPECT_FALSE(room_->start("a").ok());
  tick(2);
  EXPECT_EQ(output_.of("round").back()["turn"], "A");
  EXPECT_FALSE(command("b", {{"control", "volume"}, {"deck", "B"}, {"value", 0.5}}).ok());
  EXPECT_TRUE(command("a", {{"control", "volume"}, {"deck", "B"}, {"value", 0.5}}).ok());
  tick(200);
  EXPECT_EQ(output_.of("round").back()["turn"], "B");
  EXPECT_TRUE(command("b", {{"control", "volume"}, {"deck", "A"}, {"value", 0.5}}).ok());
  tick(240);
  ASSERT_TRUE(endedAt_);
  EXPECT_EQ(endedAt_->index() % kMarkFrames, 0);
  EXPECT_EQ(output_.of("battle-end").size(), 1U);
}

TEST_F(RoomTest, TheEndIsToldBeforeTheRecordingIsThere) {
  joinBoth();
  ASSERT_TRUE(room_->end("g-bob").ok());
  tick(40);
  ASSERT_EQ(output_.of("battle-end").size(), 1U);
  EXPECT_EQ(output_.of("battle-end")[0]["frame"], endedAt_->index());
  EXPECT_EQ(output_.of("battle-state").back()["state"]["battle"]["state"], "ended");
  EXPECT_TRUE(room_->describe()["recordingId"].is_null());
  EXPECT_TRUE(output_.of("recording-ready").empty());
  room_->announceRecording();
  EXPECT_EQ(output_.of("recording-ready")[0]["recordingId"], "b-1");
  EXPECT_EQ(room_->describe()["recordingId"], "b-1");
}

TEST_F(RoomTest, ChatHasLimits) {
  joinBoth();
  EXPECT_FALSE(room_->chat("a", {{"text", ""}}).ok());
  EXPECT_FALSE(room_->chat("a", {{"text", std::string(2000, 'a')}}).ok());
  EXPECT_FALSE(room_->chat("a", json::array()).ok());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(room_->chat("a", {{"text", "hey"}}).ok());
  EXPECT_EQ(room_->chat("a", {{"text", "hey"}}).error().code(), ErrorCode::kTooMany);
  EXPECT_EQ(room_->react("a", {{"kind", "bomb"}}).error().code(), ErrorCode::kInvalid);
}

const json kPlayA = {{"control", "play"}, {"deck", "A"}, {"value", 1}};

TEST_F(RoomTest, PlayActsAsHeard) {
  remote(200, 150);
  const auto answer = heard(kPlayA, 250);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->at("timing"), "heard");
  EXPECT_EQ(output_.of("midi-response").back()["position"], 250.0 * 48);
  EXPECT_FALSE(output_.of("midi-response").back().contains("timing"));
}

TEST_F(RoomTest, ACommandActsOnceThoughItsCopyCameFirst) {
  remote(200, 150);
  const json cue = {{"control", "eq_low"}, {"deck", "A"}, {"value", 0.25}};
  const json copies = {{{"number", 1}, {"command", cue}},
                       {{"number", 2}, {"command", kPlayA}},
                       {{"number", "x"}, {"command", kPlayA}}};
  const std::size_t before = output_.of("midi-response").size();
  room_->commandCopies("a", copies.dump(), 0);
  tick();
  room_->commandCopies("a", copies.dump(), 0);
  tick();
  ASSERT_EQ(output_.of("midi-response").size(), before + 2);
  std::vector<json> answers;
  for (const json& copy : {copies[1], copies[0]})
    room_->command("a", copy, 0, [&](Result<json> answer) { answers.push_back(*answer); });
  tick();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0]["seq"], output_.of("midi-response").back()["seq"]);
  EXPECT_EQ(answers[1]["value"], 0.25);
  EXPECT_EQ(output_.of("midi-response").size(), before + 2);
}

TEST_F(RoomTest, CopiesOfStrangersAndNonsenseArePassedOver) {
  joinBoth();
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  const json play = {{{"number", 1}, {"command", kPlayA}}};
  for (const char* client : {"c", "nobody"}) room_->commandCopies(client, play.dump(), 0);
  for (const char* text : {"", "{", "7", "[7, null, {}]", R"([{"number": -1}, {"number": 1.5}])"})
    room_->commandCopies("a", text, 0);
  tick();
  EXPECT_TRUE(output_.of("midi-response").empty());
}

TEST_F(RoomTest, WhatCannotHaveBeenHeardGainsNothing) {
  remote(100, 80);
  // Long ago: beyond round trip, playout and margin. It acts on arrival, and all are told.
  auto answer = heard(kPlayA, 900);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->at("timing"), "late");
  EXPECT_EQ(output_.of("midi-response").back()["timing"], "late");
  EXPECT_FALSE(output_.of("midi-response").back().contains("position"));
  EXPECT_LE(positionOfA(), 3 * kBlockFrames);
  // In the future: now at the latest.
  ASSERT_TRUE(heard({{"control", "play"}, {"deck", "A"}, {"value", 0}}, 0).ok());
  const double stopped = positionOfA();
  answer = heard(kPlayA, -500);
  EXPECT_LE(positionOfA() - stopped, 3 * kBlockFrames);
  EXPECT_GE(positionOfA() - stopped, 0);
}

TEST_F(RoomTest, AnInventedPlayoutDelayIsBounded) {
  remote(40, 5000);
  EXPECT_EQ(heard(kPlayA, 640)->at("timing"), "late") << "60 + 200 + 300 + 60 ms at most";
  EXPECT_EQ(heard({{"control", "play"}, {"deck", "A"}, {"value", 0}}, 610)->at("timing"), "heard");
}

TEST_F(RoomTest, NoBoundIsLongerThanASecond) {
  remote(5000, 300);
  EXPECT_EQ(heard(kPlayA, 1010)->at("timing"), "late");
}

TEST_F(RoomTest, TempoIsSlewedToWhereItWasHeard) {
  remote(200, 150);
  ASSERT_TRUE(command("a", kPlayA).ok());
  tick(100);
  const auto positionOf = [this] {
    return static_cast<double>(live_->now().index()) - positionOfA();
  };
  const double before = positionOf();
  ASSERT_TRUE(heard({{"control", "rate"}, {"deck", "A"}, {"value", 2}}, 250).ok());
  ASSERT_TRUE(heard({{"control", "rate"}, {"deck", "A"}, {"value", 0}}, 250).ok());
  tick(200);
  // One block at 2 % and no more, although both travelled 250 ms.
  EXPECT_NEAR(before - positionOf(), 0.02 * kBlockFrames, 1);
}

TEST_F(RoomTest, NudgeThatArrivesInOnePieceStillPushes) {
  remote(200, 150);
  ASSERT_TRUE(command("a", kPlayA).ok());
  tick(100);
  const double before = static_cast<double>(live_->now().index()) - positionOfA();
  const std::int64_t pressed = live_->now().index() - 300 * 48;
  const auto nudge = [this](double value, std::int64_t heard) {
    room_->command(
        "a",
        {{"command", {{"control", "nudge"}, {"deck", "A"}, {"value", value}}}, {"heard", heard}}, 0,
        [](const Result<json>& answer) { ASSERT_TRUE(answer.ok()); });
  };
  nudge(5, pressed);
  nudge(0, pressed + 200 * 48);
  tick(200);
  const double after = static_cast<double>(live_->now().index()) - positionOfA();
  EXPECT_NEAR(before - after, 0.05 * 200 * 48, 1);
}

TEST_F(RoomTest, GesturesKeepTheirOwnTime) {
  remote(100, 80);
  // Samples made 10 ms apart arrive in bursts.
  const std::int64_t start = live_->now().index();
  std::vector<std::int64_t> acted;
  const auto send = [&](std::int64_t heard) {
    room_->command(
        "a", {{"command", {{"control", "jog"}, {"deck", "A"}, {"value", 0.01}}}, {"heard", heard}},
        0, [&](const Result<json>& answer) {
          ASSERT_TRUE(answer.ok());
          acted.push_back(answer->at("frame"));
        });
  };
  tick(26);  // 130 ms: the delay of this way
  for (int i = 0; i < 9; ++i) {
    send(start + i * 480);
    if (i % 3 == 2) tick(6);
  }
  tick(40);
  ASSERT_EQ(acted.size(), 9U);
  for (int i = 1; i < 9; ++i) EXPECT_EQ(acted[i] - acted[i - 1], 480) << i;
  EXPECT_EQ(acted[0] - start, (80 + 50 + PlayerNetwork::kGestureMarginMs) * 48);
}

// Of a deck that plays since `played`, at 24,000 frames a beat.
TEST_F(RoomTest, MixerMovesWaitForTheBeatIfTheirDjWantsIt) {
  remote(400, 100);
  const std::int64_t played = command("a", kPlayA)->at("frame");
  ASSERT_TRUE(
      command("a", {{"control", "mix_quantize"}, {"monitor", "A"}, {"value", 1}})->is_object());
  tick(21);
  const json kill = {{"control", "kill_low"}, {"deck", "A"}, {"value", 1}};
  const auto killed = heard(kill, 300);
  EXPECT_EQ(killed->at("timing"), "beat");
  EXPECT_EQ(killed->at("frame").get<std::int64_t>() - played, 24000);
  EXPECT_EQ(output_.of("midi-response").back()["frame"], killed->at("frame"));

  // A thrown crossfader waits, and what follows it takes its place.
  std::optional<json> thrown, followed;
  const auto cross = [this](double value, std::optional<json>& answer) {
    room_->command("a", {{"command", {{"control", "crossfader"}, {"value", value}}}}, 0,
                   [&answer](const Result<json>& a) { answer = *a; });
    tick();
  };
  cross(0.6, thrown);
  EXPECT_FALSE(thrown);
  cross(0.65, followed);
  EXPECT_TRUE(thrown) << "replaced";
  tick(150);
  ASSERT_TRUE(followed);
  EXPECT_EQ(followed->at("frame").get<std::int64_t>() - played, 48000);
  EXPECT_EQ(room_->stateJson()["mixer"]["crossfader"], 0.65);

  // A hand that mixes does not wait, nor does the other DJ.
  const auto mixed = command("a", {{"control", "crossfader"}, {"value", 0.6}});
  ASSERT_TRUE(mixed.ok());
  EXPECT_EQ(mixed->at("timing"), "arrival");
  EXPECT_TRUE(command("b", {{"control", "kill_low"}, {"deck", "B"}, {"value", 1}}).ok());

  // Whole bars; and where nothing plays any more, nobody waits in vain.
  ASSERT_TRUE(command("a", {{"control", "mix_quantize"}, {"monitor", "A"}, {"value", 4}}).ok());
  const json release = {{"control", "kill_low"}, {"deck", "A"}, {"value", 0}};
  EXPECT_EQ(heard(release, 0)->at("frame").get<std::int64_t>() - played, 96000);
  std::optional<json> last;
  room_->command("a", {{"command", kill}}, 0, [&last](const Result<json>& a) { last = *a; });
  tick();
  EXPECT_FALSE(last);
  ASSERT_TRUE(command("a", {{"control", "play"}, {"deck", "A"}, {"value", 0}}).ok());
  tick();
  EXPECT_TRUE(last);
  EXPECT_EQ(command("a", release)->at("timing"), "arrival");
}

TEST_F(RoomTest, EqualDelayHoldsTheNearerDjBack) {
  equalDelay_ = true;
  open(BattleFormat::kBackToBack);
  remote(20, 60, 220);
  EXPECT_EQ(output_.of("presence").back()["players"][0]["holdMs"], 100.0);
  EXPECT_EQ(output_.of("presence").back()["players"][1]["holdMs"], 0.0);
  EXPECT_NE(lines_.find("\"equalDelay\":true"), std::string::npos) << lines_;
  const std::int64_t sent = live_->now().index();
  const auto volume = heard({{"control", "volume"}, {"deck", "A"}, {"value", 0.5}}, 70);
  EXPECT_EQ(volume->at("frame").get<std::int64_t>() - sent, 100 * 48);
  // What is placed is placed as heard, all the same.
  const auto play = heard(kPlayA, 70);
  EXPECT_EQ(play->at("timing"), "heard");
  EXPECT_EQ(output_.of("midi-response").back()["position"], 170.0 * 48);
  // When the other leaves, nobody waits for them.
  room_->leave("b");
  tick(60);
  const std::int64_t later = live_->now().index();
  EXPECT_EQ(heard({{"control", "volume"}, {"deck", "A"}, {"value", 1}}, 70)
                    ->at("frame")
                    .get<std::int64_t>() -
                later,
            0);
}

TEST_F(RoomTest, ReplayPlaysItsScriptForSpectatorsOnly) {
  ReplayScript script;
  engine::Command load;
  load.frame = Frame(100);
  load.control = engine::ControlId::kLoad;
  script.commands.push_back(load);
  load.frame = Frame(333);
  load.seq = 1;
  load.control = engine::ControlId::kPlay;
  load.value = 1;
  script.commands.push_back(load);
  script.end = Frame(48000);
  RoomConfig config;
  config.id = "b-1";
  config.replay = true;
  live_ = std::make_shared<LiveBattle>("b-1", engine::BattleConfig{}, nullptr, script);
  room_ = std::make_shared<Room>(
      config, live_, nullptr, tracks_, output_,
      Room::Hooks{[this](const engine::LogMark& end) { endedAt_ = end.frame; }, [] {}, {}});
  EXPECT_FALSE(room_->join("b", bob_, {{"role", "dj"}, {"invite", ""}}).ok());
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  tick(260);
  EXPECT_EQ(output_.of("midi-response").size(), 2U);
  EXPECT_EQ(output_.of("midi-response")[1]["frame"], 333);
  ASSERT_TRUE(endedAt_);
}

}  // namespace
}  // namespace dju::server
