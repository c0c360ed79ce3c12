// A rising curve through points, for calibration: what a model's score of .7 has turned out to
// mean. It assumes nothing but that more means more. Plain values; any thread.
#pragma once

#include <span>
#include <vector>

namespace dju::learning {

class IsotonicCurve {
 public:
  // The rising curve with the least squared distance to the points (pool adjacent violators; Barlow
  // et al. 1972), its steps joined by straight lines. Throws Error without points.
  static IsotonicCurve fit(std::span<const double> x, std::span<const double> y);
  // Corners as x() and y() gave them. Throws Error when they are none, differ in number or fall.
  IsotonicCurve(std::vector<double> x, std::vector<double> y);

  // Beyond the corners: the nearest one's value.
  double operator()(double x) const;
  const std::vector<double>& x() const { return x_; }
  const std::vector<double>& y() const { return y_; }

 private:
  std::vector<double> x_, y_;
};

}  // namespace dju::learning
