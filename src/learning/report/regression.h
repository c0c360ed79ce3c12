// Linear regression with a penalty on large weights, for the plain models that a network has to
// beat. Any thread.
#pragma once

#include <span>
#include <vector>

namespace dju::learning {

class RidgeRegression {
 public:
  // rows: items of as many inputs each; truth: one an item. Inputs are brought to zero mean and
  // unit spread first, so that one penalty suits all. Throws Error when there are no items.
  RidgeRegression(const std::vector<std::vector<double>>& rows, std::span<const double> truth,
                  double penalty = 1);
  double predict(std::span<const double> inputs) const;

 private:
  std::vector<double> mean_, scale_, weights_;
  double offset_ = 0;
};

}  // namespace dju::learning
