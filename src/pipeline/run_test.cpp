#include "pipeline/run.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/error.h"
#include "learning/data/npy.h"

namespace dju::pipeline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Words = std::vector<std::string>;

std::string optionOf(const Words& command, const std::string& name) {
  const auto at = std::find(command.begin(), command.end(), name);
  return at == command.end() ? "" : *(at + 1);
}

// Leaves what our programs leave, in small; their own tests say that they do. Technical models are
// better than others.
class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "dju-pipeline-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::ofstream(folder_ / "c.toml") << "[training]\nmodels = [\"technical\", \"creative\"]\n";
  }
  void TearDown() override { fs::remove_all(folder_); }

  PipelineResult run(const Words& overrides = {}) {
    commands_.clear();
    said_.clear();
    return runPipeline(
        Config::read(folder_ / "c.toml", overrides), folder_ / "out",
        [this](const Words& command) { return program(command); },
        [this](const std::string& line) { said_ += line + "\n"; });
  }

  int program(const Words& command) {
    commands_.push_back(command);
    if (static_cast<int>(commands_.size()) == failAt_) return 1;
    const fs::path out = optionOf(command, "--out");
    if (command[1] == "card" || command[1] == "export" || command[1] == "models") {
      std::ofstream(out.empty() ? folder_ / "registered" : out) << "made\n";
      return 0;
    }
    if (!out.empty()) fs::create_directories(out);
    const std::string verb = command[1];
    if (verb == "dataset" && command[2] == "simulate") writeData(out);
    if (verb == "train") {
      std::ofstream(out / "curve.svg") << "<svg/>";
      std::ofstream(out / "model.json") << "{}";
      std::ofstream(out / "best.pt") << "weights";
    }
    if (verb == "ensemble")
      std::ofstream(out / "ensemble.json")
          << "{\"members\": [" << fs::relative(command[2], out) << "]}";
    if (verb == "evaluate" || verb == "crossvalidate") {
      const bool technical = command[2].find("creative") == std::string::npos;
      std::ofstream(out / "report.md") << "# Report\n";
      std::ofstream(out / "report.json")
          << R"({"measurements": [{"predictor": "model", "subset": "all", "pearson": )"
          << (technical ? 0.95 : 0.2)
          << R"(}, {"predictor": "mean", "subset": "all", "pearson": null}],)"
          << R"("human_correlation": [], "milliseconds_per_window": 20})";
    }
    return 0;
  }

  static void writeData(const fs::path& out) {
    std::ofstream(out / "dataset.json")
        << R"({"format": 1, "definition": "d", "frame_rate": 100, "frames": 16, "columns": ["mel"],)"
        << R"("heads": ["a"], "extra": ["b"]})";
    fs::create_directories(out / "train");
    std::vector<float> rows(2 * 16);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(i < 16 ? 1 : 3);
    learning::writeNpy(out / "train/features-000.npy", {2, 16, 1}, rows,
                       learning::NpyType::kFloat32);
    learning::writeNpy(out / "train/labels-000.npy", {2, 1}, std::vector<float>(2),
                       learning::NpyType::kFloat32);
    learning::writeNpy(out / "train/extra-000.npy", {2, 1}, std::vector<float>(2),
                       learning::NpyType::kFloat32);
    std::ofstream(out / "train/items-000.jsonl") << "{}\n{}\n";
  }

  Words verbs() const {
    Words verbs;
    for (const Words& command : commands_) verbs.push_back(command[1] + " " + command[2]);
    return verbs;
  }

  fs::path folder_;
  std::vector<Words> commands_;
  std::string said_;
  int failAt_ = 0;
};

TEST_F(RunTest, SixPhasesInOrderAndOnlyGoodModelsAreDeployed) {
  const PipelineResult result = run();
  std::size_t at = 0;
  for (const std::string_view phase : kPhases) {
    const std::size_t found = said_.find(": " + std::string(phase) + "\n", at);
    ASSERT_NE(found, std::string::npos) << phase << said_;
    at = found;
  }
  // Technical with three seeds and its control, the ensemble, creative; reports; cards; folds.
  EXPECT_EQ(result.stepsRun, 2 + 4 + 1 + 1 + 3 + 2 + 2);
  ASSERT_EQ(result.models.size(), 3U);
  EXPECT_EQ(result.models[0].measured.model, "technical");
  EXPECT_TRUE(result.models[0].chosen);
  EXPECT_FALSE(result.models[2].chosen) << "creative: r of .2";
  EXPECT_TRUE(fs::exists(folder_ / "out/deployed/technical/best.pt"));
  EXPECT_TRUE(fs::exists(folder_ / "out/deployed/ensemble_judge/member-1/best.pt"));
  EXPECT_TRUE(fs::exists(folder_ / "out/deployed/technical/card.md"));
  EXPECT_FALSE(fs::exists(folder_ / "out/deployed/creative"));
  std::ifstream in(folder_ / "out/monitoring/technical.json");
  const auto reference = nlohmann::json::parse(in);
  EXPECT_EQ(reference["features"]["columns"]["mel"]["mean"], 2);
  EXPECT_EQ(reference["features"]["columns"]["mel"]["spread"], 1);
}

