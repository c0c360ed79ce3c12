#include "quality/pesq/bark.h"

#include <algorithm>
#include <cmath>

namespace dju::quality::pesq {

const std::array<BarkBand, kBarkBands>& barkBands() {
  static constexpr std::array<BarkBand, kBarkBands> kBands = {{
      {1, 0.078672, 0.157344, 100.000000, 51286152.0},
      {1, 0.316341, 0.317994, 99.999992, 2454709.5},
      {1, 0.636559, 0.322441, 100.000000, 70794.59375},
      {1, 0.961246, 0.326934, 100.000008, 4897.788574},
      {1, 1.290450, 0.331474, 100.000008, 1174.897705},
      {1, 1.624217, 0.336061, 100.000015, 389.045166},
      {1, 1.962597, 0.340697, 99.999992, 104.712860},
      {1, 2.305636, 0.345381, 99.999969, 45.708820},
      {2, 2.653383, 0.350114, 50.000027, 17.782795},
      {1, 3.005889, 0.354897, 100.000000, 9.772372},
      {1, 3.363201, 0.359729, 99.999969, 4.897789},
      {1, 3.725371, 0.364611, 100.000015, 3.090296},
      {1, 4.092449, 0.369544, 99.999947, 1.905461},
      {1, 4.464486, 0.374529, 100.000061, 1.258925},
      {2, 4.841533, 0.379565, 53.047077, 0.977237},
      {1, 5.223642, 0.384653, 110.000046, 0.724436},
      {1, 5.610866, 0.389794, 117.991989, 0.562341},
      {2, 6.003256, 0.394989, 65.000000, 0.457088},
      {2, 6.400869, 0.400236, 68.760147, 0.389045},
      {2, 6.803755, 0.405538, 69.999931, 0.331131},
      {2, 7.211971, 0.410894, 71.428818, 0.295121},
      {2, 7.625571, 0.416306, 75.000038, 0.269153},
      {2, 8.044611, 0.421773, 76.843384, 0.257040},
      {2, 8.469146, 0.427297, 80.968781, 0.251189},
      {2, 8.899232, 0.432877, 88.646126, 0.251189},
      {3, 9.334927, 0.438514, 63.864388, 0.251189},
      {3, 9.776288, 0.444209, 68.155350, 0.251189},
      {3, 10.223374, 0.449962, 72.547775, 0.263027},
      {3, 10.676242, 0.455774, 75.584831, 0.288403},
      {4, 11.134952, 0.461645, 58.379192, 0.309030},
      {3, 11.599563, 0.467577, 80.950836, 0.338844},
      {4, 12.070135, 0.473569, 64.135651, 0.371535},
      {5, 12.546731, 0.479621, 54.384785, 0.398107},
      {4, 13.029408, 0.485736, 73.821884, 0.436516},
      {5, 13.518232, 0.491912, 64.437073, 0.467735},
      {6, 14.013264, 0.498151, 59.176456, 0.489779},
      {6, 14.514566, 0.504454, 65.521278, 0.501187},
      {7, 15.022202, 0.510819, 61.399822, 0.501187},
      {8, 15.536238, 0.517250, 58.144047, 0.512861},
      {9, 16.056736, 0.523745, 57.004543, 0.524807},
      {9, 16.583761, 0.530308, 64.126297, 0.524807},
      {12, 17.117382, 0.536934, 54.311001, 0.524807},
      {12, 17.657663, 0.543629, 61.114979, 0.512861},
      {15, 18.204674, 0.550390, 55.077751, 0.478630},
      {16, 18.758478, 0.557220, 56.849335, 0.426580},
      {18, 19.319147, 0.564119, 55.628868, 0.371535},
      {21, 19.886751, 0.571085, 53.137054, 0.363078},
      {25, 20.461355, 0.578125, 54.985844, 0.416869},
      {20, 21.043034, 0.585232, 79.546974, 0.537032},
  }};
  return kBands;
}

SpeechEar::SpeechEar() : fft_(kSpeechFrame), window_(kSpeechFrame) {
  music::fillHann(window_);
}

BarkBands SpeechEar::power(const Samples& samples, std::int64_t start) {
  constexpr double kCalibration = 6.910853e-6;  // 40 dB SPL of 1 kHz becomes a power of 10^4
  for (int i = 0; i < kSpeechFrame; ++i)
    fft_.samples()[i] = window_[i] * sampleAt(samples, start + i);
  fft_.forward();
  BarkBands out{};
  int bin = 0;
  for (int band = 0; band < kBarkBands; ++band) {
    const BarkBand& b = barkBands()[band];
    for (const int end = bin + b.bins; bin < end; ++bin) {
      if (bin > 0) out[band] += std::norm(std::complex<double>(fft_.spectrum()[bin]));
    }
    out[band] *= b.correction * kCalibration;
  }
  return out;
}

double audiblePower(const BarkBands& power, double factor) {
  double sum = 0;
  for (int band = 1; band < kBarkBands; ++band) {
    if (power[band] > factor * barkBands()[band].threshold) sum += power[band];
  }
  return sum;
}

BarkBands loudness(const BarkBands& power) {
  constexpr double kCalibration = 0.1866055;  // 40 dB SPL of 1 kHz becomes one sone
  constexpr double kExponent = 0.23;
  static const BarkBands exponents = [] {
    BarkBands out;
    for (int band = 0; band < kBarkBands; ++band) {
      const double bark = barkBands()[band].centreBark;
      out[band] = kExponent * std::pow(std::clamp(6 / (bark + 2), 1.0, 2.0), 0.15);
    }
    return out;
  }();
  BarkBands out{};
  for (int band = 0; band < kBarkBands; ++band) {
    const double threshold = barkBands()[band].threshold;
    if (power[band] <= threshold) continue;
    out[band] = kCalibration * std::pow(threshold / 0.5, exponents[band]) *
                (std::pow(0.5 + 0.5 * power[band] / threshold, exponents[band]) - 1);
  }
  return out;
}

}  // namespace dju::quality::pesq
