#include "learning/report/isotonic.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace dju::learning {
namespace {

// Points that share a value because theirs did not rise.
struct Pool {
  double x = 0, y = 0, count = 0;  // x and y: sums
};

}  // namespace

IsotonicCurve IsotonicCurve::fit(std::span<const double> x, std::span<const double> y) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::vector<Pool> pools;
  for (const std::size_t i : order) {
    pools.push_back({x[i], y[i], 1});
    while (pools.size() > 1) {
      Pool& last = pools.back();
      Pool& before = pools[pools.size() - 2];
      if (before.y / before.count < last.y / last.count) break;
      before = {before.x + last.x, before.y + last.y, before.count + last.count};
      pools.pop_back();
    }
  }
  std::vector<double> cornerX;
  std::vector<double> cornerY;
  for (const Pool& pool : pools) {
    cornerX.push_back(pool.x / pool.count);
    cornerY.push_back(pool.y / pool.count);
  }
  return {std::move(cornerX), std::move(cornerY)};
}

IsotonicCurve::IsotonicCurve(std::vector<double> x, std::vector<double> y)
    : x_(std::move(x)), y_(std::move(y)) {
  if (x_.empty() || x_.size() != y_.size() || !std::is_sorted(x_.begin(), x_.end()) ||
      !std::is_sorted(y_.begin(), y_.end()))
    throw Error(ErrorCode::kInvalid, "a calibration curve without corners, or one that falls");
}

double IsotonicCurve::operator()(double x) const {
  const auto after = std::upper_bound(x_.begin(), x_.end(), x);
  if (after == x_.begin()) return y_.front();
  if (after == x_.end()) return y_.back();
  const auto i = static_cast<std::size_t>(after - x_.begin());
  const double part = (x - x_[i - 1]) / (x_[i] - x_[i - 1]);
  return y_[i - 1] + part * (y_[i] - y_[i - 1]);
}

}  // namespace dju::learning
