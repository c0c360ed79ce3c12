#include "music/chroma.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "music/lanes.h"

namespace dju::music {
namespace {

constexpr double kOctaveCentreHz = 880;  // where a bin counts most
constexpr double kOctaveWidth = 2;       // octaves, standard deviation
constexpr double kSilence = 1e-10;       // power, relative to full scale

// Semitones above C.
double pitchOf(double hz, double tuningCents) {
  return 12 * std::log2(hz / 440) + 9 - tuningCents / 100;
}

std::array<std::array<float, kPitchClasses>, 6> makeTonnetz() {
  constexpr double kPi = std::numbers::pi;
  std::array<std::array<float, kPitchClasses>, 6> basis{};
  for (std::size_t l = 0; l < kPitchClasses; ++l) {
    const double fifths = static_cast<double>(l) * 7 * kPi / 6;
    const double minorThirds = static_cast<double>(l) * 3 * kPi / 2;
    const double majorThirds = static_cast<double>(l) * 2 * kPi / 3;
    basis[0][l] = static_cast<float>(std::sin(fifths));
    basis[1][l] = static_cast<float>(std::cos(fifths));
    basis[2][l] = static_cast<float>(std::sin(minorThirds));
    basis[3][l] = static_cast<float>(std::cos(minorThirds));
    basis[4][l] = static_cast<float>(0.5 * std::sin(majorThirds));
    basis[5][l] = static_cast<float>(0.5 * std::cos(majorThirds));
  }
  return basis;
}

}  // namespace

// Ellis, "Chroma feature analysis and synthesis" (2007): each bin spreads over the pitch classes by
// a Gaussian as wide as the bin itself, at least a semitone, its weights' squares add up to 1, and
// a Gaussian over octaves prefers the middle register.
ChromaFilterBank::ChromaFilterBank(const FeatureDefinition& definition, double tuningCents) {
  const double binHz = static_cast<double>(definition.sampleRate) / definition.window;
  firstBin_ = static_cast<std::size_t>(std::max(1.0, std::ceil(definition.chromaLowHz / binHz)));
  const auto last = static_cast<std::size_t>(std::floor(definition.chromaHighHz / binHz));
  count_ = last >= firstBin_ ? last - firstBin_ + 1 : 0;
  silence_ = static_cast<float>(definition.fullScale * kSilence);
  weights_.resize(kPitchClasses * count_);
  for (std::size_t i = 0; i < count_; ++i) {
    const double hz = static_cast<double>(firstBin_ + i) * binHz;
    const double pitch = pitchOf(hz, tuningCents);
    const double width = std::max(1.0, pitchOf(hz + binHz, tuningCents) - pitch);
    std::array<double, kPitchClasses> column{};
    double squares = 0;
    for (std::size_t c = 0; c < kPitchClasses; ++c) {
      const double distance = std::remainder(pitch - static_cast<double>(c), 12);
      column[c] = std::exp(-0.5 * std::pow(2 * distance / width, 2));
      squares += column[c] * column[c];
    }
    const double octaves = std::log2(hz / kOctaveCentreHz) / kOctaveWidth;
    const double scale = std::exp(-0.5 * octaves * octaves) / std::sqrt(squares);
    for (std::size_t c = 0; c < kPitchClasses; ++c) {
      weights_[c * count_ + i] = static_cast<float>(column[c] * scale);
    }
  }
}

void ChromaFilterBank::apply(std::span<const float> power, std::span<float> chroma) const {
  const float* from = power.data() + firstBin_;
  float largest = 0;
  for (std::size_t c = 0; c < kPitchClasses; ++c) {
    const float* weight = weights_.data() + c * count_;
    chroma[c] = laneSum(count_, [&](std::size_t i) { return from[i] * weight[i]; });
    largest = std::max(largest, chroma[c]);
  }
  const float scale = largest > silence_ ? 1 / largest : 0;
  for (float& value : chroma) value *= scale;
}

void tonnetz(std::span<const float> chroma, std::span<float> centroid) {
  static const auto kBasis = makeTonnetz();
  float sum = 0;
  for (const float value : chroma) sum += value;
  const float scale = sum > 0 ? 1 / sum : 0;
  for (std::size_t d = 0; d < kBasis.size(); ++d) {
    float value = 0;
    for (std::size_t l = 0; l < kPitchClasses; ++l) value += kBasis[d][l] * chroma[l];
    centroid[d] = value * scale;
  }
}

}  // namespace dju::music
