#include "music/tempogram.h"

#include <algorithm>
#include <bit>

#include "music/lanes.h"

namespace dju::music {
namespace {

// Mean square in (dB of rise)^2 below which onsets are rounding errors.
constexpr float kStill = 1e-9F;

}  // namespace

Tempogram::Tempogram(int frames, int lags)
    : frames_(static_cast<std::size_t>(frames)),
      past_(frames_),
      window_(frames_),
      overlap_(static_cast<std::size_t>(lags)),
      fft_(static_cast<int>(std::bit_ceil(2 * frames_))) {
  fillHann(window_);
  double whole = 0;
  for (const float value : window_) whole += static_cast<double>(value * value);
  for (std::size_t i = 0; i < overlap_.size(); ++i) {
    double sum = 0;
    for (std::size_t n = i + 1; n < frames_; ++n) {
      sum += static_cast<double>(window_[n] * window_[n - i - 1]);
    }
    overlap_[i] = static_cast<float>(sum / whole);
  }
}

void Tempogram::reset() {
  std::fill(past_.begin(), past_.end(), 0.0F);
  next_ = 0;
}

void Tempogram::push(float onset, std::span<float> tempogram) {
  past_[next_] = onset;
  next_ = (next_ + 1) % frames_;
  const std::span<float> x = fft_.samples();
  std::copy(past_.begin() + static_cast<std::ptrdiff_t>(next_), past_.end(), x.begin());
  std::copy(past_.begin(), past_.begin() + static_cast<std::ptrdiff_t>(next_),
            x.begin() + static_cast<std::ptrdiff_t>(frames_ - next_));
  const float mean =
      laneSum(frames_, [&](std::size_t n) { return x[n]; }) / static_cast<float>(frames_);
  for (std::size_t n = 0; n < frames_; ++n) x[n] = (x[n] - mean) * window_[n];
  std::fill(x.begin() + static_cast<std::ptrdiff_t>(frames_), x.end(), 0.0F);
  fft_.forward();
  const std::span<std::complex<float>> spectrum = fft_.spectrum();
  for (std::complex<float>& bin : spectrum) bin = {std::norm(bin), 0};
  fft_.inverse();
  const float whole = x[0] / static_cast<float>(x.size());  // the sum of squares
  const bool still = whole < kStill * static_cast<float>(frames_);
  for (std::size_t i = 0; i < tempogram.size(); ++i) {
    tempogram[i] = still ? 0 : x[i + 1] / (x[0] * overlap_[i]);
  }
}

}  // namespace dju::music
