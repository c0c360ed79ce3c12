// Batch normalisation whose batch is everybody's. Where several processes share a batch
// (processes/process_group.h), each has only a part of it, and statistics of parts would make their
// training another one. Mean and variance are therefore summed over the processes, gradients too.
// Alone, or when a model is not being trained, LibTorch's own normalisation.
//
// Ioffe and Szegedy 2015, algorithm 1. The modules stay LibTorch's, so weights and export see
// nothing of this. Callers: models/. One thread.
#pragma once

#include <torch/torch.h>

namespace dju::learning {

// x: [items, channels, …]; gives the same shape and type.
torch::Tensor normalised(torch::nn::BatchNorm1dImpl& norm, const torch::Tensor& x);
torch::Tensor normalised(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x);

}  // namespace dju::learning
