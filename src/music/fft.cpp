#include "music/fft.h"

#include <fftw3.h>

#include <cmath>
#include <mutex>
#include <numbers>

#include "music/onset.h"

namespace dju::music {

struct RealFft::State {
  explicit State(int n)
      : size(n),
        time(fftwf_alloc_real(static_cast<std::size_t>(n))),
        frequency(fftwf_alloc_complex(static_cast<std::size_t>(n / 2 + 1))) {
    const std::lock_guard lock(fftwPlanner());
    // By estimate: measuring would choose another algorithm, and other bits, from run to run.
    forward = fftwf_plan_dft_r2c_1d(n, time, frequency, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
    inverse = fftwf_plan_dft_c2r_1d(n, frequency, time, FFTW_ESTIMATE);
  }
  ~State() {
    {
      const std::lock_guard lock(fftwPlanner());
      fftwf_destroy_plan(forward);
      fftwf_destroy_plan(inverse);
    }
    fftwf_free(time);
    fftwf_free(frequency);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  int size;
  float* time;
  fftwf_complex* frequency;
  fftwf_plan forward = nullptr;
  fftwf_plan inverse = nullptr;
};

RealFft::RealFft(int size) : state_(std::make_unique<State>(size)) {}
RealFft::~RealFft() = default;
RealFft::RealFft(RealFft&& other) noexcept = default;
RealFft& RealFft::operator=(RealFft&& other) noexcept = default;

int RealFft::size() const {
  return state_->size;
}

std::span<float> RealFft::samples() {
  return {state_->time, static_cast<std::size_t>(state_->size)};
}

std::span<std::complex<float>> RealFft::spectrum() {
  // FFTW's complex type has the layout of std::complex (its manual, "Complex numbers").
  return {reinterpret_cast<std::complex<float>*>(state_->frequency),
          static_cast<std::size_t>(bins())};
}

void RealFft::forward() {
  fftwf_execute(state_->forward);
}
void RealFft::inverse() {
  fftwf_execute(state_->inverse);
}

void powerSpectrum(std::span<const std::complex<float>> spectrum, float scale,
                   std::span<float> power) {
  const auto* parts = reinterpret_cast<const float*>(spectrum.data());
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    const float re = parts[2 * k], im = parts[2 * k + 1];
    power[k] = (re * re + im * im) * scale;
  }
}

void fillHann(std::span<float> window) {
  const double step = 2 * std::numbers::pi / static_cast<double>(window.size());
  for (std::size_t n = 0; n < window.size(); ++n) {
    window[n] = static_cast<float>(0.5 - 0.5 * std::cos(step * static_cast<double>(n)));
  }
}

}  // namespace dju::music
