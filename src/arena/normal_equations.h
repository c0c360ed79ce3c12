// A symmetric, positive definite matrix and its Cholesky factor, as Newton's method and posteriors
// need them. Small and dense: some hundred rows. One thread.
#pragma once

#include <span>
#include <vector>

namespace dju::arena {

class NormalEquations {
 public:
  explicit NormalEquations(std::size_t size = 0) : size_(size), cells_(size * size, 0.0) {}

  std::size_t size() const { return size_; }
  // Below the diagonal or on it: row >= column.
  double& at(std::size_t row, std::size_t column) { return cells_[row * size_ + column]; }
  double at(std::size_t row, std::size_t column) const { return cells_[row * size_ + column]; }
  // To whichever of the two places is kept.
  void add(std::size_t i, std::size_t j, double value) {
    i >= j ? at(i, j) += value : at(j, i) += value;
  }

  // In place, once; afterwards solve() and correlate(). The matrix must be positive definite, which
  // a ridge on its diagonal sees to.
  void factorise();
  // Overwrites `values` by the solution.
  void solve(std::span<double> values) const;
  // Turns independent standard normal draws into draws whose covariance is the inverse.
  void correlate(std::span<double> draws) const;

 private:
  std::size_t size_;
  std::vector<double> cells_;  // by rows
};

}  // namespace dju::arena
