#include "music/pitch_peaks.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/time.h"
#include "music/fft.h"
#include "music/lanes.h"
#include "music/mono.h"

namespace dju::music {
namespace {

constexpr int kDecimation = 8;
constexpr double kRate = static_cast<double>(kSampleRate) / kDecimation;  // 6 kHz
constexpr int kTaps = 160;     // of the low-pass: flat to 2.4 kHz, 70 dB down above 3.6 kHz
constexpr double kKaiser = 7;  // shape of its window
constexpr int kWindow = 4096;  // 0.68 s, so that neighbours at 110 Hz are four bins apart
constexpr int kHop = 1024;
constexpr double kBinHz = kRate / kWindow;
constexpr double kLowHz = 50, kHighHz = 2200;
constexpr float kLeastSalience = 2;
constexpr float kLeastMagnitude = 1e-4F;  // -80 dB, above dither
constexpr double kAround = 5;             // semitones to either side that salience compares with

// Modified Bessel function of the first kind and order 0, by its series.
double besselI0(double x) {
  double sum = 1, term = 1;
  for (int k = 1; k < 40; ++k) {
    term *= x / (2 * k) * x / (2 * k);
    sum += term;
  }
  return sum;
}

std::vector<float> lowPass() {
  std::vector<double> taps(kTaps);
  double sum = 0;
  for (int n = 0; n < kTaps; ++n) {
    const double x = n - (kTaps - 1) / 2.0;
    const double cutoff = std::numbers::pi / kDecimation;
    const double edge = 2 * x / (kTaps - 1);
    taps[static_cast<std::size_t>(n)] =
        std::sin(cutoff * x) / x * besselI0(kKaiser * std::sqrt(std::max(0.0, 1 - edge * edge)));
    sum += taps[static_cast<std::size_t>(n)];
  }
  std::vector<float> out;
  for (const double tap : taps) out.push_back(static_cast<float>(tap / sum));
  return out;
}

// The whole track at 6 kHz; sample i is the sound around frame 8 i.
std::vector<float> decimated(const audio::PcmView& pcm) {
  const std::vector<float> taps = lowPass();
  std::vector<float> out, waiting(kTaps / 2);
  out.reserve(static_cast<std::size_t>(pcm.frames / kDecimation + 1));
  MonoReader reader(pcm, kSampleRate);
  for (auto block = reader.next(); !block.empty(); block = reader.next()) {
    waiting.insert(waiting.end(), block.begin(), block.end());
    std::size_t at = 0;
    for (; at + kTaps <= waiting.size(); at += kDecimation) {
      const float* x = waiting.data() + at;
      out.push_back(laneSum(kTaps, [&](std::size_t n) { return x[n] * taps[n]; }));
    }
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return out;
}

struct Neighbourhood {
  std::size_t first, end;
};

class PeakFinder {
 public:
  PeakFinder()
      : fft_(kWindow), hann_(kWindow), magnitudes_(kWindow / 2 + 1), sums_(kWindow / 2 + 2) {
    fillHann(hann_);
    const double ratio = std::exp2(kAround / 12);
    for (std::size_t k = 0; k <= kLast; ++k) {
      const auto bin = static_cast<double>(k);
      around_.push_back({static_cast<std::size_t>(bin / ratio),
                         std::min(static_cast<std::size_t>(bin * ratio) + 1, magnitudes_.size())});
    }
  }

  // samples: kWindow of them, or fewer, then zeros.
  std::vector<PitchPeak> find(std::span<const float> samples) {
    const std::span<float> in = fft_.samples();
    std::fill(in.begin(), in.end(), 0.0F);
    for (std::size_t n = 0; n < samples.size(); ++n) in[n] = samples[n] * hann_[n];
    fft_.forward();
    constexpr float kScale = 4.0F / kWindow;
    powerSpectrum(fft_.spectrum(), kScale * kScale, magnitudes_);
    for (float& magnitude : magnitudes_) magnitude = std::sqrt(magnitude);
    for (std::size_t k = 0; k < magnitudes_.size(); ++k)
      sums_[k + 1] = sums_[k] + static_cast<double>(magnitudes_[k]);
    std::vector<PitchPeak> peaks;
    for (std::size_t k = kFirst; k <= kLast; ++k) {
      const float m = magnitudes_[k];
      if (m < kLeastMagnitude || m < magnitudes_[k - 1] || m <= magnitudes_[k + 1]) continue;
      const Neighbourhood& near = around_[k];
      const auto mean = static_cast<float>((sums_[near.end] - sums_[near.first]) /
                                           static_cast<double>(near.end - near.first));
      if (m > kLeastSalience * mean) peaks.push_back(interpolate(k, m / mean));
    }
    return peaks;
  }

 private:
  static constexpr std::size_t kFirst = static_cast<std::size_t>(kLowHz / kBinHz);
  static constexpr std::size_t kLast = static_cast<std::size_t>(kHighHz / kBinHz);

  // A parabola through the logarithms of three bins (Smith and Serra, PARSHL, 1987).
  PitchPeak interpolate(std::size_t k, float salience) const {
    const double a = std::log(static_cast<double>(magnitudes_[k - 1]) + 1e-12);
    const double b = std::log(static_cast<double>(magnitudes_[k]));
    const double c = std::log(static_cast<double>(magnitudes_[k + 1]) + 1e-12);
    const double offset = 0.5 * (a - c) / std::min(a - 2 * b + c, -1e-9);
    const double hz = (static_cast<double>(k) + offset) * kBinHz;
    return {static_cast<float>(69 + 12 * std::log2(hz / 440)),
            static_cast<float>(std::exp(b - 0.25 * (a - c) * offset)), salience};
  }

  RealFft fft_;
  std::vector<float> hann_, magnitudes_;
  std::vector<double> sums_;  // of the magnitudes below each bin
  std::vector<Neighbourhood> around_;
};

}  // namespace

std::vector<PitchFrame> findPitchPeaks(const audio::PcmView& pcm) {
  std::vector<PitchFrame> frames;
  const std::vector<float> sound = decimated(pcm);
  if (sound.size() < static_cast<std::size_t>(kRate / 2)) return frames;
  PeakFinder finder;
  const auto window = std::min<std::size_t>(kWindow, sound.size());
  for (std::size_t at = 0; at + window <= sound.size(); at += kHop) {
    frames.push_back({(static_cast<double>(at) + static_cast<double>(window) / 2) / kRate,
                      finder.find(std::span(sound).subspan(at, window))});
  }
  return frames;
}

}  // namespace dju::music
