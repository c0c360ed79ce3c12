// A training run on disk: weights, the optimizer's memory and how far it came, in one file that
// LibTorch reads. Written beside and moved into place, so that a full disk or a kill leaves the one
// before. One thread.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "learning/models/model.h"

namespace dju::learning {

struct EpochRecord {
  int epoch = 0;  // from 1
  double trainingLoss = 0, validationLoss = 0;
  double learningRate = 0;
  double seconds = 0;
};

struct RunState {
  std::vector<EpochRecord> epochs;
  double bestLoss = 0;  // on validation
  int bestEpoch = 0;    // 0 = none yet
  int sinceBest = 0;    // epochs, of those that count for patience
  int sinceDrop = 0;    // epochs since the rate shrank or the loss was better
  double learningRate = 0;
};

// Throws Error naming the file when the disk refuses; what stood there before still does.
void saveRun(const std::filesystem::path& file, Model& model, torch::optim::Optimizer& optimizer,
             const RunState& state, const std::string& fingerprint);
// Throws Error when the file is damaged, of another model or trained with another fingerprint.
RunState loadRun(const std::filesystem::path& file, Model& model,
                 torch::optim::Optimizer& optimizer, const std::string& fingerprint);

// The weights alone, of a run's file. Throws Error when the file is damaged or of another model.
void loadWeights(const std::filesystem::path& file, Model& model);

}  // namespace dju::learning
