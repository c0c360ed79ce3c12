// The technical model that ships, heard through SoundModel: which windows it judges, for whom, and
// that it hears records come apart.
#include "serving/sound_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/random.h"
#include "judge/performance.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

const std::filesystem::path kModels = std::filesystem::path(DJU_SOURCE_DIR) / "data/models";

SoundModel shippedModel() {
  const ModelRegistry registry(kModels);
  return SoundModel(ModelCache(registry).current("technical"));
}

// Adds a drum machine at 125 BPM: kicks on the beats, hats between them.
void addDrums(std::vector<float>& mono, double lateMs, double kickHz, std::uint64_t seed) {
  constexpr double kBeat = kSampleRate * 60 / 125.0;
  Random noise(seed);
  for (double beat = 0.5; beat * kBeat < static_cast<double>(mono.size()); beat += 0.5) {
    const bool kick = beat == std::floor(beat);
    const auto at = static_cast<std::size_t>(beat * kBeat + lateMs / 1000 * kSampleRate);
    for (std::size_t i = 0; i < 6000 && at + i < mono.size(); ++i) {
      const double t = static_cast<double>(i) / kSampleRate;
      mono[at + i] += static_cast<float>(kick ? 0.4 * std::exp(-18 * t) *
                                                    std::sin(2 * std::numbers::pi * kickHz * t)
                                              : 0.1 * std::exp(-60 * t) * noise.uniform(-1, 1));
    }
  }
}

// Two drum machines for so long, `player` answering.
void hear(SoundModel& model, double seconds, double lateMs, engine::PlayerIndex player) {
  std::vector<float> mono(static_cast<std::size_t>(seconds * kSampleRate));
  addDrums(mono, 0, 55, 1);
  addDrums(mono, lateMs, 62, 2);
  judge::Evidence now;
  now.player = player;
  std::vector<float> block;
  for (std::size_t at = 0; at + 480 <= mono.size(); at += 480) {
    block.clear();
    for (std::size_t i = 0; i < 480; ++i) block.insert(block.end(), 2, mono[at + i]);
    now.frame = Frame(static_cast<std::int64_t>(at));
    model.hear(now, block);
  }
}

TEST(SoundModelTest, JudgesAWindowEachQuarterOfItsLengthOnceOneIsFull) {
  SoundModel model = shippedModel();
  hear(model, 10, 0, 1);
  EXPECT_FALSE(model.opinion(1));
  SoundModel longer = shippedModel();
  hear(longer, 16, 0, 1);
  ASSERT_EQ(longer.windows().size(), 3U);
  EXPECT_EQ(longer.windows()[1].start, Frame(256 * 480));
  EXPECT_NEAR(longer.windows()[1].answered[1], 1, 1e-3);
}

TEST(SoundModelTest, SaysOfEachPlayerWhatHeAnswersFor) {
  SoundModel model = shippedModel();
  hear(model, 14, 0, 1);
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

TEST(SoundModelTest, HearsRecordsThatAreApart) {
  const auto alignment = [](double lateMs) {
    SoundModel model = shippedModel();
    hear(model, 14, lateMs, 0);
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
