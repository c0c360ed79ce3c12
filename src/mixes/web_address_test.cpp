// Where web hooks may lead.
#include "mixes/web_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "mixes/webhooks.h"

namespace dju::mixes {
namespace {

std::array<unsigned char, 16> bytesOf(const std::string& text) {
  std::array<unsigned char, 16> bytes{};
  const std::string v6 = text.find(':') == std::string::npos ? "::ffff:" + text : text;
  EXPECT_EQ(inet_pton(AF_INET6, v6.c_str(), bytes.data()), 1) << text;
  return bytes;
}

TEST(WebAddress, IsTakenApart) {
  const WebAddress plain = *parseWebAddress("https://example.org");
  EXPECT_TRUE(plain.secure);
  EXPECT_EQ(plain.host, "example.org");
  EXPECT_EQ(plain.port, 443);
  EXPECT_EQ(plain.target, "/");
  const WebAddress full = *parseWebAddress("http://[2001:db8::1]:8080/a?b=c#d");
  EXPECT_EQ(full.host, "2001:db8::1");
  EXPECT_EQ(full.port, 8080);
  EXPECT_EQ(full.target, "/a?b=c");
  EXPECT_EQ(full.origin(), "http://[2001:db8::1]:8080");
  EXPECT_EQ(parseWebAddress("http://a?b")->target, "/?b");
}

TEST(WebAddress, WhatIsNoneIsRefused) {
  for (const char* wrong :
       {"", "example.org", "ftp://example.org", "https://", "https:///x", "https://a@b",
        "https://a:", "https://a:0", "https://a:65536", "https://a:1x", "https://[::1",
        "https://[::1]x", "https://a b", "https://a/\r\nX: y", "https://\xc3\xa4", "https://a%00"})
    EXPECT_FALSE(parseWebAddress(wrong)) << wrong;
  EXPECT_FALSE(parseWebAddress("https://a/" + std::string(kMostAddressBytes, 'x')));
}

TEST(WebAddress, OnlyThePublicInternetIsCalled) {
  for (const char* is : {"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1"})
    EXPECT_TRUE(isPublicAddress(bytesOf(is))) << is;
  for (const char* is :
       {"127.0.0.1",       "127.9.9.9",   "0.0.0.0",         "10.1.2.3",    "172.16.0.1",
        "172.31.255.255",  "192.168.1.1", "169.254.169.254", "100.64.0.1",  "192.0.2.1",
        "198.18.0.1",      "224.0.0.1",   "255.255.255.255", "::",          "::1",
        "fe80::1",         "fd00::1",     "ff02::1",         "2001:db8::1", "2002::1",
        "64:ff9b::7f00:1", "2001:0:1::1"})
    EXPECT_FALSE(isPublicAddress(bytesOf(is))) << is;
}

// As any other implementation gives it: printf 1.{} | openssl dgst -sha256 -hmac key
TEST(Webhook, IsSignedOverTimeAndBody) {
  EXPECT_EQ(webhookSignature("key", "1", "{}").size(), 7U + 64U);
  EXPECT_NE(webhookSignature("key", "1", "{}"), webhookSignature("key", "2", "{}"));
  EXPECT_EQ(webhookSignature("key", "1", "{}"),
            "sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224");
}

}  // namespace
}  // namespace dju::mixes
