#include "server/webrtc/sctp_receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/webrtc/test_support/sctp_page.h"

namespace dju::server::webrtc {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kFirst = 0xfffffffe;  // numbers go round soon

class SctpReceiverTest : public testing::Test {
 protected:
  bool give(const Bytes& packet) {
    return receiver_.receive(packet, answer_, [this](ByteView message) {
      messages_.emplace_back(message.begin(), message.end());
    });
  }
  void setUp() {
    ASSERT_TRUE(give(page_.init(kFirst)));
    ASSERT_TRUE(give(page_.answered(answer_)));
    ASSERT_TRUE(receiver_.established());
    EXPECT_EQ(answer_[12], 11) << "COOKIE ACK";
  }
  // Of the SACK in the answer: up to where all is there, counted from the first, and the gap
  // blocks.
  std::uint32_t whole() const { return read32(answer_.data() + 16) - kFirst + 1; }
  std::vector<int> gaps() const {
    std::vector<int> all;
    for (int i = 0; i < 2 * read16(answer_.data() + 24); ++i)
      all.push_back(read16(answer_.data() + 28 + 2 * i));
    return all;
  }

  SctpReceiver receiver_{0x01020304, {1, 2, 3}};
  SctpPage page_;
  Bytes answer_;
  std::vector<std::string> messages_;
};

// RFC 3720, B.4: CRC32c of 32 bytes of zeros, as it is sent.
TEST_F(SctpReceiverTest, ChecksumIsCrc32c) {
  EXPECT_EQ(sctpChecksum(Bytes(32, 0)), 0xaa36918aU);
}

TEST_F(SctpReceiverTest, GivesMessagesAndAcknowledges) {
  setUp();
  EXPECT_TRUE(give(page_.say("one")));
  EXPECT_EQ(answer_[12], 3) << "SACK";
  EXPECT_EQ(read32(answer_.data() + 4), SctpPage::kTag);
  EXPECT_EQ(read32(answer_.data() + 8), sctpChecksum(answer_));
  EXPECT_EQ(whole(), 1U);
  EXPECT_TRUE(give(page_.say("two")));
  EXPECT_EQ(whole(), 2U);
  EXPECT_THAT(messages_, ElementsAre("one", "two"));
}

TEST_F(SctpReceiverTest, WhatComesAfterALossIsGivenAtOnceAndTheLossIsTold) {
  setUp();
  const Bytes packets[] = {page_.say("0"), page_.say("1"), page_.say("2"),
                           page_.say("3"), page_.say("4"), page_.say("5")};
  for (const int i : {0, 2, 3, 5}) give(packets[i]);
  EXPECT_THAT(messages_, ElementsAre("0", "2", "3", "5"));
  EXPECT_EQ(whole(), 1U);
  EXPECT_THAT(gaps(), ElementsAre(2, 3, 5, 5));
  give(packets[1]);
  EXPECT_EQ(whole(), 4U);
  EXPECT_THAT(gaps(), ElementsAre(2, 2));
  give(packets[3]);
  EXPECT_THAT(messages_, ElementsAre("0", "2", "3", "5", "1")) << "none twice";
}

TEST_F(SctpReceiverTest, ThePageMayGiveUpWhatWasLost) {
  setUp();
  page_.say("lost");
  page_.say("lost");
  give(page_.say("2"));
  EXPECT_EQ(whole(), 0U);
  EXPECT_TRUE(give(page_.forward(kFirst + 1)));
  EXPECT_EQ(whole(), 3U);
  EXPECT_TRUE(gaps().empty());
  EXPECT_TRUE(give(page_.forward(kFirst + 100000)));
  EXPECT_EQ(whole(), 100001U);
}

TEST_F(SctpReceiverTest, AnInitThatComesAgainIsAnsweredAgainButNotOnceEstablished) {
  const Bytes init = page_.init(kFirst);
  ASSERT_TRUE(give(init));
  const Bytes first = answer_;
  ASSERT_TRUE(give(init));
  EXPECT_EQ(answer_, first);
  const Bytes cookie = page_.answered(answer_);
  ASSERT_TRUE(give(cookie));
  give(page_.say("one"));
  ASSERT_TRUE(give(cookie)) << "its acknowledgement was lost";
  give(page_.say("two"));
  EXPECT_EQ(whole(), 2U) << "nothing was begun anew";
  EXPECT_FALSE(give(init));
  EXPECT_TRUE(answer_.empty());
}

TEST_F(SctpReceiverTest, PassesOverWhatIsNotForIt) {
  EXPECT_FALSE(give(page_.say("before the beginning")));
  setUp();
  Bytes wrongSum = page_.say("x");
  wrongSum[20] ^= 1;
  EXPECT_FALSE(give(wrongSum));
  EXPECT_FALSE(give(SctpPage::packet(99, 0, 3, Bytes(16, 'x')))) << "another tag";
  EXPECT_FALSE(give(SctpPage::packet(page_.peerTag(), 10, 0, Bytes(16, 'x')))) << "another cookie";
  EXPECT_FALSE(give(Bytes(8, 0)));
  EXPECT_TRUE(messages_.empty());
  give(page_.say("a part of a message", 2));
  give(page_.say(std::string(SctpReceiver::kMaxMessage + 1, 'x')));
  EXPECT_TRUE(messages_.empty());
  EXPECT_EQ(whole(), 0U) << "the first was spoilt";
  EXPECT_THAT(gaps(), ElementsAre(2, 3)) << "acknowledged all the same";
}

TEST_F(SctpReceiverTest, TellsThatItLivesAndTakesLeave) {
  setUp();
  const Bytes question = {0, 1, 0, 8, 'a', 'b', 'c', 'd'};
  ASSERT_TRUE(give(SctpPage::packet(page_.peerTag(), 4, 0, question)));
  EXPECT_EQ(answer_[12], 5);
  EXPECT_EQ(Bytes(answer_.begin() + 16, answer_.end()), question);
  ASSERT_TRUE(give(SctpPage::packet(page_.peerTag(), 7, 0, Bytes(4, 0))));
  EXPECT_EQ(answer_[12], 8);
  ASSERT_TRUE(give(SctpPage::packet(page_.peerTag(), 6, 0, {})));
  EXPECT_FALSE(receiver_.established());
  EXPECT_FALSE(give(page_.say("too late")));
}

}  // namespace
}  // namespace dju::server::webrtc
