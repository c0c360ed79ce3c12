#include "engine/dsp/fourier.h"

#include <algorithm>

#include "engine/dsp/simd.h"

namespace dju::engine {
namespace {

struct Twiddle {
  float c, s;  // e^(-i angle) = c - i s
};

// Four points (or four times four of them, if T is a Float4) of one butterfly.
template <typename T>
struct Four {
  T re[4], im[4];

  void turn(const Twiddle (&w)[3]) noexcept {
    const T sumRe = re[0] + re[2], sumIm = im[0] + im[2];
    const T difRe = re[0] - re[2], difIm = im[0] - im[2];
    const T oddRe = re[1] + re[3], oddIm = im[1] + im[3];
    const T crossRe = im[1] - im[3], crossIm = re[3] - re[1];  // -i (b - d)
    re[0] = sumRe + oddRe;
    im[0] = sumIm + oddIm;
    put(1, difRe + crossRe, difIm + crossIm, w[0]);
    put(2, sumRe - oddRe, sumIm - oddIm, w[1]);
    put(3, difRe - crossRe, difIm - crossIm, w[2]);
  }

 private:
  void put(int n, T x, T y, Twiddle w) noexcept {
    re[n] = x * w.c + y * w.s;
    im[n] = y * w.c - x * w.s;
  }
};

}  // namespace

void Fourier::forward(float* re, float* im) noexcept {
  float* fromRe = re;
  float* fromIm = im;
  float* toRe = otherRe_.data();
  float* toIm = otherIm_.data();
  int stride = 1;
  for (int n = kSize; n > 1; n /= 4, stride *= 4) {
    const int quarter = n / 4;
    const int apart = stride * quarter;
    for (int p = 0; p < quarter; ++p) {
      const int step = p * stride;
      const Twiddle w[3] = {{cosine_[step], sine_[step]},
                            {cosine_[2 * step], sine_[2 * step]},
                            {cosine_[3 * step], sine_[3 * step]}};
      const int from = stride * p, to = 4 * stride * p;
      if (stride == 1) {
        Four<float> x;
        for (int j = 0; j < 4; ++j) {
          x.re[j] = fromRe[from + j * apart];
          x.im[j] = fromIm[from + j * apart];
        }
        x.turn(w);
        std::copy_n(x.re, 4, toRe + to);
        std::copy_n(x.im, 4, toIm + to);
        continue;
      }
      for (int q = 0; q < stride; q += 4) {
        Four<Float4> x;
        for (int j = 0; j < 4; ++j) {
          x.re[j] = load4(fromRe + from + q + j * apart);
          x.im[j] = load4(fromIm + from + q + j * apart);
        }
        x.turn(w);
        for (int j = 0; j < 4; ++j) {
          store4(toRe + to + q + j * stride, x.re[j]);
          store4(toIm + to + q + j * stride, x.im[j]);
        }
      }
    }
    std::swap(fromRe, toRe);
    std::swap(fromIm, toIm);
  }
  // Six passes: the result lies where it came from.
  static_assert(kSize == 4 * 4 * 4 * 4 * 4 * 4);
}

}  // namespace dju::engine
