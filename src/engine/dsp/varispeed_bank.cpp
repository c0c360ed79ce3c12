// Building the filters of varispeed.h: the part that allocates.
#include <algorithm>

#include "engine/dsp/math.h"
#include "engine/dsp/varispeed.h"

namespace dju::engine {
namespace {

constexpr double kKaiserBeta = 9.0;     // side lobes near -90 dB
constexpr double kFirstSpeed = 1.08;    // up to here what folds lands above 22 kHz
constexpr double kSecondSpeed = 1.134;  // soon after, since the first filter folds
constexpr double kSpeedStep = 1.1894;   // between the others, the last at 10.8

// Modified Bessel function of the first kind and order 0, by its power series, to where its terms,
// which only become smaller from x / 2 on, add nothing more.
double besselI0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 60; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    const double before = sum;
    sum += term;
    if (sum == before && 2 * k > x) break;
  }
  return sum;
}

double squareRoot(double x) {  // Newton's; std::sqrt may be a libm call
  if (x <= 0) return 0;
  double root = x > 1 ? x : 1;
  for (int i = 0; i < 60; ++i) {
    const double before = root;
    root = 0.5 * (root + x / root);
    if (root == before) break;
  }
  return root;
}

// The low-pass kernel `offset` source frames from its centre, for a filter `stretch` times as long.
double kernel(double offset, double stretch, int taps) {
  const double x = offset / stretch;
  const double edge = offset / (taps / 2.0);
  if (edge <= -1 || edge >= 1) return 0;
  static const double highest = besselI0(kKaiserBeta);
  const double window = besselI0(kKaiserBeta * squareRoot(1 - edge * edge)) / highest;
  const double sinc = x == 0 ? 1 : sine(kPi * x) / (kPi * x);
  return sinc * window / stretch;
}

// One row: the taps for a position `fraction` after a source frame, summing to one.
void fillRow(double fraction, double stretch, int taps, double* row) {
  double sum = 0;
  for (int t = 0; t < taps; ++t) {
    const int fromCentre = t - (taps / 2 - 1);
    row[t] = kernel(fromCentre - fraction, stretch, taps);
    sum += row[t];
  }
  for (int t = 0; t < taps; ++t) row[t] /= sum;
}

VarispeedBank::Filter makeFilter(double stretch, int phases) {
  VarispeedBank::Filter filter;
  filter.taps = std::min(VarispeedBank::kMaxTaps,
                         4 * static_cast<int>(VarispeedBank::kTaps * stretch / 4 + 0.999));
  filter.phases = phases;
  std::vector<double> row(filter.taps), next(filter.taps);
  filter.rows.resize(static_cast<std::size_t>(phases + 1) * 2 * filter.taps);
  float* out = filter.rows.data();
  const auto rowAt = [&](int phase, std::vector<double>& to) {
    fillRow(static_cast<double>(phase) / phases, stretch, filter.taps, to.data());
    if (stretch > 1 || phase % phases != 0) return;
    // The unstretched kernel is zero on every frame but its own; rounding must not blur that.
    std::fill(to.begin(), to.end(), 0.0);
    to[filter.taps / 2 - 1 + phase / phases] = 1.0;
  };
  rowAt(0, row);
  for (int phase = 0; phase <= phases; ++phase, row.swap(next)) {
    rowAt(std::min(phase + 1, phases), next);
    for (int t = 0; t < filter.taps; ++t) *out++ = static_cast<float>(row[t]);
    for (int t = 0; t < filter.taps; ++t) *out++ = static_cast<float>(next[t] - row[t]);
  }
  return filter;
}

}  // namespace

VarispeedBank::VarispeedBank() {
  filters_[0] = makeFilter(1.0, 1024);
  filters_[0].speed = kFirstSpeed;
  double speed = kSecondSpeed;
  for (int k = 1; k < kFilters; ++k, speed *= kSpeedStep) {
    // Each is still heard a little at the next one's speed; the last has none.
    const double stretch = k + 1 < kFilters ? speed * kSpeedStep : speed * 1.05;
    filters_[k] = makeFilter(stretch, std::max(64, static_cast<int>(512 / speed)));
    filters_[k].speed = speed;
  }
}

const VarispeedBank& VarispeedBank::shared() {
  static const VarispeedBank bank;
  return bank;
}

VarispeedReader::VarispeedReader(const VarispeedBank& bank)
    : bank_(bank), left_(kWindow), right_(kWindow) {}

}  // namespace dju::engine
