#include "learning/models/class_loss.h"

namespace dju::learning {

torch::Tensor maskedClassLoss(const torch::Tensor& logits, const torch::Tensor& targets) {
  const torch::Tensor known = targets.isnan().logical_not();
  const torch::Tensor filled = torch::where(known, targets, torch::zeros_like(targets));
  const torch::Tensor each = (filled * logits.to(torch::kFloat32).log_softmax(1)).sum(1);
  return -each.sum() / filled.sum().clamp_min(1.0);
}

}  // namespace dju::learning
