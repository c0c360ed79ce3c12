#include "engine/dsp/fourier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "core/random.h"

namespace dju::engine {
namespace {

TEST(Fourier, IsTheTransformByDefinition) {
  Fourier fourier;
  Random random(3);
  std::vector<float> re(Fourier::kSize), im(Fourier::kSize);
  for (int i = 0; i < Fourier::kSize; ++i) {
    re[i] = static_cast<float>(random.uniform(-1, 1));
    im[i] = static_cast<float>(random.uniform(-1, 1));
  }
  const auto x = re, y = im;
  fourier.forward(re.data(), im.data());
  for (const int k : {0, 1, 2, 3, 777, 2048, 4095}) {
    std::complex<double> sum;
    for (int i = 0; i < Fourier::kSize; ++i) {
      sum += std::complex<double>(x[i], y[i]) * std::polar(1.0, -2 * M_PI * k * i / Fourier::kSize);
    }
    EXPECT_NEAR(re[k], sum.real(), 1e-3) << k;
    EXPECT_NEAR(im[k], sum.imag(), 1e-3) << k;
  }
}

TEST(Fourier, TheInverseBringsItBack) {
  Fourier fourier;
  Random random(4);
  std::vector<float> re(Fourier::kSize), im(Fourier::kSize);
  for (float& v : re) v = static_cast<float>(random.uniform(-1, 1));
  for (float& v : im) v = static_cast<float>(random.uniform(-1, 1));
  const auto x = re, y = im;
  fourier.forward(re.data(), im.data());
  fourier.inverse(re.data(), im.data());
  for (int i = 0; i < Fourier::kSize; ++i) {
    EXPECT_NEAR(re[i] / Fourier::kSize, x[i], 1e-6);
    EXPECT_NEAR(im[i] / Fourier::kSize, y[i], 1e-6);
  }
}

}  // namespace
}  // namespace dju::engine
