#include "stretch/measures.h"

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/time.h"

namespace dju::bench {
namespace {

constexpr int kWindow = 2048, kHop = 512, kBands = 64;
constexpr double kRate = kSampleRate;

double mel(double hz) {
  return 2595 * std::log10(1 + hz / 700);
}

using Spectrum = std::array<double, kBands>;

// Both channels' energy in mel bands, window by window.
std::vector<Spectrum> bandsOf(const Stereo& sound) {
  static const double low = mel(50), high = mel(16000);
  std::vector<float> in(kWindow);
  std::vector<fftwf_complex> out(kWindow / 2 + 1);
  fftwf_plan plan = fftwf_plan_dft_r2c_1d(kWindow, in.data(), out.data(), FFTW_ESTIMATE);
  std::vector<Spectrum> all;
  for (std::size_t at = 0; at + kWindow <= sound.left.size(); at += kHop) {
    Spectrum bands{};
    for (const auto* channel : {&sound.left, &sound.right}) {
      for (int i = 0; i < kWindow; ++i) {
        in[i] = (*channel)[at + i] *
                static_cast<float>(0.5 - 0.5 * std::cos(2 * M_PI * (i + 0.5) / kWindow));
      }
      fftwf_execute(plan);
      for (int k = 1; k <= kWindow / 2; ++k) {
        const double place = (mel(k * kRate / kWindow) - low) / (high - low) * kBands;
        if (place < 0 || place >= kBands) continue;
        bands[static_cast<int>(place)] +=
            static_cast<double>(out[k][0] * out[k][0] + out[k][1] * out[k][1]);
      }
    }
    all.push_back(bands);
  }
  fftwf_destroy_plan(plan);
  return all;
}

}  // namespace

double spectralDistanceDb(const Stereo& a, const Stereo& b) {
  const auto x = bandsOf(a), y = bandsOf(b);
  double loudest = 1e-20;
  for (const Spectrum& bands : y)
    loudest = std::max(loudest, *std::max_element(bands.begin(), bands.end()));
  const double floor = loudest * 1e-6;
  double sum = 0;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    for (int band = 0; band < kBands; ++band) {
      if (x[i][band] < floor && y[i][band] < floor) continue;
      sum += std::abs(10 * std::log10((x[i][band] + floor) / (y[i][band] + floor)));
      ++count;
    }
  }
  return count > 0 ? sum / static_cast<double>(count) : 0;
}

double frequencyOf(const std::vector<float>& x, double hz) {
  constexpr int kLong = 9600;
  double turned = 0, last = 0;
  int windows = 0;
  for (std::size_t at = 0; at + kLong <= x.size(); at += kLong / 4) {
    double re = 0, im = 0;
    for (int i = 0; i < kLong; ++i) {
      const double w = 0.5 - 0.5 * std::cos(2 * M_PI * (i + 0.5) / kLong);
      const double phase = 2 * M_PI * hz * static_cast<double>(at + i) / kRate;
      re += w * x[at + i] * std::cos(phase);
      im -= w * x[at + i] * std::sin(phase);
    }
    const double phase = std::atan2(im, re);
    if (windows++ > 0) turned += std::remainder(phase - last, 2 * M_PI);
    last = phase;
  }
  return hz + turned / (2 * M_PI) / ((windows - 1) * (kLong / 4.0) / kRate);
}

Bursts burstsAt(const std::vector<float>& x, const std::vector<double>& frames) {
  // A high-pass at 4 kHz: windowed sinc of 127 taps.
  constexpr int kTaps = 127, kReach = 2880;  // 60 ms
  std::array<double, kTaps> taps{};
  for (int i = 0; i < kTaps; ++i) {
    const int n = i - kTaps / 2;
    const double w = 0.54 + 0.46 * std::cos(2 * M_PI * n / kTaps);
    const double cut = 4000 / (kRate / 2);
    taps[i] = (n == 0 ? 1 : 0) - w * (n == 0 ? cut : std::sin(M_PI * n * cut) / (M_PI * n));
  }
  Bursts result;
  int count = 0;
  for (const double frame : frames) {
    const auto at = static_cast<std::int64_t>(std::llround(frame));
    if (at < kReach + kTaps || at + kReach + kTaps > static_cast<std::int64_t>(x.size())) continue;
    double energy = 0, mean = 0, square = 0;
    for (int i = -kReach; i < kReach; ++i) {
      double y = 0;
      for (int t = 0; t < kTaps; ++t) y += taps[t] * x[at + i + t - kTaps / 2];
      const double ms = (static_cast<double>(at + i) - frame) * 1000 / kRate;
      energy += y * y;
      mean += y * y * ms;
      square += y * y * ms * ms;
    }
    mean /= energy;
    result.lateMs += mean;
    result.worstMs = std::max(result.worstMs, std::abs(mean - 1.5));  // half a burst is right
    result.spreadMs += std::sqrt(std::max(0.0, square / energy - mean * mean));
    ++count;
  }
  if (count > 0) {
    result.lateMs = result.lateMs / count - 1.5;
    result.spreadMs /= count;
  }
  return result;
}

}  // namespace dju::bench
