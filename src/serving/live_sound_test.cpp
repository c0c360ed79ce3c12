// Battles heard by a thread of their own: they get the figures that SoundModel has of the same
// sound.
#include "serving/live_sound.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>
#include <vector>

#include "core/random.h"
#include "core/test_support/allocation_count.h"
#include "serving/sound_model.h"
#include "serving/test_support/drum_machines.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

const std::filesystem::path kModels = std::filesystem::path(DJU_SOURCE_DIR) / "data/models";

// Waits for what the ear's thread says; the test hangs where it never does.
judge::SoundOpinion opinionOf(const judge::SoundJudge& ear, engine::PlayerIndex player) {
  while (true) {
    if (const auto opinion = ear.opinion(player)) return *opinion;
    std::this_thread::yield();
  }
}

TEST(LiveSoundTest, SaysOfEachBattleWhatTheModelSaysOfItsSound) {
  const ModelRegistry registry(kModels);
  metrics::Registry metrics;
  ModelCache cache(registry, {}, metrics);
  LiveSound sound(cache, metrics);
  std::vector<double> lateMs;
  for (std::size_t i = 0; i < kMostWindowsTogether + 2; ++i)
    lateMs.push_back(10 * static_cast<double>(i));
  std::vector<std::shared_ptr<judge::SoundJudge>> ears;
  for (std::size_t i = 0; i < lateMs.size(); ++i) ears.push_back(sound.listen());
  // A model that was made for other features is refused here; an ear would stay deaf for ever.
  SoundModel(cache.current("technical"));
  // An ear is deaf until its model is loaded. Once somebody else's sound got an answer, it is not.
  for (const auto& ear : ears) {
    for (std::int64_t second = 0; !ear->opinion(1); ++second)
      testing::hearDrums(*ear, 1, 0, 1, Frame(second * kSampleRate));
  }
  const Frame start(std::int64_t{1'000'000} * kSampleRate);
  const Frame last = start + std::int64_t{10} * kSampleRate;
  for (std::size_t i = 0; i < lateMs.size(); ++i)
    testing::hearDrums(*ears[i], 10, lateMs[i], 0, start);
  // Soon after one another, so that windows wait together.
  for (const auto& ear : ears) testing::hearDrums(*ear, 0.3, 0, 0, last);
  for (std::size_t i = 0; i < lateMs.size(); ++i) {
    SoundModel model(cache.current("technical"));
    testing::hearDrums(model, 10, lateMs[i], 0, start);
    testing::hearDrums(model, 0.3, 0, 0, last);
    const auto expected = opinionOf(model, 0), said = opinionOf(*ears[i], 0);
    EXPECT_EQ(said.model, expected.model);
    EXPECT_EQ(said.end, expected.end);
    EXPECT_EQ(said.confidence, expected.confidence);
    EXPECT_EQ(said.trend, expected.trend);
    for (const judge::Head head : {judge::Head::kBeatAlignment, judge::Head::kBpmAccuracy})
      EXPECT_EQ(said.heads[head], expected.heads[head]) << lateMs[i] << " ms late";
  }
}

TEST(LiveSoundTest, WindowsReadTogetherHaveTheFiguresOfEachAlone) {
  const ModelRegistry registry(kModels);
  metrics::Registry metrics;
  ModelCache cache(registry, {}, metrics);
  const auto model = cache.current("technical");
  SoundReader alone(model), together(model, kMostWindowsTogether);
  ASSERT_EQ(together.together(), kMostWindowsTogether);
  Random random(5);
  std::vector<std::vector<float>> sounds(kMostWindowsTogether);
  std::vector<SoundWindow> windows(kMostWindowsTogether);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    sounds[i].resize(alone.rows() * music::kSoundRowColumns);
    for (float& level : sounds[i]) level = static_cast<float>(random.uniform(0, 20));
    windows[i].end = Frame(static_cast<std::int64_t>(i));
    windows[i].rows = sounds[i];
    together.put(windows[i], i);
  }
  const long before = dju::testing::allocationCount();
  together.run(windows.size());
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const HeardWindow heard = together.heard(windows[i], i), expected = alone.read(windows[i]);
    EXPECT_EQ(heard.end, windows[i].end);
    EXPECT_FALSE(std::isnan(heard.bothHeard));
    EXPECT_EQ(heard.bothHeard, expected.bothHeard);
    for (std::size_t h = 0; h < judge::kHeadCount; ++h)
      EXPECT_EQ(heard.heads[static_cast<judge::Head>(h)],
                expected.heads[static_cast<judge::Head>(h)])
          << "window " << i << ", head " << judge::kHeads[h];
  }
  EXPECT_EQ(dju::testing::allocationCount(), before);
}

TEST(LiveSoundTest, KnowsWhetherWhatIsHeardGetsBetter) {
  const ModelRegistry registry(kModels);
  metrics::Registry metrics;
  ModelCache cache(registry, {}, metrics);
  const SoundReader reader(cache.current("technical"));
  SoundOpinions opinions(reader);
  constexpr auto kHead = judge::Head::kPitchStability;
  const auto hear = [&](int windows, float value) {
    HeardWindow window;
    window.heads[kHead] = value;
    window.answered = {1, 0};
    for (int i = 0; i < windows; ++i) opinions.add(window, 1);
    return opinions.opinion(0)->trend[static_cast<std::size_t>(kHead)];
  };
  EXPECT_NEAR(hear(60, 0.5F), 0, 1e-9);
  const double rising = hear(15, 0.9F);
  // The last half minute is 40 % new, all of it a fifth.
  EXPECT_NEAR(rising, 0.4 * (1 - std::exp(-0.5) - 0.2), 1e-6);
  EXPECT_LT(hear(30, 0.5F), rising);
  EXPECT_FALSE(opinions.opinion(1));
}

TEST(LiveSoundTest, SaysNothingWhereThereIsNoModel) {
  const testing::ScratchFolder scratch;
  const ModelRegistry registry(scratch.path() / "models");
  metrics::Registry metrics;
  ModelCache cache(registry, {}, metrics);
  std::shared_ptr<judge::SoundJudge> ear;
  {
    LiveSound sound(cache, metrics);
    ear = sound.listen();
  }
  testing::hearDrums(*ear, 12, 0, 0);
  EXPECT_FALSE(ear->opinion(0));
}

}  // namespace
}  // namespace dju::serving
