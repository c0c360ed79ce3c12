// Lags in beats: a rhythm looks the same at every tempo, and a second record beside it does not.
#include "learning/models/beat_lags.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace dju::learning {
namespace {

constexpr std::int64_t kFrames = 1024, kPerFrame = 4;

DatasetInfo infoOf(std::int64_t onsetColumns) {
  DatasetInfo info;
  info.frames = kFrames;
  for (std::int64_t i = 0; i < onsetColumns; ++i)
    info.columns.push_back("onset" + std::to_string(i));
  return info;
}

// Kicks on the beats (low), hats between them (high), `lateMs` behind the grid.
void addRhythm(torch::Tensor& onsets, double bpm, double lateMs) {
  const double beat = 400 * 60 / bpm;
  for (double at = lateMs * 0.4; at < kFrames * kPerFrame - 1; at += beat) {
    onsets[0][static_cast<std::int64_t>(at)][0] += 1;
    const auto between = static_cast<std::int64_t>(at + beat / 2);
    if (between < kFrames * kPerFrame) onsets[0][between][2] += 0.7;
  }
}

BeatLagEncoderImpl::Lags lagsOf(double bpm, std::optional<double> secondLateMs = {}) {
  torch::Tensor onsets = torch::zeros({1, kFrames * kPerFrame, 3});
  addRhythm(onsets, bpm, 0);
  if (secondLateMs) addRhythm(onsets, bpm, *secondLateMs);
  return BeatLagEncoderImpl(infoOf(12), {}, 64).lagsOf(onsets.reshape({1, kFrames, 12}));
}

// Of the whole window, without short lags: how alike.
double likeness(const BeatLagEncoderImpl::Lags& a, const BeatLagEncoderImpl::Lags& b) {
  const auto inBeats = [](const BeatLagEncoderImpl::Lags& lags) {
    return lags.whole.view({9, -1}).narrow(1, 0, BeatLagEncoderImpl::kBins).flatten();
  };
  return torch::cosine_similarity(inBeats(a), inBeats(b), 0).item<double>();
}

TEST(BeatLags, ARhythmLooksTheSameAtEveryTempo) {
  const auto slow = lagsOf(100), fast = lagsOf(131);
  EXPECT_GT(likeness(slow, fast), 0.9);
  // Octaves of log2(160 / BPM), from -1 at 160 to 1 at 80.
  EXPECT_NEAR(slow.tempo.item<double>(), 2 * std::log2(160 / 100.0) - 1, 0.06);
  EXPECT_NEAR(fast.tempo.item<double>(), 2 * std::log2(160 / 131.0) - 1, 0.06);
}

TEST(BeatLags, ASecondRecordBesideTheBeatIsSeenAtItsDistance) {
  const auto together = lagsOf(120, 0.0), apart = lagsOf(120, 40.0);
  EXPECT_LT(likeness(together, apart), 0.9);
  // Low against low, short lags: a peak at 40 ms, 16 samples.
  const auto low = [](const BeatLagEncoderImpl::Lags& lags) {
    return lags.whole.view({9, -1})[0].narrow(0, BeatLagEncoderImpl::kBins,
                                              BeatLagEncoderImpl::kFineLags);
  };
  EXPECT_GT(low(apart)[16].item<double>(), 0.5);
  EXPECT_LT(low(together)[16].item<double>(), 0.1);
}

TEST(BeatLags, DataWithoutOnsetsAreRefused) {
  EXPECT_THROW(BeatLagEncoderImpl(infoOf(0), {}, 64), Error);
  EXPECT_THROW(BeatLagEncoderImpl(infoOf(4), {}, 64), Error);
}

}  // namespace
}  // namespace dju::learning
