// What transitions are worth as a data set: the learners' reader takes it, its pictures are the
// mixer's, the same recipe gives the same bytes.
#include "dataset/mixing/transition_worths.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "audio/test_files.h"
#include "learning/data/dataset.h"
#include "mixer/reading_mixer.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

constexpr learning::SplitName kEverySplit[] = {
    learning::SplitName::kTrain, learning::SplitName::kValidation, learning::SplitName::kTest};

WorthRecipe miniature() {
  WorthRecipe recipe;
  recipe.families = 3;
  recipe.genres = 2;
  recipe.trackSeconds = 60;
  recipe.pairs = 6;
  recipe.waysAPair = 2;
  return recipe;
}

std::string bytesOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(TransitionWorths, AMiniatureOfTheRecipe) {
  const dju::testing::TempFolder scratch;
  const WorthReport report = makeTransitionWorths(scratch.path() / "a", miniature(), 2, {});
  EXPECT_EQ(report.tracks, 6U);
  EXPECT_GT(report.transitions, report.pairs);
  const learning::Dataset dataset(scratch.path() / "a");
  EXPECT_EQ(dataset.info().definition, mixer::pictureDefinition());
  EXPECT_EQ(dataset.info().columns, mixer::pictureColumns());
  EXPECT_EQ(dataset.info().frames, mixer::kPictureRows);
  const auto score = dataset.info().labelAt("score").value();
  const auto own = dataset.info().extraAt("is_rules_choice").value();
  std::size_t items = 0;
  std::map<std::string, float> rulesChoices;
  for (const learning::SplitName name : kEverySplit) {
    if (!fs::exists(scratch.path() / "a" / learning::nameOf(name) / "features-000.npy")) continue;
    const learning::Split split = dataset.open(name);
    items += split.items();
    for (std::size_t i = 0; i < split.items(); ++i) {
      const float value = split.labels(i)[score];
      EXPECT_TRUE(value >= 0 && value <= 1) << value;
      rulesChoices[split.textOf(i, "pair")] += split.extras(i)[own];
    }
  }
  EXPECT_EQ(items, report.transitions);
  for (const auto& [pair, choices] : rulesChoices) EXPECT_LE(choices, 1) << pair;
}

TEST(TransitionWorths, TheSameRecipeGivesTheSameBytesWithAnyNumberOfJobs) {
  const dju::testing::TempFolder scratch;
  WorthRecipe recipe = miniature();
  recipe.pairs = 4;
  recipe.familiesAtATime = 2;
  makeTransitionWorths(scratch.path() / "a", recipe, 1, {});
  makeTransitionWorths(scratch.path() / "b", recipe, 3, {});
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(scratch.path() / "a")) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const fs::path other = scratch.path() / "b" / fs::relative(entry.path(), scratch.path() / "a");
    EXPECT_EQ(bytesOf(entry.path()), bytesOf(other)) << entry.path();
  }
  EXPECT_GT(files, 4U);
}

}  // namespace
}  // namespace dju::dataset
