#include "learning/report/regression.h"

#include <cmath>

#include "core/error.h"
#include "learning/report/statistics.h"

namespace dju::learning {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Solves a x = b for a symmetric positive a, by Cholesky's decomposition.
std::vector<double> solve(Matrix a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(a[j][j]);
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

}  // namespace

RidgeRegression::RidgeRegression(const std::vector<std::vector<double>>& rows,
                                 std::span<const double> truth, double penalty) {
  if (rows.empty()) throw Error(ErrorCode::kInvalid, "no items to fit a line to");
  const std::size_t width = rows.front().size();
  const auto count = static_cast<double>(rows.size());
  mean_.resize(width);
  scale_.resize(width);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < width; ++i) mean_[i] += row[i] / count;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < width; ++i) scale_[i] += (row[i] - mean_[i]) * (row[i] - mean_[i]);
  for (double& scale : scale_) scale = scale > 1e-12 * count ? 1 / std::sqrt(scale / count) : 0;
  offset_ = mean(truth);
  Matrix products(width, std::vector<double>(width));
  std::vector<double> sums(width);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    for (std::size_t i = 0; i < width; ++i) {
      const double x = (rows[n][i] - mean_[i]) * scale_[i];
      sums[i] += x * (truth[n] - offset_);
      for (std::size_t j = 0; j <= i; ++j)
        products[i][j] += x * (rows[n][j] - mean_[j]) * scale_[j];
    }
  }
  for (std::size_t i = 0; i < width; ++i) products[i][i] += penalty;
  weights_ = solve(std::move(products), std::move(sums));
}

double RidgeRegression::predict(std::span<const double> inputs) const {
  double sum = offset_;
  for (std::size_t i = 0; i < weights_.size(); ++i)
    sum += weights_[i] * (inputs[i] - mean_[i]) * scale_[i];
  return sum;
}

}  // namespace dju::learning
