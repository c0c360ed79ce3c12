#include "learning/training/trainer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>

#include "learning/data/test_support/toy_dataset.h"
#include "learning/models/score_heads.h"
#include "learning/training/curriculum.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

// The smallest model that can learn, with dropout, so that chance takes part.
class TinyModel : public ScoreModel {
 public:
  explicit TinyModel(const DatasetInfo& info)
      : ScoreModel(info, {{"beat_alignment", 0.5}, {"transition_quality", 0.5}}) {
    hidden_ = register_module("hidden",
                              torch::nn::Linear(static_cast<std::int64_t>(info.columns.size()), 8));
    out_ = register_module("out", torch::nn::Linear(8, 2));
    register_module("dropout", dropout_);
  }
  torch::Tensor forward(const Inputs& inputs) override {
    torch::Tensor x = torch::relu(hidden_(scaled(inputs.features).mean(1)));
    if (poisonous) x = x / 0;
    return out_(dropout_(x));
  }
  bool poisonous = false;

 private:
  torch::nn::Linear hidden_{nullptr}, out_{nullptr};
  torch::nn::Dropout dropout_{0.3};
};

class TrainerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = new ScratchDirectory;
    writeToyDataset(data_->path(),
                    {.trainItems = 40, .validationItems = 12, .testItems = 12, .frames = 16});
  }
  static void TearDownTestSuite() {
    delete data_;
    data_ = nullptr;
  }
  TrainingOptions options(const std::string& name, int epochs) const {
    TrainingOptions options;
    options.out = out_.path() / name;
    options.epochs = epochs;
    options.batchSize = 8;
    options.checkpointEvery = 2;
    options.learningRate = 1e-2;
    return options;
  }
  TinyModel fresh() const {
    torch::manual_seed(1);
    return TinyModel(dataset_.info());
  }
  TrainingResult run(
      TinyModel& model, const TrainingOptions& options,
      const std::function<void(const TrainingProgress&)>& report = [](auto&) {}) {
    return train(model, dataset_.info(), training_, validation_, options, report);
  }
  std::string complaint(TinyModel& model, const TrainingOptions& options) {
    try {
      run(model, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  static std::vector<double> lossesOf(const TrainingResult& result) {
    std::vector<double> losses;
    for (const EpochRecord& epoch : result.state.epochs) {
      losses.push_back(epoch.trainingLoss);
      losses.push_back(epoch.validationLoss);
      losses.push_back(epoch.learningRate);
    }
    return losses;
  }

  inline static ScratchDirectory* data_ = nullptr;
  ScratchDirectory out_;
  Dataset dataset_{data_->path()};
  Split training_ = dataset_.open(SplitName::kTrain);
  Split validation_ = dataset_.open(SplitName::kValidation);
};

TEST_F(TrainerTest, LossesFallAndFilesAreThere) {
  TinyModel model = fresh();
  const TrainingResult result = run(model, options("a", 6));
  ASSERT_EQ(result.state.epochs.size(), 6U);
  EXPECT_LT(result.state.epochs.back().trainingLoss, result.state.epochs.front().trainingLoss);
  for (const char* name : {"best.pt", "last.pt", "epoch-002.pt", "epoch-006.pt", "curve.svg"})
    EXPECT_TRUE(fs::exists(out_.path() / "a" / name)) << name;
  EXPECT_FALSE(fs::exists(out_.path() / "a/epoch-003.pt"));
}

class Killed : public std::exception {};

TEST_F(TrainerTest, ARunThatWasKilledHasTheLossesOfOneThatWasNot) {
  for (const OptimizerKind kind :
       {OptimizerKind::kAdam, OptimizerKind::kAdamW, OptimizerKind::kRmsProp}) {
    const std::string name = std::to_string(static_cast<int>(kind));
    TrainingOptions whole = options("whole" + name, 6);
    whole.optimizer = kind;
    whole.plateauPatience = 0;  // so that the rate moves, too
    TinyModel first = fresh();
    const std::vector<double> expected = lossesOf(run(first, whole));
    TrainingOptions cut = whole;
    cut.out = out_.path() / ("cut" + name);
    TinyModel second = fresh();
    EXPECT_THROW(run(second, cut,
                     [](const TrainingProgress& progress) {
                       if (progress.epoch.epoch == 3) throw Killed();
                     }),
                 Killed);
    torch::manual_seed(99);  // another process begins with other numbers
    TinyModel third(dataset_.info());
    EXPECT_EQ(lossesOf(run(third, cut)), expected);
  }
}

TEST_F(TrainerTest, ARunWithOtherSettingsIsNotTakenUp) {
  TinyModel model = fresh();
  run(model, options("a", 2));
  TrainingOptions other = options("a", 4);
  other.batchSize = 4;
  EXPECT_NE(complaint(model, other).find("use the same settings or another --out"),
            std::string::npos);
}

TEST_F(TrainerTest, ADamagedCheckpointIsNamed) {
  TinyModel model = fresh();
  run(model, options("a", 2));
  fs::resize_file(out_.path() / "a/last.pt", 500);
  EXPECT_NE(complaint(model, options("a", 4)).find("last.pt: damaged"), std::string::npos);
}

TEST_F(TrainerTest, ALossThatIsNoNumberEndsItAndTheCheckpointStays) {
  TinyModel model = fresh();
  run(model, options("a", 2));
  model.poisonous = true;
  const std::string said = complaint(model, options("a", 4));
  EXPECT_NE(said.find("epoch 3: the training loss is no number"), std::string::npos) << said;
  EXPECT_NE(said.find("last.pt has epoch 2"), std::string::npos) << said;
  model.poisonous = false;
  EXPECT_EQ(run(model, options("a", 4)).state.epochs.size(), 4U);
}

// A limit on the size of files acts as a disk that is full.
TEST_F(TrainerTest, AFullDiskEndsItAndTheCheckpointStays) {
  TinyModel model = fresh();
  run(model, options("a", 2));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit tight{1000, before.rlim_max};
  std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &tight);
  const std::string said = complaint(model, options("a", 4));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_DFL);
  EXPECT_NE(said.find("cannot be written"), std::string::npos) << said;
  EXPECT_EQ(run(model, options("a", 4)).state.epochs.size(), 4U);
}

