#include "server/battle/command_copies.h"

#include <gtest/gtest.h>

#include <vector>

namespace dju::server {
namespace {

using nlohmann::json;

class CommandCopiesTest : public testing::Test {
 protected:
  CommandCopies::Ack told() {
    return [this](const Result<json>& answer) {
      answers_.push_back(answer ? answer->get<int>() : -1);
    };
  }
  CommandCopies copies_;
  std::vector<int> answers_;
};

TEST_F(CommandCopiesTest, TheSocketsCopyAlone) {
  const auto act = copies_.fromSocket(1, told());
  ASSERT_TRUE(act);
  EXPECT_TRUE(answers_.empty());
  (*act)(json(7));
  EXPECT_EQ(answers_, std::vector{7});
}

TEST_F(CommandCopiesTest, TheChannelsComesFirstAndTheSocketIsAnsweredAfterwards) {
  const auto act = copies_.fromChannel(1);
  ASSERT_TRUE(act);
  (*act)(json(7));
  EXPECT_FALSE(copies_.fromChannel(1)) << "repeated by the next packet";
  EXPECT_FALSE(copies_.fromSocket(1, told()));
  EXPECT_EQ(answers_, std::vector{7});
}

TEST_F(CommandCopiesTest, TheSocketWaitsForWhatTheChannelBegan) {
  const auto act = copies_.fromChannel(1);
  EXPECT_FALSE(copies_.fromSocket(1, told()));
  EXPECT_TRUE(answers_.empty());
  (*act)(Error(ErrorCode::kForbidden, "no"));
  EXPECT_EQ(answers_, std::vector{-1});
}

TEST_F(CommandCopiesTest, TheSocketsComesFirst) {
  const auto act = copies_.fromSocket(2, told());
  EXPECT_FALSE(copies_.fromChannel(2));
  (*act)(json(8));
  EXPECT_EQ(answers_, std::vector{8});
  EXPECT_FALSE(copies_.fromChannel(2));
}

TEST_F(CommandCopiesTest, AnAnswerComesAfterThePlayerHasGone) {
  std::optional<CommandCopies::Ack> act;
  {
    CommandCopies gone;
    act = gone.fromChannel(1);
    EXPECT_FALSE(gone.fromSocket(1, told()));
  }
  (*act)(json(7));
  EXPECT_TRUE(answers_.empty());
}

TEST_F(CommandCopiesTest, WhatFollowsAGapWaitsForTheSocket) {
  ASSERT_TRUE(copies_.fromChannel(1));
  EXPECT_FALSE(copies_.fromChannel(3)) << "2 is lost, and 3 must not act before it";
  ASSERT_FALSE(copies_.fromSocket(1, told()));
  EXPECT_TRUE(copies_.fromSocket(2, told()));
  EXPECT_TRUE(copies_.fromChannel(3));
  EXPECT_FALSE(copies_.fromChannel(2));
}

TEST_F(CommandCopiesTest, APageThatCameBackCountsOn) {
  EXPECT_FALSE(copies_.fromChannel(58));
  EXPECT_TRUE(copies_.fromSocket(58, told()));
  EXPECT_TRUE(copies_.fromChannel(59));
}

TEST_F(CommandCopiesTest, TheSameNumberTwiceOverTheSocketIsRefused) {
  const auto act = copies_.fromSocket(1, told());
  ASSERT_TRUE(act);
  EXPECT_FALSE(copies_.fromSocket(1, told()));
  EXPECT_EQ(answers_, std::vector{-1});
  ASSERT_TRUE(copies_.fromChannel(2));
  EXPECT_FALSE(copies_.fromSocket(2, told()));
  EXPECT_FALSE(copies_.fromSocket(2, told()));
  EXPECT_EQ(answers_, (std::vector{-1, -1}));
}

TEST_F(CommandCopiesTest, SoManyAreAheadOfTheSocketAndNoMore) {
  for (std::uint64_t number = 1; number <= 4096; ++number)
    ASSERT_TRUE(copies_.fromChannel(number)) << number;
  EXPECT_FALSE(copies_.fromChannel(4097));
  EXPECT_TRUE(copies_.fromSocket(4097, told()));
}

}  // namespace
}  // namespace dju::server
