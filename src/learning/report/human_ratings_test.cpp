#include "learning/report/human_ratings.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

TEST(HumanRatings, MeansOfRatersAreComparedWithTheModel) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path() / "data",
                  {.trainItems = 2, .validationItems = 2, .testItems = 6, .frames = 16});
  const Split split = Dataset(scratch.path() / "data").open(SplitName::kTest);
  const std::filesystem::path file = scratch.path() / "ratings.jsonl";
  std::ofstream out(file);
  // Two people; their means are .1, .3, .5; the last item is of no split.
  for (int i = 0; i < 3; ++i)
    for (const char* rater : {"ana", "ben"})
      out << R"({"item": "toy-)" << i << R"(", "rater": ")" << rater
          << R"(", "scores": {"beat_alignment": )" << 0.1 + 0.2 * i + (*rater == 'a' ? 0.05 : -0.05)
          << "}}\n";
  out << R"({"item": "other", "rater": "ana", "scores": {"beat_alignment": 1}})"
      << "\n";
  out.close();
  const std::vector<HumanAgreement> found =
      agreementWithPeople(readRatings(file), split, {"beat_alignment", "key_compatibility"},
                          {{0.2, 0.4, 0.6, 0, 0, 0}, {0, 0, 0, 0, 0, 0}});
  ASSERT_EQ(found.size(), 1U) << "nobody rated keys";
  EXPECT_EQ(found[0].items, 3U);
  EXPECT_EQ(found[0].raters, 2U);
  EXPECT_NEAR(found[0].pearson, 1, 1e-9);
}

TEST(HumanRatings, WhatIsNoRatingIsNamedByLine) {
  const ScratchDirectory scratch;
  const std::filesystem::path file = scratch.path() / "ratings.jsonl";
  for (const char* line : {"", "{}", R"({"item": "a", "rater": "b", "scores": {"c": 2}})"}) {
    std::ofstream(file) << line << "\n";
    try {
      readRatings(file);
      ADD_FAILURE() << line;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("ratings.jsonl:1: "), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace dju::learning
