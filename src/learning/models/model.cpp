#include "learning/models/model.h"

namespace dju::learning {

Model::Model(const DatasetInfo& info) {
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  mean_ = register_buffer("mean", torch::zeros({columns}));
  spread_ = register_buffer("spread", torch::ones({columns}));
}

void Model::setScale(const torch::Tensor& mean, const torch::Tensor& spread) {
  const torch::NoGradGuard guard;
  mean_.copy_(mean);
  spread_.copy_(spread);
}

torch::Tensor Model::scaled(const torch::Tensor& features) const {
  return (features.to(torch::kFloat32) - mean_) / spread_;
}

}  // namespace dju::learning
