// One viewer's sending side, with a clock that the tests move.
#include "server/webrtc/rtp_viewer.h"

#include <gtest/gtest.h>

#include "server/webrtc/resend_budget.h"

namespace dju::server::webrtc {
namespace {

using std::chrono::milliseconds;
using Time = SteadyClock::time_point;

constexpr std::uint32_t kSsrc = 77;

SrtpKey key() {
  SrtpKey result;
  for (std::size_t i = 0; i < result.key.size(); ++i) result.key[i] = static_cast<std::uint8_t>(i);
  return result;
}

RtpViewer::SharedPacket packet(std::uint32_t timestamp) {
  return std::make_shared<const OpusRung::Packet>(
      OpusRung::Packet{timestamp, 1, Bytes(100, static_cast<std::uint8_t>(timestamp / 960))});
}

RtpViewer viewer(std::uint16_t firstSequence = 100, Time start = {}) {
  return RtpViewer(std::make_shared<Session>(), key(), {}, start, firstSequence);
}

TEST(RtpViewer, ResendsTheSameBytes) {
  RtpViewer sender = viewer();
  std::vector<Bytes> sent;
  for (std::uint32_t i = 0; i < 100; ++i)
    sender.next(kSsrc, packet(960 * i), i == 50, {}, sent.emplace_back());
  for (std::size_t i = 0; i < 100; ++i) {
    Bytes again;
    sender.again(kSsrc, static_cast<std::uint16_t>(100 + i), again);
    EXPECT_EQ(again, i < 36 ? Bytes() : sent[i]) << i;  // the last 64 are known
  }
  Bytes future;
  sender.again(kSsrc, 200, future);
  EXPECT_TRUE(future.empty());
}

// A late joiner's first roll-over: an index of its own, and resends across it.
TEST(RtpViewer, RollsOver) {
  RtpViewer sender = viewer(0x7fff);
  SrtpReceiver receiver(key());
  Bytes bytes;
  for (std::uint64_t index = 0x7fff; index < 0x10020; ++index) {
    sender.next(kSsrc, packet(0), false, {}, bytes);
    ASSERT_EQ(receiver.unprotectRtp(bytes), index);
  }
  sender.again(kSsrc, 0xfff0, bytes);
  EXPECT_EQ(receiver.unprotectRtp(bytes), std::uint64_t{0xfff0});
}

TEST(RtpViewer, MarksTheFirstPacketAndThoseAfterAGap) {
  RtpViewer sender = viewer();
  Bytes bytes;
  std::vector<bool> marks;
  for (int i = 0; i < 4; ++i) {
    sender.next(kSsrc, packet(0), i == 2, {}, bytes);
    marks.push_back((bytes[1] & 0x80) != 0);
  }
  EXPECT_EQ(marks, (std::vector<bool>{true, false, true, false}));
}

TEST(RtpViewer, StartsAfterItsDelayAndReportsEachSecond) {
  const Time begin{};
  RtpViewer sender = viewer(0, begin + milliseconds(400));
  EXPECT_FALSE(sender.started(begin + milliseconds(399)));
  EXPECT_TRUE(sender.started(begin + milliseconds(400)));
  const Time first = begin + std::chrono::hours(1);
  EXPECT_FALSE(sender.reportDue(first));  // nothing was sent yet
  Bytes bytes;
  sender.next(kSsrc, packet(0), false, first, bytes);
  EXPECT_TRUE(sender.reportDue(first));
  EXPECT_FALSE(sender.reportDue(first + milliseconds(999)));
  EXPECT_TRUE(sender.reportDue(first + milliseconds(1000)));
}

TEST(ResendBudget, GrantsNoMoreThanWasSent) {
  ResendBudget budget;
  EXPECT_EQ(budget.take(0, 5), 0u);
  EXPECT_EQ(budget.take(10, 4), 4u);
  EXPECT_EQ(budget.take(10, 100), 6u);
  EXPECT_EQ(budget.take(10, 1), 0u);
  EXPECT_EQ(budget.take(11, 100), 1u);
  EXPECT_EQ(budget.take(100000, 512), 64u);  // what the sender remembers
}

}  // namespace
}  // namespace dju::server::webrtc
