// Items of a split as tensors, and the order in which an epoch reads them: a function of seed and
// epoch alone, so that a run taken up again reads what it would have read.
//
// Callers: training/trainer.h, evaluation/. One instance, one thread.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>
#include <vector>

#include "learning/models/model.h"

namespace dju::learning {

struct Batch {
  Inputs inputs;
  torch::Tensor targets;  // [items, targets of the model]; NaN = not known
};

// Throws Error when a feature is not finite.
Batch batchOf(const Model& model, const DatasetInfo& info, const Split& split,
              std::span<const std::size_t> items, torch::Device device);

// The targets alone, on the CPU.
torch::Tensor targetsOf(const Model& model, const Split& split, std::span<const std::size_t> items);

// A permutation of 0 … count - 1 (Fisher and Yates).
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed);

// Tells the model how the columns of up to 256 items, spread over the split, lie.
void measureScale(Model& model, const DatasetInfo& info, const Split& split);

}  // namespace dju::learning
