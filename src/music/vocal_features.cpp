#include "music/vocal_features.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace dju::music {
namespace {

// Bands of the standard log-mel from about 150 Hz to 8 kHz: where a voice is.
constexpr std::size_t kFirstBand = 3, kLastBand = 68;
constexpr std::size_t kBandCount = kLastBand - kFirstBand;
constexpr float kFloorDb = -70;
constexpr std::size_t kHop = 10;         // frames a row
constexpr std::size_t kHalfWindow = 50;  // frames
constexpr std::size_t kDeltaLag = 4;     // frames between which cepstra are compared
constexpr std::size_t kGlideLag = 3;     // and partials
// The fluctogram's windows: so many bands each, from about 200 Hz to 5 kHz.
constexpr std::size_t kTrackWidth = 12, kTrackStep = 8, kFirstTrackBand = 4;

// Per-frame values, before anything is averaged.
struct FrameValues {
  std::array<float, kVocalCepstra> cepstrum{};
  std::array<float, kVocalBands> level{};   // dB
  std::array<float, kVocalTracks> glide{};  // bands that partials moved up
  float peakiness = 0;                      // dB by which bands stand out from their neighbours
};

class FrameMeasure {
 public:
  FrameMeasure() {
    for (std::size_t c = 0; c < kVocalCepstra; ++c) {
      for (std::size_t b = 0; b < kBandCount; ++b) {
        const double turn = std::numbers::pi * static_cast<double>(c + 1) *
                            (static_cast<double>(b) + 0.5) / static_cast<double>(kBandCount);
        basis_[c][b] = static_cast<float>(std::cos(turn) * std::sqrt(2.0 / kBandCount));
      }
    }
  }

  using Spectrum = std::array<float, kBandCount>;
  static Spectrum spectrumOf(std::span<const float> row) {
    Spectrum spectrum;
    for (std::size_t b = 0; b < kBandCount; ++b) {
      spectrum[b] = std::max(kFloorDb, row[kFirstBand + b]);
    }
    return spectrum;
  }

  FrameValues measure(const Spectrum& now, const Spectrum& before) const {
    FrameValues values;
    for (std::size_t c = 0; c < kVocalCepstra; ++c) {
      for (std::size_t b = 0; b < kBandCount; ++b) values.cepstrum[c] += basis_[c][b] * now[b];
    }
    std::array<float, kVocalBands> count{};
    for (std::size_t b = 0; b < kBandCount; ++b) {
      const std::size_t band = b * kVocalBands / kBandCount;
      values.level[band] += now[b];
      ++count[band];
    }
    for (std::size_t i = 0; i < kVocalBands; ++i) values.level[i] /= count[i];
    for (std::size_t b = 1; b + 1 < kBandCount; ++b) {
      const float stand = now[b] - (now[b - 1] + now[b + 1]) / 2;
      values.peakiness += std::max(0.0F, stand) / kBandCount;
    }
    for (std::size_t t = 0; t < kVocalTracks; ++t) {
      values.glide[t] = glideOf(now, before, kFirstTrackBand + t * kTrackStep);
    }
    return values;
  }

 private:
  // By how many bands a stretch of the spectrum has moved up: the peak of its correlation with the
  // one before at shifts of -1, 0 and 1, by a parabola (Sonnleitner et al., DAFx 2012).
  static float glideOf(const Spectrum& now, const Spectrum& before, std::size_t first) {
    float mean = 0;
    for (std::size_t b = first; b < first + kTrackWidth; ++b) mean += before[b] / kTrackWidth;
    std::array<float, 3> match{};
    for (std::size_t b = first; b < first + kTrackWidth; ++b) {
      const float past = before[b] - mean;
      for (std::size_t shift = 0; shift < 3; ++shift) match[shift] += past * now[b + shift - 1];
    }
    const float curve = match[0] - 2 * match[1] + match[2];
    if (!(curve < -1e-3F)) return 0;
    return std::clamp(0.5F * (match[0] - match[2]) / curve, -1.0F, 1.0F);
  }

