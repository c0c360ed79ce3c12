// Who may vote in a battle, on what and when, and how many of one network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/battle/room_fixture.h"

namespace dju::server {
namespace {

using nlohmann::json;

class RoomVotes : public test::RoomTest {};

TEST_F(RoomVotes, ARoundIsVotedOnOnceItWasPlayed) {
  open(BattleFormat::kRounds, false, 1);
  joinBoth();
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  ASSERT_TRUE(room_->start("a").ok());
  tick(10);
  EXPECT_EQ(room_->vote("c", {{"choice", "A"}, {"round", 1}}, "192.0.2.1").error().code(),
            ErrorCode::kConflict);
  tick(440);
  EXPECT_EQ(room_->vote("c", {{"choice", "A"}, {"round", 1}}, "192.0.2.1")->at("votes")["round"],
            1);
  EXPECT_EQ(output_.of("votes").back()["round"], 1);
  EXPECT_EQ(room_->stateJson()["votes"]["A"], 0);  // of the whole battle
  for (const json& round : {json(2), json(1.5), json("1")})
    EXPECT_EQ(room_->vote("c", {{"choice", "A"}, {"round", round}}, "192.0.2.1").error().code(),
              ErrorCode::kInvalid);
}

TEST_F(RoomVotes, WhoVotesHasBeenThere) {
  joinBoth();
  tick(390);
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  ASSERT_TRUE(room_->join("c2", cleo_, json::object()).ok());  // two sockets are one guest
  ASSERT_TRUE(room_->end("g-bob").ok());
  tick(100);
  const auto refused = room_->vote("c", {{"choice", "A"}}, "192.0.2.1");
  EXPECT_EQ(refused.error().code(), ErrorCode::kForbidden);
  EXPECT_THAT(refused.error().what(), testing::HasSubstr("you were here for 0 s"));
}

TEST_F(RoomVotes, VotingOpensAtTheEndAndNotForItsDjs) {
  joinBoth();
  ASSERT_TRUE(room_->join("c", cleo_, json::object()).ok());
  EXPECT_EQ(room_->vote("c", {{"choice", "A"}}, "192.0.2.1").error().code(), ErrorCode::kConflict);
  EXPECT_EQ(room_->end("g-cleo").error().code(), ErrorCode::kForbidden);
  ASSERT_TRUE(room_->end("g-bob").ok());
  tick(40);
  EXPECT_EQ(room_->state(), Room::State::kEnded);
  EXPECT_EQ(room_->vote("a", {{"choice", "A"}}, "192.0.2.1").error().code(), ErrorCode::kForbidden);
  EXPECT_EQ(room_->vote("c", {{"choice", "A"}}, "192.0.2.1")->at("votes")["A"], 1);
}

TEST_F(RoomVotes, OneNetworkHasSoManyVotesAndNoMore) {
  votersPerAddress_ = 2;
  open(BattleFormat::kBackToBack);
  joinBoth();
  for (const std::string name : {"cleo", "dan", "eve", "fay"})
    ASSERT_TRUE(room_->join(name, {"g-" + name, name}, json::object()).ok());
  ASSERT_TRUE(room_->end("g-bob").ok());
  tick(40);
  const auto vote = [&](const std::string& name, const std::string& address) {
    return room_->vote(name, {{"choice", "A"}}, address);
  };
  EXPECT_TRUE(vote("cleo", "2001:db8:1:2::1").ok());
  EXPECT_TRUE(vote("dan", "2001:db8:1:2::2").ok());
  const auto refused = vote("eve", "2001:db8:1:2::3");
  EXPECT_EQ(refused.error().code(), ErrorCode::kTooMany);
  EXPECT_THAT(refused.error().what(), testing::HasSubstr("2 have voted from your network"));
  EXPECT_TRUE(vote("dan", "2001:db8:1:2::9").ok()) << "who has voted may think again";
  EXPECT_TRUE(vote("fay", "2001:db8:1:3::1").ok()) << "another network";
  EXPECT_FALSE(vote("eve", "2001:db8:1:2::3").ok());
}

}  // namespace
}  // namespace dju::server
