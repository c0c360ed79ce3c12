#include "server/auth/voter_address.h"

#include <gtest/gtest.h>

#include "audio/test_files.h"

namespace dju::server {
namespace {

TEST(VoterAddress, isTheNetworkOfAHome) {
  EXPECT_EQ(voterNetwork("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(voterNetwork("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(voterNetwork("2001:db8:1:2::1"), voterNetwork("2001:db8:1:2:ffff::"));
  EXPECT_NE(voterNetwork("2001:db8:1:3::1"), voterNetwork("2001:db8:1:2::1"));
  EXPECT_EQ(voterNetwork("not an address"), "not an address");
}

TEST(VoterAddress, isKeptUnderAWordThatAnotherServerDoesNotGive) {
  const testing::TempFolder folder;
  const VoterAddresses first(folder.path() / "one"), again(folder.path() / "one");
  const VoterAddresses other(folder.path() / "two");
  EXPECT_EQ(first.pseudonym("192.0.2.7"), again.pseudonym("192.0.2.7"));
  EXPECT_NE(first.pseudonym("192.0.2.7"), first.pseudonym("192.0.2.8"));
  EXPECT_NE(first.pseudonym("192.0.2.7"), other.pseudonym("192.0.2.7"));
}

}  // namespace
}  // namespace dju::server