TEST_F(TrainerTest, WithoutProgressTheRateShrinksAndThenItEnds) {
  TinyModel model = fresh();
  TrainingOptions stuck = options("a", 50);
  stuck.learningRate = 1e-12;  // no step is felt, so no epoch after the first is better
  stuck.plateauPatience = 2;
  stuck.patience = 7;
  const TrainingResult result = run(model, stuck);
  EXPECT_EQ(result.end, TrainingResult::End::kNoLongerBetter);
  EXPECT_LT(result.state.epochs.size(), 50U);
  EXPECT_LE(result.state.epochs.back().learningRate, 0.25e-12 * 1.001);
}

TEST_F(TrainerTest, HalfPrecisionLearnsToo) {
  TinyModel model = fresh();
  TrainingOptions half = options("a", 6);
  half.precision = Precision::kBfloat16;
  const TrainingResult result = run(model, half);
  EXPECT_LT(result.state.epochs.back().trainingLoss, result.state.epochs.front().trainingLoss);
}

TEST_F(TrainerTest, DifficultyIsDistanceFromTheMiddle) {
  TinyModel model = fresh();
  const std::vector<std::size_t> order = byDifficulty(model, training_);
  const auto ease = [&](std::size_t item) {
    const auto labels = training_.labels(item);
    double sum = std::fabs(2 * labels[1] - 1);
    if (std::isnan(labels[0])) return sum;
    return (sum + std::fabs(2 * labels[0] - 1)) / 2;
  };
  for (std::size_t i = 1; i < order.size(); ++i)
    EXPECT_GE(ease(order[i - 1]) + 1e-6, ease(order[i]));
  EXPECT_EQ(itemsAt(1, {20, 30, 50}, 300), 100U);
  EXPECT_EQ(itemsAt(20, {20, 30, 50}, 300), 100U);
  EXPECT_EQ(itemsAt(21, {20, 30, 50}, 300), 200U);
  EXPECT_EQ(itemsAt(51, {20, 30, 50}, 300), 300U);
  EXPECT_EQ(itemsAt(1, {}, 300), 300U);
}

}  // namespace
}  // namespace dju::learning
