// Trains the beat tracker's network on one core and keeps the best weights seen.
//
// Callers: tools/train_beats.cpp. Blocks until the time is used up. LibTorch stays behind this
// header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "inference/causal_shape.h"
#include "learning/data/feature_clips.h"

namespace dju::learning {

struct TrainingOptions {
  inference::CausalShape shape;
  double minutes = 30;  // by the clock; the learning rate ends at zero there
  int pieces = 12;      // a batch
  int frames = 1200;    // 12 s: longer than the network's reach
  double learningRate = 3e-3;
  std::uint64_t seed = 1;
  std::filesystem::path start;    // weights to begin with; empty = from chance
  std::filesystem::path curve;    // CSV: seconds, step, training loss, validation loss
  std::filesystem::path weights;  // little-endian floats, replaced whenever they got better
  std::filesystem::path fixture;  // reference outputs for the runtime's test
};

struct TrainingResult {
  int steps = 0;
  double bestLoss = 0;  // on the validation clips, bits of the beat output a frame
};

TrainingResult trainBeats(std::vector<FeatureClip> training, std::vector<FeatureClip> validation,
                          const TrainingOptions& options);

}  // namespace dju::learning