  std::array<std::array<float, kBandCount>, kVocalCepstra> basis_{};
};

std::vector<FrameValues> measureFrames(const FeatureMatrix& logMel) {
  const FrameMeasure measure;
  std::vector<FrameMeasure::Spectrum> past(kGlideLag + 1);
  std::vector<FrameValues> frames;
  frames.reserve(logMel.rows());
  for (std::size_t i = 0; i < logMel.rows(); ++i) {
    const FrameMeasure::Spectrum now = FrameMeasure::spectrumOf(logMel.row(i));
    past[i % past.size()] = now;
    const auto& before = i < kGlideLag ? now : past[(i - kGlideLag) % past.size()];
    frames.push_back(measure.measure(now, before));
  }
  return frames;
}

// Mean and standard deviation of a series.
struct Spread {
  double sum = 0, squares = 0;
  std::size_t count = 0;
  void add(float value) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
    ++count;
  }
  float mean() const {
    return count > 0 ? static_cast<float>(sum / static_cast<double>(count)) : 0;
  }
  float deviation() const {
    if (count == 0) return 0;
    const double m = sum / static_cast<double>(count);
    return static_cast<float>(
        std::sqrt(std::max(0.0, squares / static_cast<double>(count) - m * m)));
  }
};

// How much of an envelope moves at 2 to 8 Hz, as syllables do: the deviation of the difference of
// two running means, of 60 and 260 ms.
class SyllableBand {
 public:
  explicit SyllableBand(std::span<const float> level) : sums_{0} {
    for (const float each : level) sums_.push_back(sums_.back() + static_cast<double>(each));
  }
  float at(std::size_t frame) const { return mean(frame, 3) - mean(frame, 13); }

 private:
  float mean(std::size_t frame, std::size_t half) const {
    const std::size_t begin = frame > half ? frame - half : 0;
    const std::size_t end = std::min(sums_.size() - 1, frame + half);
    return end > begin
               ? static_cast<float>((sums_[end] - sums_[begin]) / static_cast<double>(end - begin))
               : 0;
  }
  std::vector<double> sums_;
};

struct FrameRange {
  std::size_t begin, end;
};

void summariseCepstra(std::span<const FrameValues> frames, FrameRange range, float*& out) {
  for (std::size_t c = 0; c < kVocalCepstra; ++c) {
    Spread value, delta;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      value.add(frames[i].cepstrum[c]);
      if (i >= range.begin + kDeltaLag) {
        delta.add(frames[i].cepstrum[c] - frames[i - kDeltaLag].cepstrum[c]);
      }
    }
    *out++ = value.mean();
    *out++ = value.deviation();
    *out++ = delta.deviation();
  }
}

void summariseBands(std::span<const FrameValues> frames, std::span<const SyllableBand> syllables,
                    FrameRange range, float*& out) {
  for (std::size_t band = 0; band < kVocalBands; ++band) {
    Spread level, syllable;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      level.add(frames[i].level[band]);
      syllable.add(syllables[band].at(i));
    }
    *out++ = level.deviation();
    *out++ = syllable.deviation();
  }
}

void summariseGlides(std::span<const FrameValues> frames, FrameRange range, float*& out) {
  for (std::size_t t = 0; t < kVocalTracks; ++t) {
    Spread size, glide;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      size.add(std::fabs(frames[i].glide[t]));
      glide.add(frames[i].glide[t]);
    }
    *out++ = size.mean();
    *out++ = glide.deviation();
  }
  Spread peaks;
  for (std::size_t i = range.begin; i < range.end; ++i) peaks.add(frames[i].peakiness);
  *out++ = peaks.mean();
  *out++ = peaks.deviation();
}

}  // namespace

FeatureMatrix vocalFeatures(const FeatureMatrix& logMel) {
  const std::vector<FrameValues> frames = measureFrames(logMel);
  std::vector<SyllableBand> syllables;
  for (std::size_t band = 0; band < kVocalBands; ++band) {
    std::vector<float> level;
    for (const FrameValues& frame : frames) level.push_back(frame.level[band]);
    syllables.emplace_back(level);
  }
  FeatureMatrix rows((frames.size() + kHop - 1) / kHop, kVocalFeatures);
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::size_t middle = r * kHop;
    const FrameRange range{middle > kHalfWindow ? middle - kHalfWindow : 0,
                           std::min(frames.size(), middle + kHalfWindow)};
    float* out = rows.row(r).data();
    summariseCepstra(frames, range, out);
    summariseBands(frames, syllables, range, out);
    summariseGlides(frames, range, out);
  }
  return rows;
}

}  // namespace dju::music
