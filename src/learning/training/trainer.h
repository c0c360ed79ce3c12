// Trains any Model on a split until it stops getting better on another, and can be killed at any
// time: after each epoch OUT/last.pt has all it needs to go on, and a run that goes on has the same
// losses to the bit as one that never stopped (on the same machine and number of threads).
//
// OUT afterwards: best.pt (the best validation loss), last.pt, epoch-NNN.pt (every few epochs),
// curve.svg, events.out.tfevents.* (TensorBoard).
// Callers: tools/learn.cpp. Blocks; one training a process, since LibTorch's threads and random
// numbers are the process's.
#pragma once

#include <functional>
#include <string>

#include "learning/models/model.h"
#include "learning/training/checkpoint.h"
#include "learning/training/training_options.h"

namespace dju::learning {

struct TrainingProgress {
  EpochRecord epoch;
  int epochs = 0;          // that it would take at most
  double secondsLeft = 0;  // to there, at the present pace
  bool best = false;
};

struct TrainingResult {
  RunState state;
  enum class End { kAllEpochs, kNoLongerBetter, kTimeIsUp } end = End::kAllEpochs;
};

// The mean loss over a split, and its scores: [items, targets].
struct SplitScores {
  double loss = 0;
  torch::Tensor scores, targets;
};
SplitScores scoreSplit(Model& model, const DatasetInfo& info, const Split& split,
                       const TrainingOptions& options);

// The model ends with its best weights. Throws Error when the loss is no number, the disk is full,
// a shard is damaged or OUT holds a run with other settings; the checkpoints written before stay.
TrainingResult train(Model& model, const DatasetInfo& info, const Split& training,
                     const Split& validation, const TrainingOptions& options,
                     const std::function<void(const TrainingProgress&)>& report);

}  // namespace dju::learning
