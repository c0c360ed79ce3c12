#include "music/onset.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace dju::music {
namespace {

constexpr int kWindow = 1024;
constexpr int kBins = kWindow / 2 + 1;
constexpr int kKickBins = 4;   // up to 188 Hz with the window's width
constexpr int kHighest = 341;  // 16 kHz: lossy codecs end there
constexpr float kCompression = 100;

struct FftwDeleter {
  void operator()(void* memory) const { fftwf_free(memory); }
};

class Spectrum {
 public:
  Spectrum()
      : in_(static_cast<float*>(fftwf_malloc(sizeof(float) * kWindow))),
        out_(static_cast<fftwf_complex*>(fftwf_malloc(sizeof(fftwf_complex) * kBins))) {
    const std::lock_guard lock(fftwPlanner());
    plan_ = fftwf_plan_dft_r2c_1d(kWindow, in_.get(), out_.get(), FFTW_ESTIMATE);
    for (int i = 0; i < kWindow; ++i) {
      hann_[static_cast<std::size_t>(i)] =
          static_cast<float>(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / kWindow));
    }
  }
  ~Spectrum() {
    const std::lock_guard lock(fftwPlanner());
    fftwf_destroy_plan(plan_);
  }
  Spectrum(const Spectrum&) = delete;
  Spectrum& operator=(const Spectrum&) = delete;

  // Log-compressed magnitudes of the window centred at `centre`, silence beyond the track's ends.
  void measure(const audio::PcmView& pcm, std::int64_t centre, std::vector<float>& magnitudes) {
    for (int i = 0; i < kWindow; ++i) {
      const std::int64_t at = centre - kWindow / 2 + i;
      const bool inside = at >= 0 && at < pcm.frames;
      const float mono =
          inside
              ? static_cast<float>(pcm.samples[2 * at] + pcm.samples[2 * at + 1]) * 0.5F * pcm.scale
              : 0.0F;
      in_.get()[i] = mono * hann_[static_cast<std::size_t>(i)];
    }
    fftwf_execute(plan_);
    for (int bin = 0; bin < kHighest; ++bin) {
      const float re = out_.get()[bin][0], im = out_.get()[bin][1];
      magnitudes[static_cast<std::size_t>(bin)] =
          std::log1p(kCompression * std::sqrt(re * re + im * im) / (kWindow / 4.0F));
    }
  }

 private:
  std::unique_ptr<float, FftwDeleter> in_;
  std::unique_ptr<fftwf_complex, FftwDeleter> out_;
  fftwf_plan plan_ = nullptr;
  std::vector<float> hann_ = std::vector<float>(kWindow);
};

void divideByMean(std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  const double mean = sum / static_cast<double>(std::max<std::size_t>(1, values.size()));
  if (mean < 1e-9) return;
  for (float& value : values) value = static_cast<float>(value / mean);
}

}  // namespace

std::mutex& fftwPlanner() {
  static std::mutex mutex;
  return mutex;
}

OnsetStrength onsetStrength(const audio::PcmView& pcm) {
  const auto count = static_cast<std::size_t>(pcm.frames / kOnsetHop);
  OnsetStrength onset{std::vector<float>(count), std::vector<float>(count)};
  std::vector<float> before(kHighest), now(kHighest);
  std::vector<float> older(kHighest);
  Spectrum spectrum;
  for (std::size_t i = 0; i < count; ++i) {
    spectrum.measure(pcm, static_cast<std::int64_t>(i) * kOnsetHop, now);
    // Against two hops back: an attack is longer than 5 ms.
    for (int bin = 1; bin < kHighest; ++bin) {
      const auto b = static_cast<std::size_t>(bin);
      const float rise = std::max(0.0F, now[b] - older[b]);
      (bin <= kKickBins ? onset.kick : onset.all)[i] += rise;
    }
    std::swap(older, before);
    std::swap(before, now);
  }
  divideByMean(onset.kick);
  divideByMean(onset.all);
  for (std::size_t i = 0; i < count; ++i) onset.all[i] += onset.kick[i];
  return onset;
}

}  // namespace dju::music
