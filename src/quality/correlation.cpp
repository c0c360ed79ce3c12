#include "quality/correlation.h"

#include <algorithm>
#include <bit>
#include <complex>

#include "music/fft.h"

namespace dju::quality {

CrossCorrelation::CrossCorrelation(std::span<const float> pattern, std::span<const float> sound) {
  music::RealFft fft(static_cast<int>(std::bit_ceil(pattern.size() + sound.size())));
  const auto transform = [&](std::span<const float> x) {
    std::fill(fft.samples().begin(), fft.samples().end(), 0.0F);
    std::copy(x.begin(), x.end(), fft.samples().begin());
    fft.forward();
  };
  transform(pattern);
  const std::vector<std::complex<float>> ofPattern(fft.spectrum().begin(), fft.spectrum().end());
  transform(sound);
  const float scale = 1.0F / static_cast<float>(fft.size());
  for (std::size_t k = 0; k < ofPattern.size(); ++k)
    fft.spectrum()[k] *= std::conj(ofPattern[k]) * scale;
  fft.inverse();
  values_.assign(fft.samples().begin(), fft.samples().end());
}

}  // namespace dju::quality
