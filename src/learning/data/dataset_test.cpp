#include "learning/data/dataset.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>

#include "learning/data/npy.h"
#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

class DatasetTest : public testing::Test {
 protected:
  void SetUp() override {
    writeToyDataset(directory(),
                    {.trainItems = 12, .validationItems = 3, .testItems = 3, .frames = 32});
  }
  const fs::path& directory() const { return scratch_.path(); }
  // What reading all of it says is wrong.
  std::string complaint() const {
    try {
      const Dataset dataset(directory());
      const Split split = dataset.open(SplitName::kTrain);
      std::vector<float> window(dataset.info().frames * dataset.info().columns.size());
      for (std::size_t item = 0; item < split.items(); ++item) split.copyFeatures(item, window);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  void expectComplaint(const std::string& part) const {
    const std::string said = complaint();
    EXPECT_NE(said.find(part), std::string::npos) << said;
  }
  void rewrite(const std::string& from, const std::string& to) const {
    std::ifstream in(directory() / "dataset.json");
    std::string text((std::istreambuf_iterator<char>(in)), {});
    text.replace(text.find(from), from.size(), to);
    std::ofstream(directory() / "dataset.json") << text;
  }

  ScratchDirectory scratch_;
};

TEST_F(DatasetTest, ReadsWhatWasWritten) {
  const Dataset dataset(directory());
  EXPECT_EQ(dataset.info().columnsNamed("mel").count, kToyMelBands);
  EXPECT_EQ(dataset.info().columnsNamed("onset").first, kToyMelBands);
  EXPECT_EQ(dataset.info().columnsNamed("none").count, 0U);
  EXPECT_EQ(dataset.info().labelAt("transition_quality"), 1U);
  EXPECT_FALSE(dataset.info().labelAt("none").has_value());
  Split split = dataset.open(SplitName::kTrain);
  ASSERT_EQ(split.items(), 12U);
  EXPECT_TRUE(std::isnan(split.labels(9)[0]));
  EXPECT_NEAR(split.labels(2)[0], std::exp(-std::fabs(split.extras(2)[0]) / 50), 1e-6);
  EXPECT_EQ(split.textOf(3, "id"), "toy-3");
  EXPECT_EQ(split.textOf(3, "none"), "");
  std::vector<float> before(32 * dataset.info().columns.size());
  split.copyFeatures(5, before);
  split.keep({5, 0});
  std::vector<float> after(before.size());
  split.copyFeatures(0, after);
  EXPECT_EQ(before, after);
  EXPECT_EQ(split.textOf(1, "id"), "toy-0");
}

TEST_F(DatasetTest, AnotherFormatIsRefused) {
  rewrite("\"format\": 1", "\"format\": 2");
  expectComplaint("format 2, this program reads 1");
}

TEST_F(DatasetTest, AMalformedManifestSaysWhere) {
  rewrite("\"frames\": 32", "\"frames\": \"many\"");
  expectComplaint("\"frames\" is no number");
  std::ofstream(directory() / "dataset.json") << "{";
  expectComplaint("dataset.json: no JSON from byte 1 on");
  fs::remove(directory() / "dataset.json");
  expectComplaint("dataset.json: cannot be read");
}

TEST_F(DatasetTest, AShardOfAnotherShapeIsRefused) {
  rewrite("\"frames\": 32", "\"frames\": 33");
  expectComplaint("shape [12, 32, 28] where dataset.json and its neighbours ask for [12, 33, 28]");
}

TEST_F(DatasetTest, LabelsOfAnotherNumberOfItemsAreRefused) {
  writeNpy(directory() / "train/labels-000.npy", {11, 3}, std::vector<float>(33),
           NpyType::kFloat32);
  expectComplaint("labels-000.npy: shape [11, 3]");
}

TEST_F(DatasetTest, ADamagedShardIsRefused) {
  fs::resize_file(directory() / "train/features-000.npy", 1000);
  expectComplaint("features-000.npy: 872 bytes of data where its shape asks for 21504");
}

TEST_F(DatasetTest, FeaturesThatAreNoNumbersAreRefusedWithTheirPlace) {
  std::vector<float> features(12 * 32 * kToyColumns);
  features[(3 * 32 + 7) * kToyColumns + 5] = NAN;
  writeNpy(directory() / "train/features-000.npy", {12, 32, kToyColumns}, features,
           NpyType::kFloat16);
  expectComplaint("item 3, frame 7, column 5 is not finite");
}

TEST_F(DatasetTest, MissingLinesAreRefused) {
  std::ofstream(directory() / "train/items-000.jsonl") << "{}\n{}\n";
  expectComplaint("items-000.jsonl: line 3 is no JSON object; the shard has 12 items");
}

TEST_F(DatasetTest, AnEmptySplitIsRefused) {
  for (const auto& entry : fs::directory_iterator(directory() / "train")) fs::remove(entry.path());
  expectComplaint("the train split is empty");
}

}  // namespace
}  // namespace dju::learning
