#include "music/onset.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>

namespace dju::music {
namespace {

constexpr int kWindow = 1024;  // 21 ms: short enough to time a kick, long enough to see 47 Hz
constexpr float kCompression = 100;
constexpr int kLag = 2;  // hops that a rise is measured over: an attack is longer than 5 ms
// First bin of each filter, 47 Hz a bin; the last entry ends the last filter.
constexpr std::array<int, 27> kFilterEdges = {1,  2,  3,   4,   5,   6,   7,   8,   9,
                                              11, 13, 16,  20,  25,  30,  35,  42,  52,
                                              65, 83, 107, 130, 160, 195, 240, 290, 342};
constexpr std::size_t kFilters = kFilterEdges.size() - 1;
// First filter of each band; the edges in onset.h.
constexpr std::array<std::size_t, kOnsetBands + 1> kBandEdges = {0, 3, 8, 15, 20, kFilters};

// For chroma the sound is thinned out to 6 kHz.
constexpr int kThinning = 8;
constexpr int kChromaWindow = 1024;
constexpr double kChromaBinHz = static_cast<double>(kSampleRate) / kThinning / kChromaWindow;
constexpr double kBassTopHz = 260;
constexpr double kChromaTopHz = 2000;

struct FftwDeleter {
  void operator()(void* memory) const { fftwf_free(memory); }
};

// Spectrum of a windowed frame. Not copyable: FFTW's plan points into it.
class Spectrum {
 public:
  explicit Spectrum(int size)
      : in_(static_cast<float*>(fftwf_malloc(sizeof(float) * static_cast<std::size_t>(size)))),
        out_(static_cast<fftwf_complex*>(
            fftwf_malloc(sizeof(fftwf_complex) * (static_cast<std::size_t>(size) / 2 + 1)))),
        hann_(static_cast<std::size_t>(size)) {
    const std::lock_guard lock(fftwPlanner());
    plan_ = fftwf_plan_dft_r2c_1d(size, in_.get(), out_.get(), FFTW_ESTIMATE);
    for (int i = 0; i < size; ++i) {
      hann_[static_cast<std::size_t>(i)] = static_cast<float>(
          (0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / size)) / (size / 4.0));
    }
  }
  ~Spectrum() {
    const std::lock_guard lock(fftwPlanner());
    fftwf_destroy_plan(plan_);
  }
  Spectrum(const Spectrum&) = delete;
  Spectrum& operator=(const Spectrum&) = delete;

  // `sample(i)` for i from 0 to size - 1; a full-scale sine has magnitude 1.
  template <typename Sample>
  void transform(Sample sample) {
    for (std::size_t i = 0; i < hann_.size(); ++i) in_.get()[i] = sample(i) * hann_[i];
    fftwf_execute(plan_);
  }
  float power(int bin) const {
    const float re = out_.get()[bin][0], im = out_.get()[bin][1];
    return re * re + im * im;
  }

 private:
  std::unique_ptr<float, FftwDeleter> in_;
  std::unique_ptr<fftwf_complex, FftwDeleter> out_;
  fftwf_plan plan_ = nullptr;
  std::vector<float> hann_;
};

using Filters = std::array<float, kFilters>;

float monoAt(const audio::PcmView& pcm, std::int64_t frame) {
  if (frame < 0 || frame >= pcm.frames) return 0;
  return static_cast<float>(pcm.samples[2 * frame] + pcm.samples[2 * frame + 1]) * 0.5F * pcm.scale;
}

// Log-compressed magnitudes of the window centred at `centre`, silence beyond the track's ends.
Filters filtersAt(const audio::PcmView& pcm, std::int64_t centre, Spectrum& spectrum) {
  const std::int64_t from = centre - kWindow / 2;
  if (from >= 0 && from + kWindow <= pcm.frames) {
    const std::int16_t* samples = pcm.samples + 2 * from;
    const float scale = 0.5F * pcm.scale;
    spectrum.transform([&](std::size_t i) {
      return static_cast<float>(samples[2 * i] + samples[2 * i + 1]) * scale;
    });
  } else {
    spectrum.transform(
        [&](std::size_t i) { return monoAt(pcm, from + static_cast<std::int64_t>(i)); });
  }
  Filters out;
  for (std::size_t f = 0; f < kFilters; ++f) {
    float power = 0;
    for (int bin = kFilterEdges[f]; bin < kFilterEdges[f + 1]; ++bin) power += spectrum.power(bin);
    out[f] = std::log(1 + kCompression * std::sqrt(power));
  }
  return out;
}

// Pitch class of each bin of the chroma's spectrum, 12 to 23 above kBassTopHz; kChroma = none.
std::vector<std::size_t> chromaOfBins() {
  std::vector<std::size_t> out(kChromaWindow / 2, kChroma);
  for (std::size_t bin = 6; bin < out.size(); ++bin) {
    const double hz = static_cast<double>(bin) * kChromaBinHz;
    if (hz > kChromaTopHz) break;
    const auto semitone = static_cast<std::size_t>(std::lround(12 * std::log2(hz / 16.352)));
    out[bin] = semitone % 12 + (hz > kBassTopHz ? 12 : 0);
  }
  return out;
}

// Chroma around each texture frame.
class ChromaReader {
 public:
  explicit ChromaReader(const audio::PcmView& pcm) : pcm_(pcm) {}

