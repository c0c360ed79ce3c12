#include "learning/models/onset_correlation.h"

#include <vector>

namespace dju::learning {
namespace {

// x: [items, steps, …]; each step plus `keep` times the sum before it.
torch::Tensor runningSum(const torch::Tensor& x, double keep) {
  std::vector<torch::Tensor> sums;
  for (const torch::Tensor& step : x.unbind(1)) {
    sums.push_back(sums.empty() ? step : step + keep * sums.back());
  }
  return torch::stack(sums, 1);
}

// products: [..., bands * bands, lags], divided by the root of both bands' energies [..., bands].
torch::Tensor normalised(const torch::Tensor& products, const torch::Tensor& energies) {
  const torch::Tensor both = (energies.unsqueeze(-1) * energies.unsqueeze(-2)).sqrt().flatten(-2);
  return products / (both.unsqueeze(-1) + 1e-6);
}

}  // namespace

OnsetCorrelations onsetCorrelations(const torch::Tensor& onsets, const CorrelationShape& shape) {
  const torch::NoGradGuard guard;
  const std::int64_t items = onsets.size(0);
  const std::int64_t bands = onsets.size(2);
  const std::int64_t span = shape.block + shape.past;
  const torch::Tensor curve = onsets.to(torch::kFloat32).transpose(1, 2).contiguous();
  // [items, bands, steps, …]: the block, and the block with the past before it.
  const torch::Tensor now = curve.unfold(2, shape.block, shape.block);
  const torch::Tensor before =
      torch::constant_pad_nd(curve, {shape.past, 0}).unfold(2, span, shape.block);
  // Circular correlation of length `span` is plain correlation where nothing wraps: at shifts up
  // to `past`, and shift past - lag is the lag.
  const torch::Tensor a = torch::fft_rfft(now, span).conj().unsqueeze(2);
  const torch::Tensor b = torch::fft_rfft(before, span).unsqueeze(1);
  const torch::Tensor all = torch::fft_irfft(a * b, span).narrow(4, 0, shape.past + 1).flip(4);
  const torch::Tensor products =
      all.permute({0, 3, 1, 2, 4}).reshape({items, -1, bands * bands, shape.past + 1});
  const torch::Tensor energies = now.square().sum(3).transpose(1, 2);
  return {normalised(runningSum(products, shape.keep), runningSum(energies, shape.keep)),
          normalised(products.sum(1), energies.sum(1))};
}

torch::Tensor onsetCorrelation(const torch::Tensor& onsets, const CorrelationShape& shape) {
  return onsetCorrelations(onsets, shape).running;
}

}  // namespace dju::learning
