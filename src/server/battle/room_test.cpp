// Rooms with the real engine, driven tick by tick, and a recorder in place of sockets.
#include "server/battle/room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/battle/deck_view.h"

namespace dju::server {
namespace {

using nlohmann::json;

struct Said {
  std::string to;  // "all", "djs", "spectators" or a client
  std::string event;
  json payload;
};

class Recorder : public RoomOutput {
 public:
  void send(Audience audience, std::string_view event, const json& payload, Delivery) override {
    static const char* const names[] = {"all", "djs", "spectators"};
    said.push_back({names[static_cast<int>(audience)], std::string(event), payload});
  }
  void sendBinary(Audience, std::string_view event, std::string) override {
    said.push_back({"djs", std::string(event), {}});
  }
  void sendTo(const ClientId& client, std::string_view event, const json& payload) override {
    said.push_back({client, std::string(event), payload});
  }
  void subscribe(const ClientId&, Audience) override {}
  void unsubscribe(const ClientId&) override {}

  std::vector<json> of(const std::string& event) const {
    std::vector<json> found;
    for (const Said& line : said)
      if (line.event == event) found.push_back(line.payload);
    return found;
  }

  std::vector<Said> said;
};

// One track of ten seconds of a constant, so that a playing deck is heard.
class OneTrack : public TrackProvider {
 public:
  void acquire(const std::string& trackId,
               std::function<void(Result<PlayableTrack>)> done) override {
    if (trackId != "tone")
      return done(Error(ErrorCode::kNotFound, "track " + trackId + ": no such track"));
    PlayableTrack track;
    track.audio.audio = {samples_->data(), 480000, 1.0F / 32768.0F};
    track.audio.grid = {0, 24000};
    track.log.id = track.log.analysisHash = "tone";
    track.log.frames = 480000;
    track.summary = {
        {"trackId", "tone"}, {"title", "Tone"}, {"artist", "Test"}, {"frames", 480000}};
    track.keepAlive = samples_;
    done(std::move(track));
  }

 private:
  std::shared_ptr<std::vector<std::int16_t>> samples_ =
      std::make_shared<std::vector<std::int16_t>>(std::size_t{960000}, std::int16_t{8000});
};

class RoomTest : public testing::Test {
 protected:
  RoomTest() { open(BattleFormat::kBackToBack); }

  void open(BattleFormat format, bool unlisted = false, int roundSeconds = 0) {
    RoomConfig config;
    config.id = "b-1";
    config.format = format;
    config.rounds = 1;
    config.roundSeconds = roundSeconds;
    config.unlisted = unlisted;
    config.inviteSecret = "invite";
    config.watchSecret = "watch";
    live_ = std::make_shared<LiveBattle>("b-1", engine::BattleConfig{}, nullptr);
    room_ = std::make_shared<Room>(config, live_, tracks_, output_,
                                   Room::Hooks{[this](const engine::LogMark& end) {
                                                 endedAt_ = end.frame;
                                                 room_->announceEnd(end);
                                               },
                                               [] {},
                                               [](const Identity&, const json&) -> Result<Votes> {
                                                 return Votes{1, 0, 0};
                                               }});
    room_->reserveSeat(Seat::kA, ada_);
  }

  void tick(int blocks = 1) {
    for (int i = 0; i < blocks; ++i) {
      live_->tick();
      LogEntry entry;
      while (live_->log().pop(entry)) {
        if (entry.line == nullptr) continue;
        lines_ += *entry.line;
        delete entry.line;
      }
      room_->pump(now_ += std::chrono::milliseconds(5));
    }
  }
  void joinBoth() {
    ASSERT_TRUE(room_->join("a", ada_, {{"role", "dj"}}).ok());
    ASSERT_TRUE(room_->join("b", bob_, {{"role", "dj"}, {"invite", "invite"}}).ok());
  }
  // Sends and renders a block; the acknowledgement.
  Result<json> command(const ClientId& client, const json& command) {
    std::optional<Result<json>> answer;
    room_->command(client, {{"battleId", "b-1"}, {"command", command}}, 0,
                   [&](Result<json> a) { answer = std::move(a); });
    tick();
    return answer ? *answer : Result<json>(Error(ErrorCode::kInternal, "no answer"));
  }

  const Identity ada_{"g-ada", "Ada"}, bob_{"g-bob", "Bob"}, cleo_{"g-cleo", "Cleo"};
  OneTrack tracks_;
  Recorder output_;
  std::shared_ptr<LiveBattle> live_;
  std::shared_ptr<Room> room_;
  Room::Clock::time_point now_{};
  std::optional<Frame> endedAt_;
  std::string lines_;
};

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
  for (int i = 0; i < 1000; ++i)
    room_->command("a", {{"command", {{"control", "volume"}, {"deck", "A"}, {"value", 0.5}}}}, 0,
                   [&](const Result<json>& answer) {
                     refused += !answer.ok() && answer.error().code() == ErrorCode::kTooMany;
                   });
  EXPECT_GT(refused, 500);
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

TEST_F(RoomTest, VotingOpensAtTheEndAndNotForItsDjs) {
  joinBoth();
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  EXPECT_EQ(room_->vote("c", {{"choice", "A"}}).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(room_->end("g-cleo").error().code(), ErrorCode::kForbidden);
  ASSERT_TRUE(room_->end("g-bob").ok());
  tick(40);
  EXPECT_EQ(room_->state(), Room::State::kEnded);
  EXPECT_EQ(room_->vote("a", {{"choice", "A"}}).error().code(), ErrorCode::kForbidden);
  EXPECT_EQ(room_->vote("c", {{"choice", "A"}})->at("votes")["A"], 1);
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
  room_ = std::make_shared<Room>(config, live_, tracks_, output_,
                                 Room::Hooks{[this](const engine::LogMark& end) {
                                               endedAt_ = end.frame;
                                               room_->announceEnd(end);
                                             },
                                             [] {},
                                             {}});
  EXPECT_FALSE(room_->join("b", bob_, {{"role", "dj"}, {"invite", ""}}).ok());
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  tick(260);
  EXPECT_EQ(output_.of("midi-response").size(), 2U);
  EXPECT_EQ(output_.of("midi-response")[1]["frame"], 333);
  ASSERT_TRUE(endedAt_);
}

}  // namespace
}  // namespace dju::server
