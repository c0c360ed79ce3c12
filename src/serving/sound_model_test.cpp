// The technical model that ships, heard through SoundModel: which windows it judges, for whom, and
// that it hears records come apart.
#include "serving/sound_model.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "serving/test_support/drum_machines.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

const std::filesystem::path kModels = std::filesystem::path(DJU_SOURCE_DIR) / "data/models";

SoundModel shippedModel() {
  const ModelRegistry registry(kModels);
  return SoundModel(ModelCache(registry).current("technical"));
}

TEST(SoundModelTest, JudgesAWindowEachSecondOnceOneIsFull) {
  SoundModel model = shippedModel();
  testing::hearDrums(model, 10, 0, 1);
  EXPECT_FALSE(model.opinion(1));
  SoundModel longer = shippedModel();
  testing::hearDrums(longer, 16, 0, 1);
  ASSERT_EQ(longer.windows().size(), 6U);
  EXPECT_EQ(longer.windows()[1].start, Frame(100 * 480));
  EXPECT_EQ(longer.windows()[1].end, Frame(1124 * 480));
  EXPECT_NEAR(longer.windows()[1].answered[1], 1, 1e-3);
}

TEST(SoundModelTest, SaysOfEachPlayerWhatHeAnswersFor) {
  SoundModel model = shippedModel();
  testing::hearDrums(model, 14, 0, 1);
  EXPECT_FALSE(model.opinion(0));
  const auto opinion = model.opinion(1);
  ASSERT_TRUE(opinion);
  EXPECT_EQ(opinion->model, model.name());
  ASSERT_TRUE(opinion->heads[judge::Head::kBeatAlignment]);
  EXPECT_FALSE(opinion->heads[judge::Head::kOriginality]);
  const double sure = opinion->confidence[static_cast<std::size_t>(judge::Head::kBeatAlignment)];
  EXPECT_GT(sure, 0);
  EXPECT_LT(sure, 0.5);
}

TEST(SoundModelTest, NoWindowReachesOverSoundThatIsMissing) {
  SoundModel model = shippedModel();
  testing::hearDrums(model, 8, 0, 0);
  testing::hearDrums(model, 12, 0, 0, Frame(9 * kSampleRate));
  ASSERT_EQ(model.windows().size(), 2U);
  EXPECT_EQ(model.windows()[0].start, Frame(9 * kSampleRate));
  SoundModel whole = shippedModel();
  testing::hearDrums(whole, 12, 0, 0);
  EXPECT_EQ(model.windows()[0].heads[judge::Head::kBeatAlignment],
            whole.windows()[0].heads[judge::Head::kBeatAlignment]);
}

TEST(SoundModelTest, HearsRecordsThatAreApart) {
  const auto alignment = [](double lateMs) {
    SoundModel model = shippedModel();
    testing::hearDrums(model, 14, lateMs, 0);
    return *model.opinion(0)->heads[judge::Head::kBeatAlignment];
  };
  EXPECT_GT(alignment(0), alignment(90));
}

TEST(SoundModelTest, RefusesAModelForOtherFeatures) {
  const testing::ScratchFolder scratch;
  ModelRegistry registry(scratch.path() / "models");
  registry.add(testing::writeToyModel(scratch.path() / "toy.onnx", 1, 4, "technical"), {});
  registry.promote("technical", 1);
  ModelCache cache(registry);
  EXPECT_THROW(SoundModel(cache.current("technical")), Error);
}

}  // namespace
}  // namespace dju::serving
