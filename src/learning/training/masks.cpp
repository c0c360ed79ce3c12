#include "learning/training/masks.h"

#include "core/random.h"

namespace dju::learning {
namespace {

constexpr int kWidest = 8;  // a mask covers at most one part of so many

struct Span {
  std::int64_t from, length;
};

Span drawSpan(Random& random, std::int64_t size) {
  const std::int64_t length = random.below(static_cast<int>(size / kWidest) + 1);
  return {random.below(static_cast<int>(size - length) + 1), length};
}

}  // namespace

void hideParts(torch::Tensor& features, const DatasetInfo& info, int masks, std::uint64_t seed,
               std::uint64_t firstItem) {
  const torch::NoGradGuard guard;
  const DatasetInfo::Range mel = info.columnsNamed("mel");
  const DatasetInfo::Range onsets = info.columnsNamed("onset");
  const auto first = static_cast<std::int64_t>(mel.first);
  const auto bands = static_cast<std::int64_t>(mel.count);
  for (std::int64_t item = 0; item < features.size(0); ++item) {
    Random random = Random(seed).fork(firstItem + static_cast<std::uint64_t>(item));
    const torch::Tensor window = features[item];
    torch::Tensor levels = window.narrow(1, first, bands);
    const auto mean = levels.mean().item<double>();
    for (int i = 0; i < masks; ++i) {
      const Span band = drawSpan(random, bands);
      levels.narrow(1, band.from, band.length).fill_(mean);
      const Span time = drawSpan(random, features.size(1));
      levels.narrow(0, time.from, time.length).fill_(mean);
      window
          .narrow(1, static_cast<std::int64_t>(onsets.first),
                  static_cast<std::int64_t>(onsets.count))
          .narrow(0, time.from, time.length)
          .zero_();
    }
  }
}

}  // namespace dju::learning
