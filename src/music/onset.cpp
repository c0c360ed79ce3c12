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

// A whole track. Sources give mono from a frame on, silence beyond the sound's ends.
class TrackSource {
 public:
  explicit TrackSource(const audio::PcmView& pcm) : pcm_(pcm) {}
  void copy(std::int64_t from, std::span<float> out) const {
    const auto count = static_cast<std::int64_t>(out.size());
    const std::int64_t begin = std::clamp<std::int64_t>(-from, 0, count);
    const std::int64_t end = std::clamp<std::int64_t>(pcm_.frames - from, begin, count);
    std::fill(out.begin(), out.end(), 0.0F);
    const float scale = 0.5F * pcm_.scale;
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int16_t* both = pcm_.samples + 2 * (from + i);
      out[static_cast<std::size_t>(i)] = static_cast<float>(both[0] + both[1]) * scale;
    }
  }

 private:
  audio::PcmView pcm_;
};

// The newest part of a sound that goes on: what is asked for has been heard, and not long ago.
class RecentSource {
 public:
  void push(std::span<const float> mono) {
    for (const float sample : mono) kept_[static_cast<std::size_t>(heard_++ % kKept)] = sample;
  }
  void copy(std::int64_t from, std::span<float> out) const {
    for (float& sample : out) {
      sample = from < 0 ? 0 : kept_[static_cast<std::size_t>(from % kKept)];
      ++from;
    }
  }
  std::int64_t heard() const { return heard_; }

 private:
  static constexpr std::int64_t kKept = 1 << 14;  // two windows of chroma
  std::vector<float> kept_ = std::vector<float>(static_cast<std::size_t>(kKept));
  std::int64_t heard_ = 0;
};

// Log-compressed magnitudes of the window centred at `centre`.
template <typename Source>
Filters filtersAt(const Source& source, std::int64_t centre, Spectrum& spectrum) {
  std::array<float, kWindow> window;
  source.copy(centre - kWindow / 2, window);
  spectrum.transform([&](std::size_t i) { return window[i]; });
  Filters out;
  for (std::size_t f = 0; f < kFilters; ++f) {
    float power = 0;
    for (int bin = kFilterEdges[f]; bin < kFilterEdges[f + 1]; ++bin) power += spectrum.power(bin);
    out[f] = std::log(1 + kCompression * std::sqrt(power));
  }
  return out;
}

// Pitch class of each bin of the chroma's spectrum, 12 to 23 above kBassTopHz; kTextureChroma =
// none.
std::vector<std::size_t> chromaOfBins() {
  std::vector<std::size_t> out(kChromaWindow / 2, kTextureChroma);
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
  template <typename Source>
  std::array<float, kTextureChroma> at(const Source& source, std::int64_t centre) {
    const std::int64_t from = centre / kThinning - kChromaWindow / 2;
    spectrum_.transform(
        [&](std::size_t i) { return thin(source, from + static_cast<std::int64_t>(i)); });
    std::array<float, kTextureChroma> out{};
    for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
      if (bins_[bin] < kTextureChroma)
        out[bins_[bin]] += std::sqrt(spectrum_.power(static_cast<int>(bin)));
    }
    return out;
  }

 private:
  // Mean of kThinning frames; each is wanted several times, in rising order.
  template <typename Source>
  float thin(const Source& source, std::int64_t index) {
    if (index < 0) return 0;
    const auto slot = static_cast<std::size_t>(index % kKept);
    if (index >= made_) {
      for (; made_ <= index; ++made_) {
        std::array<float, kThinning> thick;
        source.copy(made_ * kThinning, thick);
        float sum = 0;
        for (const float sample : thick) sum += sample;
        kept_[static_cast<std::size_t>(made_ % kKept)] = sum / kThinning;
      }
    }
    return kept_[slot];
  }

  static constexpr std::int64_t kKept = 2 * kChromaWindow;
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

// What one hop after another adds.
class HopReader {
 public:
  using Rise = std::array<float, kOnsetBands>;

  // The next hop's onset strength in each band. Its texture is begun with its first hop.
  template <typename Source>
  Rise next(const Source& source, Texture& texture) {
    const std::size_t i = hops_++;
    const auto centre = static_cast<std::int64_t>(i) * kOnsetHop;
    const Filters& older = recent_[(i + 1) % recent_.size()];
    const Filters now = filtersAt(source, centre, spectrum_);
    Rise rise{};
    for (std::size_t band = 0; band < kOnsetBands; ++band) {
      for (std::size_t f = kBandEdges[band]; f < kBandEdges[band + 1]; ++f)
        rise[band] += std::max(0.0F, now[f] - older[f]);
    }
    recent_[i % recent_.size()] = now;
    if (i % kTextureHops == 0) texture = {};
    addEnergy(now, texture);
    if (i % kTextureHops == kTextureHops / 2) texture.chroma = chroma_.at(source, centre);
    return rise;
  }
  std::size_t hops() const { return hops_; }

