#include "music/features.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "music/chroma.h"
#include "music/fft.h"
#include "music/mel.h"
#include "music/mono.h"
#include "music/spectral_shape.h"
#include "music/tempogram.h"

namespace dju::music {
namespace {

// Power relative to full scale that flatness and contrast take for silence: -100 dB, just above the
// dither of 16-bit sound in one bin of a window of 2048.
constexpr double kPowerFloor = 1e-10;

const FeatureSet kNeedsMel{Feature::kLogMel, Feature::kMfcc, Feature::kOnset, Feature::kTempogram};
const FeatureSet kNeedsChroma{Feature::kChroma, Feature::kTonnetz};
const FeatureSet kNeedsMagnitudes{Feature::kCentroid, Feature::kBandwidth, Feature::kRollOff};
const FeatureSet kNeedsPower{Feature::kFlatness, Feature::kContrast};
const FeatureSet kNeedsOnset{Feature::kOnset, Feature::kTempogram};

struct BinRange {
  std::size_t first, count;
};

// Octave bands without bin 0; each takes the bins from its lower edge up to below its upper one.
std::vector<BinRange> contrastBands(const FeatureDefinition& definition) {
  const double binHz = static_cast<double>(definition.sampleRate) / definition.window;
  std::vector<BinRange> bands;
  std::size_t first = 1;
  double edge = definition.contrastLowHz;
  for (int i = 0; i < definition.contrastBands; ++i, edge *= 2) {
    const std::size_t end = std::min(static_cast<std::size_t>(std::ceil(edge / binHz)),
                                     static_cast<std::size_t>(definition.bins()));
    bands.push_back({first, end > first ? end - first : 0});
    first = std::max(first, end);
  }
  return bands;
}

}  // namespace

struct FeatureExtractor::State {
  State(const FeatureDefinition& d, const FeatureSet& set, const FeatureOptions& options);

  bool wants(Feature feature) const { return wanted.has(feature); }
  std::span<float> out(Feature feature) {
    const FeatureFrame::Place& place = frame.places_[static_cast<std::size_t>(feature)];
    return {frame.values_.data() + place.offset, place.size};
  }
  void set(Feature feature, float value) {
    if (wants(feature)) out(feature)[0] = value;
  }
  void measure();
  void measureSamples();
  void measureMel();
  void measureOnset();
  void measureChroma();
  void measureShape();

  FeatureDefinition definition;
  FeatureSet wanted;
  FeatureFrame frame;

  std::vector<float> samples;  // of the frame in work
  std::size_t filled = 0;
  std::int64_t taken = 0;  // samples since the start
  std::int64_t next = 0;   // index of the frame in work

  RealFft fft;
  std::vector<float> hann;
  std::vector<float> power, magnitudes;
  MelFilterBank mel;
  MelCepstrum cepstrum;
  ChromaFilterBank chromaBank;
  std::vector<BinRange> contrast;
  std::vector<std::vector<float>> levels;  // log-mel of this and the last frames, a ring
  std::vector<float> chroma;
  std::optional<Tempogram> tempogram;
  float powerScale = 1, powerFloor = 0, binHz = 0;
};

FeatureExtractor::State::State(const FeatureDefinition& d, const FeatureSet& set,
                               const FeatureOptions& options)
    : definition(d),
      wanted(set),
      samples(static_cast<std::size_t>(d.window)),
      fft(d.window),
      hann(samples.size()),
      magnitudes(static_cast<std::size_t>(d.bins())),
      mel(d),
      cepstrum(d.melBands, d.mfccs),
      chromaBank(d, options.tuningCents),
      contrast(contrastBands(d)),
      levels(static_cast<std::size_t>(d.onsetLag + 1),
             std::vector<float>(static_cast<std::size_t>(d.melBands))),
      chroma(kPitchClasses) {
  fillHann(hann);
  power.resize(std::max(magnitudes.size(), mel.paddedBins()));
  powerScale = static_cast<float>(d.fullScale / std::pow(d.window / 4.0, 2));
  powerFloor = static_cast<float>(d.fullScale * kPowerFloor);
  binHz = static_cast<float>(static_cast<double>(d.sampleRate) / d.window);
  if (wants(Feature::kTempogram)) tempogram.emplace(d.tempogramFrames, d.tempogramLags);
  std::size_t size = 0;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    if (!wants(static_cast<Feature>(i))) continue;
    frame.places_[i] = {size, d.sizeOf(static_cast<Feature>(i))};
    size += frame.places_[i].size;
  }
  frame.values_.resize(size);
}

