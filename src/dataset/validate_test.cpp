#include "dataset/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "audio/test_files.h"
#include "core/error.h"
#include "dataset/shards.h"

namespace dju::dataset {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

Window window(const std::string& id, const std::string& dj = "dj-1") {
  Window window;
  window.features.assign(kWindowRows * music::kSoundRowColumns, -30);
  window.features[0] = -10 - static_cast<float>(id.size());  // no two alike
  window.labels.assign(soundFormat().labels.size(), std::nanf(""));
  window.labels[0] = 0.5;
  window.extras.assign(extraNames().size(), 0);
  window.item = {{"id", id}, {"dj", dj}, {"licenses", {"CC0-1.0"}}};
  return window;
}

TEST(Validate, AGoodWindowIsNotRejected) {
  EXPECT_EQ(reasonToReject(window("a"), soundFormat()), std::nullopt);
}

TEST(Validate, EachRejectHasItsReason) {
  Window silent = window("a");
  std::fill(silent.features.begin(), silent.features.end(), -90.0F);
  EXPECT_THAT(reasonToReject(silent, soundFormat()), Optional(std::string("silence")));
  Window broken = window("a");
  broken.features[7] = std::nanf("");
  EXPECT_THAT(reasonToReject(broken, soundFormat()), Optional(HasSubstr("value 7 is not finite")));
  Window unlabelled = window("a");
  unlabelled.labels[0] = std::nanf("");
  EXPECT_THAT(reasonToReject(unlabelled, soundFormat()), Optional(HasSubstr("none of the heads")));
  Window beyond = window("a");
  beyond.labels[1] = 1.5;
  EXPECT_THAT(reasonToReject(beyond, soundFormat()),
              Optional(HasSubstr("beat_alignment: 1.500000 is not from 0 to 1")));
  for (const auto& licenses : {nlohmann::json(), nlohmann::json::array(), nlohmann::json{"unknown"},
                               nlohmann::json{"CC0-1.0", "unknown"}}) {
    Window unlicensed = window("a");
    unlicensed.item["licenses"] = licenses;
    EXPECT_THAT(reasonToReject(unlicensed, soundFormat()), Optional(HasSubstr("license")))
        << licenses;
  }
}

class WrittenSet : public ::testing::Test {
 protected:
  void write(const std::vector<std::pair<SplitName, Window>>& windows) {
    ShardWriter writer(folder_.path(), soundFormat());
    for (const auto& [split, one] : windows) writer.add(split, one);
    writer.finish({});
  }
  dju::testing::TempFolder folder_;
};

TEST_F(WrittenSet, WhatIsFineIsClean) {
  write({{SplitName::kTrain, window("a", "dj-1")}, {SplitName::kTest, window("bb", "dj-2")}});
  const Validation found = validateDataset(folder_.path());
  EXPECT_EQ(found.windows, 2U);
  EXPECT_TRUE(found.clean());
}

TEST_F(WrittenSet, DuplicatesAndLeaksAreNamed) {
  Window again = window("x");
  again.item["id"] = "again";
  write({{SplitName::kTrain, window("a")},
         {SplitName::kTrain, again},
         {SplitName::kTest, window("ccc", "dj-1")}});
  const Validation found = validateDataset(folder_.path());
  ASSERT_EQ(found.rejects.size(), 1U);
  EXPECT_EQ(found.rejects[0].item, "again");
  EXPECT_EQ(found.rejects[0].split, "train");
  EXPECT_EQ(found.rejects[0].reason, "duplicate of a");
  EXPECT_THAT(found.leaks, ::testing::ElementsAre("dj dj-1 is in test and train"));
}

TEST_F(WrittenSet, DamageIsRefused) {
  EXPECT_THROW(validateDataset(folder_.path()), Error) << "no data set there";
  write({{SplitName::kTrain, window("a")}});
  std::ofstream(folder_ / "train" / "items-000.jsonl") << "{\"id\": \n";
  EXPECT_THROW(validateDataset(folder_.path()), Error);
}

}  // namespace
}  // namespace dju::dataset
