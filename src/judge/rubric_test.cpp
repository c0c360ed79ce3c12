#include "judge/rubric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "judge/rubric_data.h"

namespace dju::judge {
namespace {

using nlohmann::json;

std::string refusal(const json& rubric) {
  const auto parsed = parseRubric(rubric.dump());
  return parsed ? "accepted" : parsed.error().what();
}

TEST(Rubric, TheOneThatShipsIsWhole) {
  const Rubric& rubric = standardRubric();
  EXPECT_EQ(rubric.name(), "club-2");
  for (std::size_t h = 0; h < kHeadCount; ++h) {
    EXPECT_FALSE(rubric.heads[h].name.en.empty());
    EXPECT_FALSE(rubric.heads[h].asks.es.empty());
  }
  EXPECT_EQ(rubric[Head::kOriginality].weight, 0);
  EXPECT_DOUBLE_EQ(rubric.of("rounds").crowdShare, 0.4);
  EXPECT_DOUBLE_EQ(rubric.of("free").byHandBonus, 0.02);
  EXPECT_EQ(rubric.of("solo").crowdShare, 0);
  EXPECT_EQ(rubric[Remark::kQuieter].tone, Tone::kAdvice);
  EXPECT_EQ(rubric.styles.back().types.size(), 0U);
}

TEST(Rubric, RefusesWhatCannotBeJudgedBy) {
  const json good = json::parse(kRubricJson);
  json bad = good;
  bad["heads"][0]["weight"] = 0.5;
  EXPECT_THAT(refusal(bad), testing::HasSubstr("add up to 1.3"));
  bad = good;
  bad["heads"][8]["weight"] = 0.1;
  EXPECT_THAT(refusal(bad), testing::HasSubstr("originality weighs 0.1"));
  bad = good;
  bad["heads"][1]["head"] = "bpm_accuracy";
  EXPECT_THAT(refusal(bad), testing::HasSubstr("bpm_accuracy is there twice"));
  bad = good;
  bad["heads"].erase(8);
  EXPECT_THAT(refusal(bad), testing::HasSubstr("8 of 9 heads"));
  bad = good;
  bad["heads"][0]["head"] = "applause";
  EXPECT_THAT(refusal(bad), testing::HasSubstr("\"applause\""));
  bad = good;
  bad["remarks"].erase(3);
  EXPECT_THAT(refusal(bad), testing::HasSubstr("14 of 15 remarks"));
  bad = good;
  bad["remarks"][0]["tone"] = "scorn";
  EXPECT_THAT(refusal(bad), testing::HasSubstr("tone \"scorn\""));
  bad = good;
  bad["styles"][0]["types"][0] = "waltz";
  EXPECT_THAT(refusal(bad), testing::HasSubstr("\"waltz\""));
  bad = good;
  bad["fewestForStyle"] = 0;
  EXPECT_THAT(refusal(bad), testing::HasSubstr("fewestForStyle is 0"));
  bad = good;
  bad["probabilityScale"] = 0;
  EXPECT_THAT(refusal(bad), testing::HasSubstr("probabilityScale"));
  bad = good;
  bad["unshown"] = -1;
  EXPECT_THAT(refusal(bad), testing::HasSubstr("unshown is -1"));
  EXPECT_FALSE(parseRubric("{"));
  EXPECT_FALSE(parseRubric("[]"));
  EXPECT_FALSE(parseRubric(std::string(1 << 17, ' ')));
}

}  // namespace
}  // namespace dju::judge