void FeatureExtractor::State::measureSamples() {
  set(Feature::kZeroCrossings, wants(Feature::kZeroCrossings) ? zeroCrossingRate(samples) : 0);
  if (!wants(Feature::kRms) && !wants(Feature::kCrest)) return;
  const float rms = rootMeanSquare(samples);
  set(Feature::kRms, rms);
  if (wants(Feature::kCrest)) set(Feature::kCrest, rms > 0 ? peakOf(samples) / rms : 0);
}

void FeatureExtractor::State::measureMel() {
  std::vector<float>& now = levels[static_cast<std::size_t>(next) % levels.size()];
  mel.apply(power, now);
  const auto floor = static_cast<float>(definition.melFloor);
  for (float& level : now) level = 10 * std::log10(std::max(level, floor));
  if (wants(Feature::kLogMel)) std::copy(now.begin(), now.end(), out(Feature::kLogMel).begin());
  if (wants(Feature::kMfcc)) cepstrum.apply(now, out(Feature::kMfcc));
  if (wanted.hasAny(kNeedsOnset)) measureOnset();
}

// Spectral flux (Dixon, "Onset detection revisited", 2006, eq. 2.1) of the mel bands' levels.
void FeatureExtractor::State::measureOnset() {
  const auto at = static_cast<std::size_t>(next);
  const std::vector<float>& now = levels[at % levels.size()];
  const std::vector<float>& before = levels[(at + 1) % levels.size()];
  float onset = 0;
  if (next >= definition.onsetLag) {
    for (std::size_t band = 0; band < now.size(); ++band) {
      onset += std::max(0.0F, now[band] - before[band]);
    }
    onset /= static_cast<float>(now.size());
  }
  set(Feature::kOnset, onset);
  if (tempogram) tempogram->push(onset, out(Feature::kTempogram));
}

void FeatureExtractor::State::measureChroma() {
  chromaBank.apply(power, chroma);
  if (wants(Feature::kChroma))
    std::copy(chroma.begin(), chroma.end(), out(Feature::kChroma).begin());
  if (wants(Feature::kTonnetz)) tonnetz(chroma, out(Feature::kTonnetz));
}

void FeatureExtractor::State::measureShape() {
  const std::span<const float> bins(power.data(), magnitudes.size());
  if (wanted.hasAny(kNeedsMagnitudes)) {
    for (std::size_t k = 0; k < magnitudes.size(); ++k) magnitudes[k] = std::sqrt(bins[k]);
    const float centroid = spectralCentroid(magnitudes, binHz);
    set(Feature::kCentroid, centroid);
    if (wants(Feature::kBandwidth)) {
      set(Feature::kBandwidth, spectralBandwidth(magnitudes, binHz, centroid));
    }
    if (wants(Feature::kRollOff)) {
      set(Feature::kRollOff,
          spectralRollOff(magnitudes, binHz, static_cast<float>(definition.rollOffShare)));
    }
  }
  if (wants(Feature::kFlatness)) set(Feature::kFlatness, spectralFlatness(bins, powerFloor));
  if (!wants(Feature::kContrast)) return;
  const std::span<float> values = out(Feature::kContrast);
  for (std::size_t i = 0; i < contrast.size(); ++i) {
    const BinRange band = contrast[i];
    values[i] = band.count == 0
                    ? 0
                    : spectralContrast(bins.subspan(band.first, band.count),
                                       static_cast<float>(definition.contrastShare), powerFloor);
  }
}

