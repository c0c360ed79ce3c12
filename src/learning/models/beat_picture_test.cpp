// Pictures of beats: they look the same at every tempo and level, and a second record stands beside
// the first at its distance.
#include "learning/models/beat_picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "core/error.h"

namespace dju::learning {
namespace {

using Ear = BeatPictureEncoderImpl;

constexpr std::int64_t kFrames = 1024, kPerFrame = 4;
constexpr std::int64_t kKick = 0, kHat = 4;

DatasetInfo infoOf(std::int64_t onsetColumns, std::size_t frames = kFrames) {
  DatasetInfo info;
  info.frames = frames;
  for (std::int64_t i = 0; i < onsetColumns; ++i)
    info.columns.push_back("onset" + std::to_string(i));
  return info;
}

// Kicks on the beats, hats between them, `lateMs` behind the grid.
void addRhythm(torch::Tensor& onsets, double bpm, double lateMs, double level = 1) {
  const double beat = 400 * 60 / bpm;
  for (double at = lateMs * 0.4; at < kFrames * kPerFrame - 1; at += beat) {
    onsets[0][static_cast<std::int64_t>(at)][kKick] += level;
    const auto between = static_cast<std::int64_t>(at + beat / 2);
    if (between < kFrames * kPerFrame) onsets[0][between][kHat] += 0.7 * level;
  }
}

torch::Tensor silence() {
  return torch::zeros({1, kFrames * kPerFrame, kOnsetBands});
}

torch::Tensor asRows(const torch::Tensor& onsets) {
  return onsets.reshape({1, kFrames, kPerFrame * kOnsetBands});
}

torch::Tensor rhythm(double bpm, std::optional<double> secondLateMs = {}) {
  torch::Tensor onsets = silence();
  addRhythm(onsets, bpm, 0);
  if (secondLateMs) addRhythm(onsets, bpm, *secondLateMs);
  return asRows(onsets);
}

Ear::Picture pictureOf(const torch::Tensor& features) {
  return Ear(infoOf(kPerFrame * kOnsetBands), {}).pictureOf(features);
}

// How strong a band is at each phase, all rows together: [kWidth].
torch::Tensor phasesOf(const Ear::Picture& picture, std::int64_t band) {
  return picture.onsets[0][band].sum(0);
}

std::int64_t strongest(const torch::Tensor& values) {
  return values.argmax().item<std::int64_t>();
}

TEST(BeatPicture, ABeatIsAnUprightLineAtEveryTempo) {
  for (const double bpm : {84.0, 100.0, 127.3, 155.0}) {
    const Ear::Picture picture = pictureOf(rhythm(bpm));
    const auto line = [&](std::int64_t band) {
      return static_cast<double>(strongest(phasesOf(picture, band).narrow(0, 0, Ear::kPhases)));
    };
    EXPECT_NEAR(line(kKick), Ear::kLeft, 3) << bpm;
    EXPECT_NEAR(line(kHat), Ear::kLeft + Ear::kPhases / 2.0, 3) << bpm;
    // Octaves of log2(160 / BPM), from -1 at 160 to 1 at 80.
    EXPECT_NEAR(picture.tempo.item<double>(), 2 * std::log2(160 / bpm) - 1, 0.03) << bpm;
  }
}

TEST(BeatPicture, ASecondRecordStandsAtItsDistance) {
  // 40 ms of a beat of 500 ms are 10 of 128 phases.
  const torch::Tensor apart = phasesOf(pictureOf(rhythm(120, 40.0)), kKick);
  const torch::Tensor together = phasesOf(pictureOf(rhythm(120, 0.0)), kKick);
  const std::int64_t line = strongest(apart.narrow(0, Ear::kLeft + 6, 10)) + Ear::kLeft + 6;
  EXPECT_NEAR(static_cast<double>(line), Ear::kLeft + 10, 2);
  EXPECT_GT(apart[line].item<double>(), 4);
  EXPECT_LT(together[line].item<double>(), 0.5);
}

TEST(BeatPicture, ATempoThatDiffersLeans) {
  torch::Tensor onsets = silence();
  addRhythm(onsets, 120, 0);
  addRhythm(onsets, 118.8, 30, 0.6);
  const torch::Tensor kicks = pictureOf(asRows(onsets)).onsets[0][kKick];
  const auto walked = [&](std::int64_t from, std::int64_t to) {
    const auto at = [&](std::int64_t row) {
      return static_cast<double>(strongest(kicks[row].narrow(0, from, to - from)));
    };
    return at(20) - at(8);
  };
  // Beat lengths are 0.6 % apart: the louder record may lean by 0.4 phases a row. 1 % are 1.3.
  EXPECT_LE(std::abs(walked(12, 28)), 5);
  EXPECT_NEAR(walked(28, 90) - walked(12, 28), 12 * 1.28, 3);
}

TEST(BeatPicture, HowStrongOnsetsAreMattersByItsRootAlone) {
  const torch::Tensor features = rhythm(120, 40.0);
  EXPECT_TRUE(
      torch::allclose(pictureOf(features * 4).onsets, pictureOf(features).onsets * 2, 1e-4, 1e-5));
}

TEST(BeatPicture, SilenceIsAnEmptyPicture) {
  const Ear::Picture picture = pictureOf(torch::zeros({2, kFrames, kPerFrame * kOnsetBands}));
  EXPECT_EQ(picture.onsets.abs().max().item<double>(), 0);
  EXPECT_TRUE(picture.tempo.isfinite().all().item<bool>());
}

// What it says does not hang on chance once training is over.
TEST(BeatPicture, VariesPicturesWhileTrainingAlone) {
  BeatPictureEncoder ear(infoOf(kPerFrame * kOnsetBands), BeatPictureShape{});
  const torch::Tensor features = rhythm(120, 40.0).repeat({4, 1, 1});
  ear->train();
  EXPECT_FALSE(torch::equal(ear(features), ear(features)));
  ear->eval();
  const torch::NoGradGuard guard;
  const torch::Tensor seen = ear(features);
  EXPECT_TRUE(torch::equal(seen, ear(features)));
  EXPECT_EQ(seen.sizes(), (std::vector<std::int64_t>{4, ear->width()}));
}

TEST(BeatPicture, DataWithoutOnsetsAreRefused) {
  EXPECT_THROW(Ear(infoOf(0), {}), Error);
  EXPECT_THROW(Ear(infoOf(4), {}), Error);
  EXPECT_THROW(Ear(infoOf(20, 1000), {}), Error) << "samples that make no whole blocks";
}

}  // namespace
}  // namespace dju::learning
