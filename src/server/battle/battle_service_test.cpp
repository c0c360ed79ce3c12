// A battle from its creation to its books, with the real engine clock, log writer and database.
#include "server/battle/battle_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server/battle/test_support.h"

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

}  // namespace
}  // namespace dju::server