  std::array<float, kChroma> at(std::int64_t centre) {
    const std::int64_t from = centre / kThinning - kChromaWindow / 2;
    spectrum_.transform([&](std::size_t i) { return thin(from + static_cast<std::int64_t>(i)); });
    std::array<float, kChroma> out{};
    for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
      if (bins_[bin] < kChroma)
        out[bins_[bin]] += std::sqrt(spectrum_.power(static_cast<int>(bin)));
    }
    return out;
  }

 private:
  // Mean of kThinning frames; each is wanted several times, in rising order.
  float thin(std::int64_t index) {
    if (index < 0) return 0;
    const auto slot = static_cast<std::size_t>(index % kKept);
    if (index >= made_) {
      for (; made_ <= index; ++made_) {
        float sum = 0;
        for (int i = 0; i < kThinning; ++i) sum += monoAt(pcm_, made_ * kThinning + i);
        kept_[static_cast<std::size_t>(made_ % kKept)] = sum / kThinning;
      }
    }
    return kept_[slot];
  }

  static constexpr std::int64_t kKept = 2 * kChromaWindow;
  audio::PcmView pcm_;
  Spectrum spectrum_{kChromaWindow};
  std::vector<std::size_t> bins_ = chromaOfBins();
  std::vector<float> kept_ = std::vector<float>(static_cast<std::size_t>(kKept));
  std::int64_t made_ = 0;
};

void divideByMean(std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  const double mean = sum / static_cast<double>(std::max<std::size_t>(1, values.size()));
  if (mean < 1e-6) return;
  for (float& value : values) value = static_cast<float>(value / mean);
}

void addEnergy(const Filters& filters, Texture& texture) {
  for (std::size_t band = 0; band < kOnsetBands; ++band) {
    float sum = 0;
    for (std::size_t f = kBandEdges[band]; f < kBandEdges[band + 1]; ++f) sum += filters[f];
    texture.energy[band] +=
        sum / static_cast<float>(kTextureHops * (kBandEdges[band + 1] - kBandEdges[band]));
  }
}

}  // namespace

std::mutex& fftwPlanner() {
  static std::mutex mutex;
  return mutex;
}

OnsetStrength onsetStrength(const audio::PcmView& pcm) {
  const auto count = static_cast<std::size_t>(pcm.frames / kOnsetHop);
  OnsetStrength onset;
  for (auto& band : onset.bands) band.resize(count);
  onset.all.resize(count);
  onset.texture.resize(count / kTextureHops + 1);
  Spectrum spectrum(kWindow);
  ChromaReader chroma(pcm);
  std::array<Filters, kLag + 1> recent{};
  for (std::size_t i = 0; i < count; ++i) {
    const Filters& older = recent[(i + 1) % recent.size()];
    const Filters now = filtersAt(pcm, static_cast<std::int64_t>(i) * kOnsetHop, spectrum);
    for (std::size_t band = 0; band < kOnsetBands; ++band) {
      for (std::size_t f = kBandEdges[band]; f < kBandEdges[band + 1]; ++f) {
        onset.bands[band][i] += std::max(0.0F, now[f] - older[f]);
      }
    }
    recent[i % recent.size()] = now;
    Texture& texture = onset.texture[i / kTextureHops];
    addEnergy(now, texture);
    if (i % kTextureHops == kTextureHops / 2)
      texture.chroma = chroma.at(static_cast<std::int64_t>(i) * kOnsetHop);
  }
  for (auto& band : onset.bands) {
    divideByMean(band);
    for (std::size_t i = 0; i < count; ++i) onset.all[i] += band[i];
  }
  return onset;
}

}  // namespace dju::music
