// A battle from its creation to its books, with the real engine clock, log writer and database.
#include "server/battle/battle_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "engine/battle_recorder.h"
#include "engine/render.h"
#include "server/battle/log_file.h"
#include "server/battle/test_support.h"
#include "storage/packed_log.h"

namespace dju::server {
namespace {

using nlohmann::json;

class NoStreams : public BattleStreams {
 public:
  AudioSink* open(const std::string&, int) override { return nullptr; }
  void close(const std::string& battleId) override { closed.push_back(battleId); }
  std::vector<std::string> closed;
};

// One recorder for all battles.
class Shared : public test::Recorder {
 public:
  explicit Shared(test::Recorder& to) : to_(to) {}
  void send(Audience audience, std::string_view event, const json& payload, Delivery how) override {
    to_.send(audience, event, payload, how);
  }

 private:
  test::Recorder& to_;
};

class BattleServiceTest : public testing::Test {
 protected:
  BattleServiceTest() {
    config_.dataDir = folder_;
    service_ = std::make_unique<BattleService>(
        config_,
        BattleService::Parts{clock_, logs_, judges_, store_, tracks_, streams_,
                             [this](const std::string&) { return std::make_unique<Shared>(said_); },
                             [this](std::function<void()> work) { post(std::move(work)); },
                             [](const std::function<void()>& work) { work(); },
                             [this](const std::string& id) { recorded_.push_back(id); }});
  }
  ~BattleServiceTest() override { std::filesystem::remove_all(folder_); }

