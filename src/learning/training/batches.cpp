#include "learning/training/batches.h"

#include <algorithm>
#include <numeric>

#include "core/random.h"

namespace dju::learning {

Batch batchOf(const Model& model, const DatasetInfo& info, const Split& split,
              std::span<const std::size_t> items, torch::Device device) {
  const std::size_t window = info.frames * info.columns.size();
  const std::size_t words = model.wordsAnItem();
  const auto count = static_cast<std::int64_t>(items.size());
  torch::Tensor features = torch::empty({count, static_cast<std::int64_t>(info.frames),
                                         static_cast<std::int64_t>(info.columns.size())});
  torch::Tensor told = torch::zeros({count, static_cast<std::int64_t>(words)}, torch::kInt64);
  for (std::size_t i = 0; i < items.size(); ++i) {
    split.copyFeatures(items[i], {features.data_ptr<float>() + i * window, window});
    model.copyWords(split, items[i], {told.data_ptr<std::int64_t>() + i * words, words});
  }
  return {{features.to(device), told.to(device)}, targetsOf(model, split, items).to(device)};
}

torch::Tensor targetsOf(const Model& model, const Split& split,
                        std::span<const std::size_t> items) {
  const std::size_t targets = model.targets().size();
  torch::Tensor truth =
      torch::empty({static_cast<std::int64_t>(items.size()), static_cast<std::int64_t>(targets)});
  for (std::size_t i = 0; i < items.size(); ++i)
    model.copyTargets(split, items[i], {truth.data_ptr<float>() + i * targets, targets});
  return truth;
}

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(seed);
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  return order;
}

void measureScale(Model& model, const DatasetInfo& info, const Split& split) {
  constexpr std::size_t kItems = 256;
  const std::size_t count = std::min(split.items(), kItems);
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  torch::Tensor sum = torch::zeros({columns}, torch::kFloat64);
  torch::Tensor squares = torch::zeros({columns}, torch::kFloat64);
  for (std::size_t i = 0; i < count; ++i) {
    torch::Tensor window = torch::empty({static_cast<std::int64_t>(info.frames), columns});
    split.copyFeatures(i * split.items() / count,
                       {window.data_ptr<float>(), static_cast<std::size_t>(window.numel())});
    window = window.to(torch::kFloat64);
    sum += window.sum(0);
    squares += window.square().sum(0);
  }
  const double frames = static_cast<double>(count * info.frames);
  const torch::Tensor mean = sum / frames;
  const torch::Tensor spread = (squares / frames - mean.square()).clamp_min(1e-6).sqrt();
  model.setScale(mean.to(torch::kFloat32), spread.to(torch::kFloat32));
}

}  // namespace dju::learning
