#include "arena/normal_equations.h"

#include <cmath>

namespace dju::arena {

void NormalEquations::factorise() {
  for (std::size_t i = 0; i < size_; ++i) {
    double* row = &cells_[i * size_];
    for (std::size_t j = 0; j <= i; ++j) {
      const double* other = &cells_[j * size_];
      double sum = row[j];
      for (std::size_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      row[j] = i == j ? std::sqrt(sum) : sum / other[j];
    }
  }
}

void NormalEquations::solve(std::span<double> values) const {
  for (std::size_t i = 0; i < size_; ++i) {
    const double* row = &cells_[i * size_];
    double sum = values[i];
    for (std::size_t k = 0; k < i; ++k) sum -= row[k] * values[k];
    values[i] = sum / row[i];
  }
  correlate(values);
}

void NormalEquations::correlate(std::span<double> draws) const {
  for (std::size_t i = size_; i-- > 0;) {
    const double* row = &cells_[i * size_];
    draws[i] /= row[i];
    // By rows, so that memory is read in order.
    for (std::size_t k = 0; k < i; ++k) draws[k] -= row[k] * draws[i];
  }
}

}  // namespace dju::arena
