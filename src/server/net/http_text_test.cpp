#include "server/net/http_text.h"

#include <gtest/gtest.h>

namespace dju::server {
namespace {

TEST(HttpText, PathIsDecodedAndSlashesJoined) {
  const auto target = parseTarget("/api//v1/tr%61cks/?q=a+b%26&x").valueOrThrow();
  EXPECT_EQ(target.path, "/api/v1/tracks/");
  EXPECT_EQ(target.query.get("q"), "a b&");
  EXPECT_EQ(target.query.get("x"), "");
  EXPECT_FALSE(target.query.get("y"));
}

TEST(HttpText, PathCannotLeaveTheRoot) {
  for (const char* bad :
       {"/../etc/passwd", "/a/..", "/%2e%2e/x", "/a/%2E./b", "/..%2fetc", "/a\\b", "/%5c..", "/%00",
        "/%0d%0aX: y", "/%", "/%4", "/%zz", "x", "", "*", "http://other/x", "/%ff", "/\x7f"}) {
    EXPECT_FALSE(parseTarget(bad)) << bad;
  }
}

TEST(HttpText, QueryParametersAreBounded) {
  std::string target = "/?";
  for (int i = 0; i < 65; ++i) target += "a=1&";
  EXPECT_FALSE(parseTarget(target));
}

TEST(HttpText, Ranges) {
  using Kind = ByteRange::Kind;
  const auto check = [](const char* header, Kind kind, std::uint64_t first, std::uint64_t last) {
    const auto range = parseRange(header, 1000);
    EXPECT_EQ(range.kind, kind) << header;
    EXPECT_EQ(range.first, first) << header;
    EXPECT_EQ(range.last, last) << header;
  };
  check("bytes=0-99", Kind::kRange, 0, 99);
  check("bytes=900-", Kind::kRange, 900, 999);
  check("bytes=-100", Kind::kRange, 900, 999);
  check("bytes=-5000", Kind::kRange, 0, 999);
  check("bytes=990-5000", Kind::kRange, 990, 999);
  check("bytes=1000-", Kind::kUnsatisfiable, 0, 0);
  check("bytes=-0", Kind::kUnsatisfiable, 0, 0);
  for (const char* ignored : {"", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "items=0-1",
                              "bytes=0-1,4-5", "bytes=99999999999999999999-"}) {
    check(ignored, Kind::kNone, 0, 0);
  }
}

TEST(HttpText, EtagsCompareWeakly) {
  EXPECT_TRUE(etagMatches("\"a\", W/\"b\"", "\"b\""));
  EXPECT_TRUE(etagMatches("*", "\"b\""));
  EXPECT_FALSE(etagMatches("\"a\"", "\"b\""));
  EXPECT_FALSE(etagMatches("", "\"b\""));
}

TEST(HttpText, DatesSurviveTheRoundTrip) {
  EXPECT_EQ(httpDate(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
  EXPECT_FALSE(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"));
  EXPECT_FALSE(parseHttpDate("Sun, 06 Nov 1994 08:4x:37 GMT"));
}

TEST(HttpText, Utf8) {
  for (const char* good : {"", "abc", "Canción", "\xF0\x9F\x8E\xA7", "\xEF\xBF\xBF"}) {
    EXPECT_TRUE(isUtf8(good)) << good;
  }
  // Lone continuation, overlong, surrogate, beyond U+10FFFF, cut short.
  for (const char* bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"}) {
    EXPECT_FALSE(isUtf8(bad));
  }
}

TEST(HttpText, JsonNestingIsBounded) {
  EXPECT_TRUE(parseJson(std::string(32, '[') + std::string(32, ']')));
  const auto deep = parseJson(std::string(100000, '['));
  ASSERT_FALSE(deep);
  EXPECT_STREQ(deep.error().what(), "JSON nested deeper than 32 levels");
  EXPECT_TRUE(parseJson("{\"text\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"}"));
}

TEST(HttpText, JsonErrorsAreErrors) {
  for (const char* bad : {"", "{", "{\"a\":}", "\"\xFF\"", "1e99999", "[1] x", "nul"}) {
    EXPECT_FALSE(parseJson(bad)) << bad;
  }
}

TEST(HttpText, DumpNeverThrows) {
  EXPECT_EQ(dumpJson(nlohmann::json("\xFF")), "\"\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace dju::server