 private:
  Spectrum spectrum_{kWindow};
  ChromaReader chroma_;
  std::array<Filters, kLag + 1> recent_{};
  std::size_t hops_ = 0;
};

// Each band against its mean, and the sum of them.
void scaleBands(OnsetStrength& onset) {
  for (auto& band : onset.bands) {
    divideByMean(band);
    for (std::size_t i = 0; i < band.size(); ++i) onset.all[i] += band[i];
  }
}

OnsetStrength emptyOnset(std::size_t hops) {
  OnsetStrength onset;
  for (auto& band : onset.bands) band.resize(hops);
  onset.all.resize(hops);
  onset.texture.resize(hops / kTextureHops + 1);
  return onset;
}

}  // namespace

std::mutex& fftwPlanner() {
  static std::mutex mutex;
  return mutex;
}

OnsetStrength onsetStrength(const audio::PcmView& pcm) {
  const auto count = static_cast<std::size_t>(pcm.frames / kOnsetHop);
  OnsetStrength onset = emptyOnset(count);
  const TrackSource source(pcm);
  HopReader reader;
  for (std::size_t i = 0; i < count; ++i) {
    const HopReader::Rise rise = reader.next(source, onset.texture[i / kTextureHops]);
    for (std::size_t band = 0; band < kOnsetBands; ++band) onset.bands[band][i] = rise[band];
  }
  scaleBands(onset);
  return onset;
}

struct OnsetHistory::State {
  RecentSource source;
  HopReader reader;
  std::vector<HopReader::Rise> rises;  // rings
  std::vector<Texture> textures;
  std::size_t first = 0;  // hop, not to go back behind
};

OnsetHistory::OnsetHistory(double seconds) : state_(std::make_unique<State>()) {
  const auto textures = static_cast<std::size_t>(std::ceil(seconds * kOnsetRate / kTextureHops));
  state_->textures.resize(textures + 1);
  state_->rises.resize(state_->textures.size() * kTextureHops);
}
OnsetHistory::~OnsetHistory() = default;
OnsetHistory::OnsetHistory(OnsetHistory&&) noexcept = default;
OnsetHistory& OnsetHistory::operator=(OnsetHistory&&) noexcept = default;

void OnsetHistory::push(std::span<const float> mono) noexcept {
  // A hop waits for the longest window around it, that of chroma.
  constexpr std::int64_t kAhead = std::int64_t{kThinning} * kChromaWindow / 2;
  State& state = *state_;
  while (!mono.empty()) {
    const std::size_t hop = state.reader.hops();
    const std::int64_t whole = static_cast<std::int64_t>(hop) * kOnsetHop + kAhead;
    const auto missing = static_cast<std::size_t>(whole - state.source.heard());
    const auto part = mono.first(std::min(missing, mono.size()));
    state.source.push(part);
    mono = mono.subspan(part.size());
    if (part.size() < missing) return;
    Texture& texture = state.textures[hop / kTextureHops % state.textures.size()];
    state.rises[hop % state.rises.size()] = state.reader.next(state.source, texture);
  }
}

std::size_t OnsetHistory::begin() const {
  // The oldest texture is being written over.
  const std::size_t whole = state_->reader.hops() / kTextureHops;
  const std::size_t kept = state_->textures.size() - 1;
  const std::size_t oldest = whole > kept ? (whole - kept) * kTextureHops : 0;
  return std::max(oldest, state_->first);
}

std::size_t OnsetHistory::end() const {
  return state_->reader.hops();
}

void OnsetHistory::forget(std::size_t seconds) noexcept {
  const auto hops = seconds * static_cast<std::size_t>(kOnsetRate);
  const std::size_t now = state_->reader.hops();
  const std::size_t from = now > hops ? now - hops : 0;
  state_->first = std::max(state_->first, from - from % kTextureHops);
}

OnsetStrength OnsetHistory::recent() const {
  const std::size_t from = begin();
  OnsetStrength onset = emptyOnset(end() - from);
  for (std::size_t i = 0; i < onset.size(); ++i) {
    const HopReader::Rise& rise = state_->rises[(from + i) % state_->rises.size()];
    for (std::size_t band = 0; band < kOnsetBands; ++band) onset.bands[band][i] = rise[band];
  }
  for (std::size_t i = 0; i < onset.texture.size(); ++i) {
    onset.texture[i] = state_->textures[(from / kTextureHops + i) % state_->textures.size()];
  }
  scaleBands(onset);
  return onset;
}

}  // namespace dju::music
