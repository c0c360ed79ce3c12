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
    act = gone.fromSocket(1, told());
  }
  (*act)(json(7));
  EXPECT_TRUE(answers_.empty());
}

TEST_F(CommandCopiesTest, RemembersSoManyAndTakesNothingOlderFromTheChannel) {
  for (std::uint64_t number = 1; number <= 5000; ++number) {
    ASSERT_TRUE(copies_.fromSocket(number, told()));
  }
  EXPECT_FALSE(copies_.fromChannel(1)) << "it has acted, though nobody remembers";
  EXPECT_FALSE(copies_.fromChannel(4999));
  EXPECT_TRUE(copies_.fromChannel(5001));
  const auto act = copies_.fromSocket(1, told());
  ASSERT_TRUE(act) << "whatever comes over the socket is answered";
  (*act)(json(1));
  EXPECT_EQ(answers_, std::vector{1});
}

}  // namespace
}  // namespace dju::server