TEST_F(RunTest, WithoutRatingsTheirWeightGoesToTheOthersAndIsPrinted) {
  run();
  EXPECT_THAT(said_, HasSubstr("| technical | 0.950 | 20.0 | 1.000 | absent | 0.571 / 0.429 / "
                               "0.000 | 0.971 | yes |"));
  EXPECT_THAT(said_, HasSubstr("Human correlation is absent"));
  std::ifstream in(folder_ / "out/report.json");
  const auto report = nlohmann::json::parse(in);
  EXPECT_TRUE(report["models"][0]["human_correlation"].is_null());
  EXPECT_EQ(report["configuration"]["training"]["epochs"], 100);
}

TEST_F(RunTest, GoesOnWhereItFailedAndDoesNothingTwice) {
  failAt_ = 5;
  try {
    run();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("phase training, technical, seed 3: ended with status 1"));
  }
  failAt_ = 0;
  EXPECT_EQ(run().stepsRun, 15 - 4);
  EXPECT_EQ(verbs().front(), "train technical");
  const PipelineResult again = run();
  EXPECT_EQ(again.stepsRun, 0);
  EXPECT_EQ(again.stepsFound, 15);
}

TEST_F(RunTest, AChangeDoesWhatItTouchesAndNoMore) {
  run();
  run({"models.creative.lstm_units=32", "deployment.model_format=[]"});
  EXPECT_THAT(verbs(), testing::ElementsAre(
                           "train creative",
                           testing::StartsWith("evaluate " + (folder_ / "out/creative-").string()),
                           testing::StartsWith("card " + (folder_ / "out/creative-").string()),
                           "crossvalidate creative"));
  EXPECT_EQ(optionOf(commands_[0], "--shape"), "lstm_units=32");
  run({"selection.threshold=0.1"});
  for (const Words& command : commands_)
    EXPECT_THAT(command[1], testing::AnyOf("export", "models")) << "nothing is learned again";
  EXPECT_TRUE(fs::exists(folder_ / "out/deployed/creative"));
}

TEST_F(RunTest, WhatIsChosenIsExportedMadeSmallerAndRegistered) {
  run({"deployment.registry=models"});
  const fs::path deployed = folder_ / "out/deployed/technical";
  for (const char* file : {"technical.onnx", "technical.tflite", "technical-int8.onnx"})
    EXPECT_TRUE(fs::exists(deployed / file)) << file;
  const Words& last = commands_.back();
  EXPECT_EQ(last[4], "add");
  EXPECT_EQ(optionOf(last, "--models"), "models");
  EXPECT_EQ(optionOf(last, "--metric"), "accuracy=0.9500");
  EXPECT_FALSE(fs::exists(folder_ / "out/deployed/ensemble_judge/ensemble_judge.onnx"));
}

TEST_F(RunTest, OptionsReachTheTrainings) {
  run({"training.processes=2", "training.recipe=shipped", "training.epochs=7"});
  const Words& technical = commands_[2];
  EXPECT_EQ(optionOf(technical, "--epochs"), "7");
  EXPECT_EQ(optionOf(technical, "--processes"), "2");
  EXPECT_EQ(optionOf(technical, "--rate"), "") << "the recipe's own";
  run();
  EXPECT_EQ(optionOf(commands_[1], "--curriculum"), "20,30,50");
  EXPECT_THROW(run({"training.epochs=7"}), Error) << "phases that would not be reached";
  run({"training.epochs=7", "training.curriculum=[]"});
  EXPECT_EQ(optionOf(commands_[1], "--curriculum"), "none");
}

TEST(Selection, WeighsWhatWasMeasured) {
  const Selected rated = weigh({"m", 0.8, 50, 0.5}, {}, 100, 0.75);
  EXPECT_DOUBLE_EQ(rated.score, 0.4 * 0.8 + 0.3 * 1 + 0.3 * 0.5);
  EXPECT_TRUE(rated.chosen);
  const Selected slow = weigh({"m", 0.8, 400, {}}, {}, 100, 0.75);
  EXPECT_DOUBLE_EQ(slow.speed, 0.25);
  EXPECT_DOUBLE_EQ(slow.score, (0.4 * 0.8 + 0.3 * 0.25) / 0.7);
  EXPECT_FALSE(slow.chosen);
  EXPECT_THROW(weigh({"m", 0.8, 50, {}}, {0, 0, 1}, 100, 0.75), Error);
}

}  // namespace
}  // namespace dju::pipeline
