// The genre model that ships, on drum machines, and what stands in for one that is missing.
#include "serving/genre_ear.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "judge/performance.h"
#include "serving/test_support/small_models.h"

namespace dju::serving {
namespace {

constexpr double kBeat = 60.0 / 128;

// Four to the floor with claps and hats, for so many seconds.
void hearHouse(GenreEar& ear, double seconds) {
  Random random(3);
  judge::Evidence now;
  std::vector<float> block(std::size_t{judge::kEvidenceFrames} * kChannels);
  const auto blocks = static_cast<std::int64_t>(seconds * kSampleRate / judge::kEvidenceFrames);
  for (std::int64_t i = 0; i < blocks; ++i) {
    now.frame = Frame(i * judge::kEvidenceFrames);
    for (std::int64_t n = 0; n < judge::kEvidenceFrames; ++n) {
      const double t = static_cast<double>(i * judge::kEvidenceFrames + n) / kSampleRate;
      const double hiss = random.uniform(-1, 1), beat = t / kBeat;
      const double in = (beat - std::floor(beat)) * kBeat;
      const double off = (beat + .5 - std::floor(beat + .5)) * kBeat;
      const double clap = (beat / 2 + .5 - std::floor(beat / 2 + .5)) * 2 * kBeat;
      const double value = 0.5 * std::exp(-in * 12) * std::sin(2 * M_PI * 50 * in) +
                           0.1 * std::exp(-off * 50) * hiss + 0.15 * std::exp(-clap * 25) * hiss;
      block[static_cast<std::size_t>(2 * n)] = block[static_cast<std::size_t>(2 * n + 1)] =
          static_cast<float>(value);
    }
    ear.hear(now, block);
  }
}

TEST(GenreEarTest, SharesAddUpAndTheLargestIsFirst) {
  const ModelRegistry registry(std::filesystem::path(DJU_SOURCE_DIR) / "data/models");
  ModelCache cache(registry);
  const auto ear = genreEarInUse(cache);
  ASSERT_TRUE(ear);
  hearHouse(*ear, 8);
  EXPECT_TRUE(ear->genres().empty());
  hearHouse(*ear, 14);
  const auto genres = ear->genres();
  ASSERT_EQ(genres.size(), 8U);
  double sum = 0;
  for (std::size_t i = 0; i < genres.size(); ++i) {
    sum += genres[i].share;
    EXPECT_LE(genres[i].share, genres[i == 0 ? 0 : i - 1].share);
  }
  EXPECT_NEAR(sum, 1, 1e-4);
  EXPECT_NE(genres[0].genre, "drum_and_bass");
  EXPECT_NE(genres[0].genre, "dubstep");
}

TEST(GenreEarTest, WithoutAModelThereIsNone) {
  const testing::ScratchFolder scratch;
  const ModelRegistry registry(scratch.path() / "models");
  ModelCache cache(registry);
  EXPECT_EQ(genreEarInUse(cache), nullptr);
}

TEST(GenreEarTest, RefusesAModelForOtherFeatures) {
  const testing::ScratchFolder scratch;
  ModelRegistry registry(scratch.path() / "models");
  registry.add(testing::writeToyModel(scratch.path() / "toy.onnx", 1, 4, "genre"), {});
  registry.promote("genre", 1);
  ModelCache cache(registry);
  EXPECT_THROW(GenreEar(cache.current("genre")), Error);
}

}  // namespace
}  // namespace dju::serving
