#include "learning/data/json.h"

#include <gtest/gtest.h>

namespace dju::learning {
namespace {

TEST(Json, ReadsEveryKindOfValue) {
  const auto json =
      Json::parse(R"( {"a": [1, -2.5e3, true, null], "b": {"c": "x\n\u00e9\ud83d\ude00\\"}} )");
  ASSERT_TRUE(json.ok()) << json.error().what();
  const Json::Array& a = *json->find("a")->array();
  EXPECT_EQ(*a[0].number(), 1);
  EXPECT_EQ(*a[1].number(), -2500);
  EXPECT_TRUE(*a[2].boolean());
  EXPECT_EQ(a[3].number(), nullptr);
  EXPECT_EQ(*json->find("b")->find("c")->string(), "x\n\xc3\xa9\xf0\x9f\x98\x80\\");
  EXPECT_EQ(json->find("none"), nullptr);
}

TEST(Json, RefusesWhatIsNone) {
  for (const char* text : {"", "{", "[1,]", "{\"a\" 1}", "nan", "inf", "01x", "\"\\u12\"",
                           "\"\\ud800\"", "\"a", "[1] 2", "tru", "{\"a\":1,}", "1e999"}) {
    EXPECT_FALSE(Json::parse(text).ok()) << text;
  }
  EXPECT_FALSE(Json::parse(std::string(40, '[') + std::string(40, ']')).ok());
}

TEST(Json, WhatIsQuotedReadsBack) {
  const std::string text = "tab\t \"quoted\" back\\slash \x01 caf\xc3\xa9";
  EXPECT_EQ(*Json::parse(jsonQuoted(text)).value().string(), text);
  EXPECT_EQ(*Json::parse(jsonNumber(0.1)).value().number(), 0.1);
  EXPECT_EQ(jsonNumber(1.0 / 0.0), "null");
}

}  // namespace
}  // namespace dju::learning
