#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "audio/test_files.h"
#include "dataset/listening/answers.h"
#include "dataset/listening/sheet.h"

namespace dju::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string textOf(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

TEST(ListeningSheet, TellsNothingOfItsSoundsAndTheKeyTellsAll) {
  const dju::testing::TempFolder folder;
  SheetWriter writer(folder / "sheet", "s-1", {"beat_alignment", "energy_flow"});
  const std::vector<float> sound(2 * 4800, 0.25F);
  for (const char* item : {"p1@100", "p1@612", "p7@100"}) writer.add(item, sound);
  writer.finish(folder / "key.json");
  const SheetKey key = parseSheetKey(textOf(folder / "key.json")).valueOrThrow();
  EXPECT_EQ(key.items.size(), 4U) << "three, and one of them again";
  EXPECT_THAT(key.heads, ElementsAre("beat_alignment", "energy_flow"));
  const std::string page = textOf(folder / "sheet/index.html");
  for (const auto& [name, item] : key.items) {
    EXPECT_TRUE(std::filesystem::exists(folder / ("sheet/" + name + ".flac"))) << name;
    EXPECT_THAT(page, HasSubstr(name));
    EXPECT_THAT(page, Not(HasSubstr(item)));
  }
  EXPECT_THAT(page, HasSubstr("¿Caen juntos los golpes de las dos pistas?"));
  EXPECT_THAT(page, HasSubstr("Do the beats of both tracks fall together?"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THROW(SheetWriter(folder / "sheet", "s-1", {"beat_alignment"}), Error) << "there already";
  EXPECT_THROW(SheetWriter(folder / "other", "s-1", {"beauty"}), Error);
}

SheetKey key() {
  return {"s-1",
          {"beat_alignment"},
          {{"a", "p1@1"}, {"b", "p2@1"}, {"c", "p3@1"}, {"d", "p4@1"}, {"e", "p1@1"}}};
}

ListenerAnswers answers(const std::string& rater, const std::vector<int>& scores) {
  ListenerAnswers made{"s-1", rater, true, {}};
  std::string name = "a";
  for (const int score : scores) {
    made.answers.push_back({name, 10, {{"beat_alignment", score}}});
    ++name[0];
  }
  return made;
}

TEST(ListenerAnswers, BecomeRatingsOfItems) {
  const ImportedRatings imported = ratingsOf(key(), {answers("ana", {8, 2, 5, 9, 6})});
  EXPECT_THAT(imported.rejects, IsEmpty());
  ASSERT_EQ(imported.ratings.size(), 4U);
  EXPECT_EQ(imported.ratings[0].item, "p1@1");
  EXPECT_DOUBLE_EQ(imported.ratings[0].scores.at("beat_alignment"), 0.7) << "8 and 6 of one sound";
  const auto line = nlohmann::json::parse(formatRatings({imported.ratings[1]}));
  EXPECT_EQ(line["item"], "p2@1");
  EXPECT_EQ(line["rater"], "ana");
  EXPECT_DOUBLE_EQ(line["scores"]["beat_alignment"], 0.2);
}

TEST(ListenerAnswers, WhatCannotBeTrustedIsLeftOutWithItsReason) {
  ListenerAnswers hasty = answers("hasty", {8, 2, 5, 9, 7});
  hasty.answers[1].played = 2;
  hasty.answers[2].sound = "z";
  hasty.answers[3].scores["beat_alignment"] = std::nullopt;
  ListenerAnswers other = answers("other", {1, 2, 3, 4, 5});
  other.sheet = "s-2";
  const ImportedRatings imported =
      ratingsOf(key(), {hasty, answers("flat", {5, 5, 5, 5, 5}), answers("dice", {9, 2, 5, 9, 0}),
                        other, answers("hasty", {1, 2, 3, 4, 1})});
  EXPECT_THAT(imported.rejects,
              ElementsAre("hasty: b: not heard to its end", "hasty: z: no sound of this sheet",
                          "flat: every answer is the same",
                          "dice: answers to repeated sounds lie 0.90 apart, 0.3 allowed",
                          "other: answers another sheet", "hasty: two files by this name"));
  ASSERT_EQ(imported.ratings.size(), 1U) << "of what was heard and could be told";
  EXPECT_EQ(imported.ratings[0].rater, "hasty");
  EXPECT_EQ(imported.ratings[0].item, "p1@1");
}

TEST(ListenerAnswers, FilesThatAreNoneAreRefused) {
  const auto complaint = [](const std::string& text) {
    return std::string(parseListenerAnswers(text).error().what());
  };
  EXPECT_THAT(complaint("{}"), HasSubstr("no file that a listening sheet saved"));
  EXPECT_THAT(complaint(R"({"format": 1, "sheet": "s"})"), HasSubstr("no name"));
  const std::string start = R"({"format": 1, "sheet": "s", "rater": "a", "answers": [)";
  EXPECT_THAT(complaint(start + R"({"sound": "a", "played": 1, "scores": {"x": 11}}]})"),
              HasSubstr("answer 1: \"x\" is no whole number from 0 to 10"));
  EXPECT_THAT(complaint(start + R"({"sound": "a", "scores": {}}]})"), HasSubstr("no time played"));
  const auto fine =
      parseListenerAnswers(start + R"({"sound": "a", "played": 9.5, "scores": {"x": null}}]})");
  ASSERT_TRUE(fine.ok());
  EXPECT_EQ(fine->answers[0].scores.at("x"), std::nullopt);
}

}  // namespace
}  // namespace dju::dataset
