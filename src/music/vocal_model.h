// The weights by which vocals.cpp judges a row of vocalFeatures(). They come out of
// tools/train_vocals.cpp, which says on what and how they were trained, and are code so that the
// program needs no file beside it. Immutable, any thread.
#pragma once

#include <array>

#include "music/vocal_features.h"

namespace dju::music {

inline constexpr std::size_t kVocalHidden = 24;

// One hidden layer: z = b2 + sum over h of w2[h] * max(0, b1[h] + sum over d of w1[h][d] * x[d]),
// x[d] = (feature[d] - mean[d]) / deviation[d], within +-4; the probability of a voice is
// 1 / (1 + exp(-z)).
struct VocalModel {
  std::array<float, kVocalFeatures> mean, deviation;
  std::array<std::array<float, kVocalFeatures>, kVocalHidden> hiddenWeights;
  std::array<float, kVocalHidden> hiddenBias, outputWeights;
  float outputBias;
};

const VocalModel& vocalModel();

// Probability of a voice around each row, before smoothing.
std::vector<float> vocalProbabilities(const VocalModel& model, const FeatureMatrix& rows);

}  // namespace dju::music
