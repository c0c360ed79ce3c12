// Excerpts as a data set: the same recipe gives the same bytes whatever the jobs, the learners'
// reader and the validator take it, labels are where two decks are heard.
#include "dataset/excerpts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "audio/test_files.h"
#include "core/error.h"
#include "dataset/validate.h"
#include "judge/heads.h"
#include "learning/data/dataset.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

class ExcerptSet : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch = new dju::testing::TempFolder;
    report = makeExcerpts(directory(), recipe(), 2, {});
  }
  static void TearDownTestSuite() { delete scratch; }
  static fs::path directory() { return scratch->path() / "a"; }
  // Two rounds of three families.
  static ExcerptRecipe recipe() {
    ExcerptRecipe recipe;
    recipe.tracks = {3, {"house"}, 6, 1, 60, {}, 0};
    recipe.familiesAtATime = 3;
    recipe.excerpts = 48;
    return recipe;
  }
  static inline dju::testing::TempFolder* scratch = nullptr;
  static inline ExcerptReport report;
};

TEST_F(ExcerptSet, ReaderAndValidatorTakeIt) {
  EXPECT_EQ(report.tracks, 6U);
  EXPECT_GT(report.windows, 42U);
  EXPECT_TRUE(validateDataset(directory()).clean());
  const learning::Dataset dataset(directory());
  const learning::Split train = dataset.open(learning::SplitName::kTrain);
  const auto beats = dataset.info().labelAt("beat_alignment").value();
  const auto pitch = dataset.info().labelAt("pitch_stability").value();
  const auto together = dataset.info().extraAt("both_heard_share").value();
  std::size_t judged = 0, alone = 0;
  for (std::size_t i = 0; i < train.items(); ++i) {
    EXPECT_FALSE(std::isnan(train.labels(i)[pitch])) << i;
    EXPECT_EQ(std::isnan(train.labels(i)[beats]), train.extras(i)[together] < 0.19) << i;
    judged += !std::isnan(train.labels(i)[beats]);
    alone += train.extras(i)[together] == 0;
  }
  EXPECT_GT(judged, 5U);
  EXPECT_GT(alone, 0U);
}

TEST_F(ExcerptSet, TheSameRecipeGivesTheSameBytes) {
  const auto bytesOf = [](const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  };
  const fs::path again = scratch->path() / "b";
  makeExcerpts(again, recipe(), 1, {});
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_EQ(bytesOf(entry.path()), bytesOf(again / fs::relative(entry.path(), directory())))
        << entry.path();
  }
  EXPECT_GE(files, 6U);
  EXPECT_THROW(makeExcerpts(again, recipe(), 1, {}), Error);
}

}  // namespace
}  // namespace dju::dataset