void FeatureExtractor::State::measure() {
  measureSamples();
  const bool mels = wanted.hasAny(kNeedsMel), chromas = wanted.hasAny(kNeedsChroma);
  const bool shapes = wanted.hasAny(kNeedsMagnitudes) || wanted.hasAny(kNeedsPower);
  if (!mels && !chromas && !shapes) return;
  const std::span<float> in = fft.samples();
  for (std::size_t n = 0; n < samples.size(); ++n) in[n] = samples[n] * hann[n];
  fft.forward();
  powerSpectrum(fft.spectrum(), powerScale, power);
  if (mels) measureMel();
  if (chromas) measureChroma();
  if (shapes) measureShape();
}

FeatureExtractor::FeatureExtractor(const FeatureDefinition& definition, const FeatureSet& features,
                                   const FeatureOptions& options) {
  checkDefinition(definition);
  state_ = std::make_unique<State>(definition, features, options);
  reset();
}
FeatureExtractor::~FeatureExtractor() = default;
FeatureExtractor::FeatureExtractor(FeatureExtractor&&) noexcept = default;
FeatureExtractor& FeatureExtractor::operator=(FeatureExtractor&&) noexcept = default;

const FeatureDefinition& FeatureExtractor::definition() const {
  return state_->definition;
}
const FeatureFrame& FeatureExtractor::frame() const {
  return state_->frame;
}

void FeatureExtractor::reset() {
  State& s = *state_;
  std::fill(s.samples.begin(), s.samples.end(), 0.0F);
  s.filled = s.samples.size() / 2;  // zeros before the start
  s.taken = 0;
  s.next = 0;
  if (s.tempogram) s.tempogram->reset();
}

std::size_t FeatureExtractor::take(std::span<const float> mono) {
  State& s = *state_;
  const std::size_t count = std::min(mono.size(), s.samples.size() - s.filled);
  std::copy_n(mono.begin(), count, s.samples.begin() + static_cast<std::ptrdiff_t>(s.filled));
  s.filled += count;
  s.taken += static_cast<std::int64_t>(count);
  return count;
}

bool FeatureExtractor::takeSilence() {
  State& s = *state_;
  if (s.next * s.definition.hop >= s.taken) return false;
  std::fill(s.samples.begin() + static_cast<std::ptrdiff_t>(s.filled), s.samples.end(), 0.0F);
  s.filled = s.samples.size();
  return true;
}

bool FeatureExtractor::complete() {
  State& s = *state_;
  if (s.filled < s.samples.size()) return false;
  s.measure();
  s.frame.index_ = s.next++;
  std::copy(s.samples.begin() + s.definition.hop, s.samples.end(), s.samples.begin());
  s.filled -= static_cast<std::size_t>(s.definition.hop);
  return true;
}

std::int64_t frameCount(const FeatureDefinition& definition, std::int64_t samples) {
  return samples <= 0 ? 0 : (samples - 1) / definition.hop + 1;
}

FeatureTrack extractFeatures(const audio::PcmView& pcm, const FeatureDefinition& definition,
                             const FeatureSet& features, const FeatureOptions& options) {
  FeatureExtractor extractor(definition, features, options);
  MonoReader reader(pcm, definition.sampleRate);
  FeatureTrack track;
  track.definition = definition;
  const auto rows = static_cast<std::size_t>(frameCount(definition, reader.samples()));
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const auto feature = static_cast<Feature>(i);
    if (features.has(feature)) track.matrices[i] = {rows, definition.sizeOf(feature)};
  }
  const auto keep = [&](const FeatureFrame& frame) {
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
      const std::span<const float> values = frame[static_cast<Feature>(i)];
      if (values.empty()) continue;
      std::copy(values.begin(), values.end(), track.matrices[i].row(track.frames).begin());
    }
    ++track.frames;
  };
  for (auto block = reader.next(); !block.empty(); block = reader.next()) {
    extractor.push(block, keep);
  }
  extractor.finish(keep);
  return track;
}

}  // namespace dju::music
