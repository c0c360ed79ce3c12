#include "learning/models/shared_norm.h"

#include "learning/processes/process_group.h"

namespace dju::learning {
namespace {

// The sum over all processes. What each gives moves every other's result, so gradients are summed,
// too.
class SumOverProcesses : public torch::autograd::Function<SumOverProcesses> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& own) {
    ProcessGroup* const group = ProcessGroup::current();
    // Gradients of a GPU are computed in a thread of LibTorch's, which has no group of its own.
    context->saved_data["group"] = reinterpret_cast<std::int64_t>(group);
    torch::Tensor all = own.clone();
    group->sum(all);
    return all;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    torch::Tensor all = gradients[0].clone();
    reinterpret_cast<ProcessGroup*>(context->saved_data["group"].toInt())->sum(all);
    return {all};
  }
};

template <typename Norm>
torch::Tensor normalisedTogether(Norm& norm, const torch::Tensor& x) {
  const torch::Tensor value = x.to(torch::kFloat32);
  std::vector<std::int64_t> others;
  std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
  shape[1] = x.size(1);
  for (std::int64_t i = 0; i < x.dim(); ++i)
    if (i != 1) others.push_back(i);
  torch::Tensor count = torch::tensor({static_cast<double>(x.numel() / x.size(1))}).to(x.device());
  ProcessGroup::current()->sum(count);
  const auto values = count.item<double>();
  const torch::Tensor mean = SumOverProcesses::apply(value.sum(others)) / values;
  const torch::Tensor centred = value - mean.view(shape);
  const torch::Tensor variance = SumOverProcesses::apply(centred.square().sum(others)) / values;
  {
    const torch::NoGradGuard guard;
    const double share = *norm.options.momentum();
    norm.num_batches_tracked += 1;
    norm.running_mean.mul_(1 - share).add_(mean, share);
    norm.running_var.mul_(1 - share).add_(variance * (values / (values - 1)), share);
  }
  const torch::Tensor scale = norm.weight * (variance + norm.options.eps()).rsqrt();
  return (centred * scale.view(shape) + norm.bias.view(shape)).to(x.dtype());
}

template <typename Norm>
torch::Tensor normalisedBy(Norm& norm, const torch::Tensor& x) {
  if (!norm.is_training() || ProcessGroup::current() == nullptr) return norm.forward(x);
  return normalisedTogether(norm, x);
}

}  // namespace

torch::Tensor normalised(torch::nn::BatchNorm1dImpl& norm, const torch::Tensor& x) {
  return normalisedBy(norm, x);
}

torch::Tensor normalised(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x) {
  return normalisedBy(norm, x);
}

}  // namespace dju::learning