  void post(std::function<void()> work) {
    const std::scoped_lock lock(mutex_);
    posted_.push_back(std::move(work));
  }
  // As the network thread does: what was posted, and what the engine carried out.
  void runPosted() {
    std::vector<std::function<void()>> now;
    {
      const std::scoped_lock lock(mutex_);
      now.swap(posted_);
    }
    for (const auto& work : now) work();
  }
  template <typename Condition>
  void pumpUntil(Condition condition) {
    while (!condition()) {
      service_->pump();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  static std::filesystem::path makeFolder() {
    auto folder =
        std::filesystem::temp_directory_path() / ("dju-service-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "recordings");
    return folder;
  }

  std::filesystem::path folder_ = makeFolder();
  ServerConfig config_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
  test::Recorder said_;
  test::OneTrack tracks_;
  NoStreams streams_;
  std::vector<std::string> recorded_;
  metrics::Registry registry_;
  EngineClock clock_{{}, registry_};
  JudgeThread judges_{registry_};
  LogWriter logs_{[](const std::string&, const std::string&) {}};
  storage::Database database_{folder_ / "test.db"};
  storage::BattleStore store_{database_};
  std::unique_ptr<BattleService> service_;
};

// A disk that takes its time keeps the recording, not the news.
TEST_F(BattleServiceTest, TheEndIsToldWhileTheLogIsStillOnItsWayToTheDisk) {
  const auto room = service_->create({"g-ada", "Ada"}, {{"name", "Slow disk"}});
  const std::string id = room->config().id;
  room->close();
  pumpUntil([&] { return room->state() == Room::State::kEnded; });
  ASSERT_EQ(said_.of("battle-end").size(), 1U);
  EXPECT_EQ(said_.of("battle-end")[0]["battleId"], id);
  EXPECT_EQ(streams_.closed, std::vector{id});
  EXPECT_TRUE(said_.of("recording-ready").empty());
  EXPECT_FALSE(service_->allClosed());
  EXPECT_TRUE(recorded_.empty());

  pumpUntil([&] {
    runPosted();  // from now on: that the log is whole
    return service_->allClosed();
  });
  ASSERT_EQ(said_.of("recording-ready").size(), 1U);
  EXPECT_EQ(said_.of("recording-ready")[0]["recordingId"], id);
  EXPECT_EQ(said_.of("battle-end").size(), 1U);
  EXPECT_EQ(recorded_, std::vector{id});
  const auto row = store_.battle(id).valueOrThrow();
  EXPECT_EQ(row.state, "ended");
  EXPECT_EQ(row.hash, said_.of("battle-end")[0]["hash"]);
}

// A recording of one deck that plays the tone behind a half-open fader, and over again.
std::string recordTone(const std::filesystem::path& folder, test::OneTrack& tracks,
                       double seconds = 3) {
  PlayableTrack tone;
  tracks.acquire("tone", [&](Result<PlayableTrack> got) { tone = std::move(got).value(); });
  engine::LogHeader header;
  header.battleId = "m-tone";
  header.name = "Tone → Tone";
  header.format = "free";
  header.config.monitors = 0;
  header.config.maxTracks = 1;
  engine::BattleRecorder recorder(header);
  recorder.provide(tone.log, tone.audio);
  recorder.act(Frame(0), engine::ControlId::kLoad, 0, 0, 0);
  recorder.act(Frame(0), engine::ControlId::kVolume, 0, 0.5, 0);
  recorder.act(Frame(0), engine::ControlId::kEqLow, 0, 0.25, 0);
  recorder.act(Frame(0), engine::ControlId::kPlay, 0, 1, 0);
  recorder.act(Frame(100000), engine::ControlId::kVolume, 0, 1, 0);
  recorder.act(Frame(0), engine::ControlId::kBeatloop, 0, 1, 0);
  while (recorder.now().seconds() < seconds) recorder.render();
  std::ofstream(folder / "m-tone.djlog.zst", std::ios::binary)
      << storage::packLog(engine::formatLog(recorder.finish()));
  return "m-tone";
}

TEST_F(BattleServiceTest, ARecordingIsTakenOverWithEverythingWhereItStands) {
  const std::string recording = recordTone(folder_ / "recordings", tracks_);
  std::shared_ptr<Room> room;
  service_->takeOver({"g-ada", "Ada"}, recording, 2.04, [&](Result<std::shared_ptr<Room>> opened) {
    room = std::move(opened).valueOrThrow();
  });
  while (!room) runPosted();
  const std::string id = room->config().id;
  EXPECT_EQ(room->battle().now(), Frame(96000)) << "the mark before, and it stands";
  const json state = room->stateJson();
  EXPECT_EQ(state["decks"][0]["trackId"], "tone");
  EXPECT_EQ(state["decks"][0]["isPlaying"], true);
  EXPECT_EQ(state["deckControls"][0]["volume"], 0.5) << "what came later has not been";
  EXPECT_EQ(state["deckControls"][0]["eq_low"], 0.25);
  EXPECT_EQ(room->tracklist().size(), 1U);
  EXPECT_EQ(room->describe()["visibility"], "unlisted");

  ASSERT_TRUE(room->join("c-1", {"g-ada", "Ada"}, {{"role", "dj"}}).ok());
  pumpUntil([&] { return room->battle().now() > Frame(96000); });
  room->command("c-1", {{"command", {{"control", "volume"}, {"deck", "A"}, {"value", 0.8}}}}, 0,
                [](const Result<json>& answer) { EXPECT_TRUE(answer.ok()); });
  pumpUntil([&] { return room->stateJson()["deckControls"][0]["volume"] == 0.8; });
  room->close();
  pumpUntil([&] {
    runPosted();
    return service_->allClosed();
  });

  // The log is whole by itself, and gives the recording's samples up to the moment.
  const auto log = readLogFile(service_->logFile(id)).valueOrThrow();
  EXPECT_EQ(log.tornBytes, 0U);
  ASSERT_TRUE(log.end.has_value());
  PlayableTrack tone;
  tracks_.acquire("tone", [&](Result<PlayableTrack> got) { tone = std::move(got).value(); });
  const std::vector<engine::LoadedTrack> sound{tone.audio};
  EXPECT_TRUE(engine::renderLog(log, sound, {}, {}).verified);
  const auto before = readLogFile(service_->logFile(recording)).valueOrThrow();
  for (std::size_t mark = 0; mark < 20; ++mark)
    EXPECT_EQ(log.marks[mark].hash, before.marks[mark].hash) << mark;
  EXPECT_EQ(log.commands.front().player, engine::kServerPlayer);
  EXPECT_EQ(log.commands.back().player, 0);
}

// Ten seconds before the moment the sound begins anew: what was before is not rendered.
TEST_F(BattleServiceTest, FarInARecordingIsTakenOverWithoutItsSoundBefore) {
  const std::string recording = recordTone(folder_ / "recordings", tracks_, 20);
  std::shared_ptr<Room> room;
  service_->takeOver({"g-ada", "Ada"}, recording, 15, [&](Result<std::shared_ptr<Room>> opened) {
    room = std::move(opened).valueOrThrow();
  });
  while (!room) runPosted();
  const std::string id = room->config().id;
  EXPECT_EQ(room->battle().now(), Frame(720000));
  EXPECT_EQ(room->battle().config().freshSoundAt, Frame(240000));
  const double position = room->stateJson()["decks"][0]["position"];
  ASSERT_TRUE(room->join("c-1", {"g-ada", "Ada"}, {{"role", "dj"}}).ok());
  pumpUntil([&] { return room->battle().now() > Frame(720000 + kMarkFrames); });
  room->close();
  pumpUntil([&] {
    runPosted();
    return service_->allClosed();
  });

  const auto log = readLogFile(service_->logFile(id)).valueOrThrow();
  ASSERT_TRUE(log.end.has_value());
  EXPECT_EQ(log.marks.front().frame, Frame(240000));
  PlayableTrack tone;
  tracks_.acquire("tone", [&](Result<PlayableTrack> got) { tone = std::move(got).value(); });
  const std::vector<engine::LoadedTrack> sound{tone.audio};
  EXPECT_TRUE(engine::renderLog(log, sound, {}, {}).verified);
  // The recording itself has its deck in the same place then.
  const auto before = readLogFile(service_->logFile(recording)).valueOrThrow();
  double there = -1;
  engine::renderLog(before, sound, {},
                    [&](FrameCount, const engine::Outputs&, const engine::Telemetry& told) {
                      there = told.decks[0].position;
                      return told.frame + kBlockFrames < Frame(720000);
                    });
  EXPECT_NEAR(position * kSampleRate, there, 1);
}

TEST_F(BattleServiceTest, WhatCannotBeTakenOverIsRefused) {
  const std::string recording = recordTone(folder_ / "recordings", tracks_);
  const auto refusal = [&](const std::string& id, double seconds) {
    std::optional<ErrorCode> code;
    service_->takeOver({"g-ada", "Ada"}, id, seconds, [&](Result<std::shared_ptr<Room>> opened) {
      code = opened.ok() ? ErrorCode::kInternal : opened.error().code();
    });
    while (!code) runPosted();
    return *code;
  };
  EXPECT_EQ(refusal(recording, 3.5), ErrorCode::kInvalid);
  EXPECT_EQ(refusal(recording, -1), ErrorCode::kInvalid);
  EXPECT_EQ(refusal("m-none", 1), ErrorCode::kNotFound);
}

TEST_F(BattleServiceTest, WhatWasTakenOverAndNeverEnteredStillEnds) {
  const std::string recording = recordTone(folder_ / "recordings", tracks_);
  std::shared_ptr<Room> room;
  service_->takeOver({"g-ada", "Ada"}, recording, 1, [&](Result<std::shared_ptr<Room>> opened) {
    room = std::move(opened).valueOrThrow();
  });
  while (!room) runPosted();
  service_->closeAll();
  pumpUntil([&] {
    runPosted();
    return service_->allClosed();
  });
  EXPECT_TRUE(readLogFile(service_->logFile(room->config().id))->end.has_value());
}

}  // namespace
}  // namespace dju::server
