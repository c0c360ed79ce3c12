// The loss of models that choose one of several names. One thread.
#pragma once

#include <torch/torch.h>

namespace dju::learning {

// Cross-entropy of the softmax, averaged over items whose class is known:
//   mean over items of -sum over classes of target * log softmax(logits).
// logits, targets: [items, classes]; targets of an item sum to 1, or are all NaN.
torch::Tensor maskedClassLoss(const torch::Tensor& logits, const torch::Tensor& targets);

}  // namespace dju::learning
