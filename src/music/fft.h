// The discrete Fourier transform of real samples, by FFTW in single precision: one plan with its
// own aligned buffers, made once and executed often.
//
// Callers: everything in music/ that looks at spectra. The constructor allocates and holds FFTW's
// planner; forward() and inverse() do neither. One instance, one thread.
#pragma once

#include <complex>
#include <memory>
#include <span>

namespace dju::music {

class RealFft {
 public:
  // size: number of real samples, even and at least 2.
  explicit RealFft(int size);
  ~RealFft();
  RealFft(RealFft&& other) noexcept;
  RealFft& operator=(RealFft&& other) noexcept;

  int size() const;
  int bins() const { return size() / 2 + 1; }
  std::span<float> samples();                 // `size` of them: in of forward(), out of inverse()
  std::span<std::complex<float>> spectrum();  // `bins` of them
  // spectrum[k] = sum over n of samples[n] exp(-2 pi i k n / size); samples stay as they are.
  void forward();
  // samples[n] = sum over all k of spectrum[k] exp(2 pi i k n / size), not divided by size; the
  // spectrum is destroyed.
  void inverse();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// power[k] = |spectrum[k]|^2 * scale, for every bin of `spectrum`.
void powerSpectrum(std::span<const std::complex<float>> spectrum, float scale,
                   std::span<float> power);

// The periodic Hann window (Harris 1978, "On the use of windows", eq. 27), 0.5 - 0.5 cos(2 pi n/N).
void fillHann(std::span<float> window);

}  // namespace dju::music
