// A room with the real engine, driven tick by tick, and a recorder in place of sockets, for tests.
// Header only; not for the product.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "server/battle/room.h"
#include "server/battle/test_support.h"

namespace dju::server::test {

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
    config.equalDelay = equalDelay_;
    config.votersPerAddress = votersPerAddress_;
    config.inviteSecret = "invite";
    config.watchSecret = "watch";
    live_ = std::make_shared<LiveBattle>("b-1", engine::BattleConfig{}, nullptr);
    room_ = std::make_shared<Room>(
        config, live_, nullptr, tracks_, output_,
        Room::Hooks{[this](const engine::LogMark& end) { endedAt_ = end.frame; }, [] {},
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

  // The track on deck A, playing or not, and the DJs' networks measured.
  void remote(double rttMs, double playoutMs, double otherRttMs = 0) {
    joinBoth();
    output_.links["a"].rttMs = rttMs;
    output_.links["b"].rttMs = otherRttMs;
    ASSERT_TRUE(room_->reportLatency("a", {{"playoutMs", playoutMs}}).ok());
    ASSERT_TRUE(room_->reportLatency("b", {{"playoutMs", playoutMs}}).ok());
    ASSERT_TRUE(command("a", {{"control", "load"}, {"deck", "A"}, {"trackId", "tone"}}).ok());
    tick(300);
  }
  // A command of DJ A that was made `lateMs` ago, as heard.
  Result<json> heard(const json& what, double lateMs) {
    std::optional<Result<json>> answer;
    const auto heard = live_->now().index() - static_cast<std::int64_t>(lateMs * 48);
    room_->command("a", {{"battleId", "b-1"}, {"command", what}, {"heard", heard}}, 0,
                   [&](Result<json> a) { answer = std::move(a); });
    for (int i = 0; i < 200 && !answer; ++i) tick();
    return answer ? *answer : Result<json>(Error(ErrorCode::kInternal, "no answer"));
  }
  double positionOfA() {
    tick();
    return room_->stateJson()["decks"][0]["positionFrames"];
  }

  const Identity ada_{"g-ada", "Ada"}, bob_{"g-bob", "Bob"}, cleo_{"g-cleo", "Cleo"};
  OneTrack tracks_;
  Recorder output_;
  std::shared_ptr<LiveBattle> live_;
  std::shared_ptr<Room> room_;
  Room::Clock::time_point now_{};
  bool equalDelay_ = false;
  int votersPerAddress_ = 20;
  std::optional<Frame> endedAt_;
  std::string lines_;
};

}  // namespace dju::server::test
