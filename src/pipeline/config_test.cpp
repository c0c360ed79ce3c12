#include "pipeline/config.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/error.h"

namespace dju::pipeline {
namespace {

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "dju-pipeline-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Config read(const std::string& text, const std::vector<std::string>& overrides = {}) {
    const std::filesystem::path file = folder_ / "c.toml";
    std::ofstream(file) << text;
    return Config::read(file, overrides);
  }
  std::string complaint(const std::string& text, const std::vector<std::string>& overrides = {}) {
    try {
      read(text, overrides);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  std::filesystem::path folder_;
};

TEST_F(ConfigTest, AnEmptyFileHasTheDocumentsDefaults) {
  const Config config = read("");
  EXPECT_EQ(config.whole("data.batch_size"), 32);
  EXPECT_EQ(config.whole("training.epochs"), 100);
  EXPECT_EQ(config.number("training.learning_rate"), 0.001);
  EXPECT_EQ(config.whole("training.early_stopping_patience"), 15);
  EXPECT_EQ(config.whole("training.reduce_lr_patience"), 8);
  EXPECT_EQ(config.whole("training.model_checkpoint_frequency"), 5);
  EXPECT_EQ(config["training.curriculum"], nlohmann::json({20, 30, 50}));
  EXPECT_EQ(config["models.technical.conv_filters"], nlohmann::json({64, 128, 256}));
  EXPECT_EQ(config.number("models.creative.dropout_rate"), 0.4);
  EXPECT_EQ(config.whole("active_learning.iterations"), 10);
  EXPECT_EQ(config.whole("architecture.generations"), 50);
  EXPECT_EQ(config.number("selection.threshold"), 0.75);
  EXPECT_EQ(config.number("deployment.target_latency"), 100);
  EXPECT_TRUE(config.notes().empty());
}

TEST_F(ConfigTest, OverridesComeLastAndReachDeep) {
  const Config config = read("[training]\nepochs = 10\n[models.technical]\nlstm_units = 32\n",
                             {"training.epochs=3", "models.technical.conv_filters=[4, 8, 16]",
                              "training.recipe=shipped", "evaluation.control=false"});
  EXPECT_EQ(config.whole("training.epochs"), 3);
  EXPECT_EQ(config["models.technical.conv_filters"], nlohmann::json({4, 8, 16}));
  EXPECT_EQ(config.text("training.recipe"), "shipped");
  EXPECT_FALSE(config.flag("evaluation.control"));
  EXPECT_TRUE(config.isStandard("models.technical.attention_heads"));
  EXPECT_FALSE(config.isStandard("models.technical.lstm_units"));
  EXPECT_EQ(config.tree()["models"]["technical"]["lstm_units"], 32);
}

TEST_F(ConfigTest, UnknownKeysAreRefusedWithTheNearestOne) {
  EXPECT_THAT(complaint("[training]\nepoch = 10\n"),
              testing::EndsWith("c.toml:2: training.epoch: there is no such setting; did you mean "
                                "training.epochs? (docs/pipeline.md)"));
  EXPECT_THAT(complaint("", {"model.technical.lstm_units=4"}),
              testing::HasSubstr("did you mean models.technical.lstm_units?"));
}

TEST_F(ConfigTest, WrongValuesAreNamed) {
  EXPECT_THAT(complaint("[training]\nepochs = 0\n"),
              testing::HasSubstr("training.epochs: 0: give a whole number from 1 to 100000"));
  EXPECT_THAT(complaint("[training]\nmodels = [\"judge\"]\n"),
              testing::HasSubstr("give a list of \"technical\" \"creative\""));
  EXPECT_THAT(complaint("[evaluation]\ncontrol = 1\n"), testing::HasSubstr("give true or false"));
  EXPECT_THAT(complaint("[training\n"), testing::HasSubstr("c.toml:1: "));
  EXPECT_THAT(complaint("", {"epochs"}), testing::HasSubstr("give section.key=value"));
  EXPECT_THAT(complaint("", {"training.epochs=[1"}), testing::HasSubstr("--set"));
  EXPECT_THAT(complaint("", {"training.epochs=ten"}), testing::HasSubstr("give a whole number"));
}

TEST_F(ConfigTest, WhatOurDataSetsDefineIsSaidAndNotChanged) {
  const Config config = read("[data]\nsample_rate = 44100\nhop_length = 480\n");
  EXPECT_EQ(config.whole("data.sample_rate"), 48000);
  ASSERT_EQ(config.notes().size(), 1U);
  EXPECT_THAT(config.notes()[0], testing::HasSubstr("data.sample_rate 44100 is read as 48000"));
  EXPECT_THAT(complaint("[data]\nn_mels = 128\n"), testing::HasSubstr("leave it out"));
}

TEST(Nearest, CountsLetters) {
  EXPECT_EQ(nearest("epoch", {"rate", "epochs", "seed"}), "epochs");
  EXPECT_EQ(nearest("", {"ab", "a"}), "a");
}

}  // namespace
}  // namespace dju::pipeline
