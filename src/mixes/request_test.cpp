// What strangers may wish for, and what they are told.
#include "mixes/request.h"

#include <gtest/gtest.h>

#include "mixer/genome_json.h"
#include "mixer/styles.h"

namespace dju::mixes {
namespace {

using nlohmann::json;

std::string refusal(const json& wish) {
  try {
    mixOrderFrom(wish);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

json pair() {
  return {{"tracks", {"a", "b"}}};
}

json pairWith(const char* field, json value) {
  json wish = pair();
  wish[field] = std::move(value);
  return wish;
}

TEST(MixRequest, ParametersLieOverThePreset) {
  json wish = pairWith("preset", "chill");
  wish["parameters"] = {{"boldness", 0.9}};
  const MixRequest request = mixRequestFrom(wish);
  const mixer::MixParameters chill = mixer::findPreset("chill")->parameters;
  EXPECT_EQ(request.parameters.boldness, 0.9);
  EXPECT_EQ(request.parameters.transitionBars, chill.transitionBars);
  EXPECT_EQ(request.model, "rules@1");
}

TEST(MixRequest, ReadsBackWhatItWrites) {
  json wish = pairWith("parameters", {{"energyCurve", {0, 1, 0.5}}, {"targetMinutes", 5}});
  wish["transitions"]["0"] = mixer::toJson(mixer::makeGenome(mixer::Style::kBassSwap, 8, {}));
  EXPECT_FALSE(toJson(mixRequestFrom(wish)).contains("shifts"));
  wish["shifts"] = {{"0", {{"exitBars", -8}}}};
  const json whole = toJson(mixRequestFrom(wish));
  EXPECT_EQ(whole.at("shifts").at("0"), json({{"exitBars", -8}, {"entryBars", 0}}));
  EXPECT_EQ(toJson(mixRequestFrom(whole)), whole);
  EXPECT_EQ(whole.at("parameters").at("boldness"), mixer::MixParameters{}.boldness);
}

TEST(MixRequest, WhatMakesNoSenseIsNamed) {
  EXPECT_EQ(refusal(pairWith("tracks", {"a"})), "a mix of 1 track: it needs two or more");
  EXPECT_EQ(refusal(pairWith("tracks", json::array_t(51, "a"))),
            "mix.tracks has 51 entries; at most 50");
  EXPECT_EQ(refusal(pairWith("tracks", {"a", 1})), "mix.tracks[1] must be the id of a track");
  EXPECT_EQ(refusal(json::array()), "mix must be an object");
  EXPECT_NE(refusal(pairWith("model", "")).find("mix.model is no name"), std::string::npos);
  EXPECT_NE(refusal(pairWith("preset", "x")).find("there are warm-up"), std::string::npos);
  EXPECT_EQ(refusal(pairWith("transitions", {{"1", json::object()}})),
            "mix.transitions has \"1\"; 2 tracks have the transitions 0 to 0");
  EXPECT_NE(refusal(pairWith("transitions", {{"00", json::object()}})).find("names are numbers"),
            std::string::npos);
  EXPECT_EQ(refusal(pairWith("shifts", {{"0", {{"exitBars", 1000}}}})),
            "mix.shifts.0.exitBars is 1000; it must be from -512 to 512");
  EXPECT_NE(refusal(pairWith("shifts", {{"0", {{"bars", 1}}}})).find("is not known"),
            std::string::npos);
  EXPECT_NE(refusal(pairWith("shifts", {{"1", json::object()}})).find("has \"1\""),
            std::string::npos);
  EXPECT_EQ(refusal(pairWith("encoding", "any")), "accepted");
  EXPECT_EQ(refusal(pairWith("name", "a\nb")), "mix.name holds a control character");
  EXPECT_EQ(refusal(pairWith("name", "")), "mix.name has 0 characters; 1 to 80 are possible");
  EXPECT_EQ(refusal(pairWith("name", "ñandú")), "accepted");
}

TEST(MixRequest, APreviewHasATransitionAndALength) {
  json wish = pairWith("transition", 0);
  EXPECT_EQ(previewOrderFrom(wish).seconds, 30);
  wish["seconds"] = 61;
  EXPECT_THROW(previewOrderFrom(wish), Error);
  EXPECT_THROW(previewOrderFrom(pairWith("transition", 1)), Error);
  EXPECT_THROW(previewOrderFrom(pair()), Error);
}

}  // namespace
}  // namespace dju::mixes
