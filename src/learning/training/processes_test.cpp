// Several processes that train together: the real program, over Gloo.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>

#include "learning/data/test_support/toy_dataset.h"
#include "learning/processes/process_group.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/checkpoint.h"

namespace dju::learning {
namespace {

class ProcessesTest : public testing::Test {
 protected:
  void SetUp() override {
    writeToyDataset(data(),
                    {.trainItems = 32, .validationItems = 12, .testItems = 4, .frames = 64});
  }
  std::filesystem::path data() const { return scratch_.path() / "data"; }
  std::filesystem::path out(const std::string& name) const { return scratch_.path() / name; }

  int train(const std::string& name, const std::string& more) const {
    const std::string line =
        std::string(DJU_BUILD_DIR) + "/dju_learn train technical --data " + data().string() +
        " --out " + out(name).string() +
        " --shape \"dropout_rate=0 beat_dropout_rate=0 beat_variety=0\" --batch 16 --epochs 3 " +
        more + " > " + out(name + ".log").string() + " 2>&1";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  RunState stateOf(const std::string& name) const {
    const Dataset dataset(data());
    const ModelCard card = readCard(out(name));
    const ModelPtr model = makeModel(card.model, card.recipe, dataset.info(), card.shape);
    torch::optim::AdamW optimizer(model->parameters(), torch::optim::AdamWOptions(1e-3));
    TrainingOptions options = trainingOf(card.model, card.recipe);
    options.batchSize = 16;
    return loadRun(out(name) / "last.pt", *model, optimizer, options.fingerprint());
  }

  ScratchDirectory scratch_;
};

// Batches are shared, normalisation and losses are over all of it: only rounding differs.
TEST_F(ProcessesTest, TwoLearnWhatOneLearnsFromBatchesTwiceAsLarge) {
  ASSERT_EQ(train("one", ""), 0);
  ASSERT_EQ(train("two", "--processes 2"), 0);
  const RunState one = stateOf("one");
  const RunState two = stateOf("two");
  ASSERT_EQ(two.epochs.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(two.epochs[i].trainingLoss, one.epochs[i].trainingLoss, 2e-3);
    EXPECT_NEAR(two.epochs[i].validationLoss, one.epochs[i].validationLoss, 2e-3);
  }
  EXPECT_NE(one.epochs[0].trainingLoss, one.epochs[2].trainingLoss);
}

TEST_F(ProcessesTest, ABatchTooSmallToShareIsRefusedByAll) {
  EXPECT_EQ(train("small", "--processes 9"), 1);
}

TEST(MeetingPlace, IsHostAndPort) {
  EXPECT_EQ(MeetingPlace::in("gpu-1:29500").host, "gpu-1");
  EXPECT_EQ(MeetingPlace::in("gpu-1:29500").port, 29500);
  for (const char* text : {"", "gpu", ":1", "gpu:", "gpu:0", "gpu:70000", "gpu:1x"})
    EXPECT_THROW(MeetingPlace::in(text), Error) << text;
}

}  // namespace
}  // namespace dju::learning
