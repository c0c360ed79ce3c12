#include "learning/models/model.h"

namespace dju::learning {

Model::Model(const DatasetInfo& info) : mel_(info.columnsNamed("mel")) {
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

torch::Tensor Model::levelled(const torch::Tensor& features) const {
  const torch::Tensor centred = features.to(torch::kFloat32) - mean_;
  const torch::Tensor louder =
      centred
          .narrow(2, static_cast<std::int64_t>(mel_.first), static_cast<std::int64_t>(mel_.count))
          .mean({1, 2}, true);
  return (centred - louder) / spread_;
}

}  // namespace dju::learning
