// Mel bands: triangular filters on Slaney's mel scale (Auditory Toolbox, 1998: linear below 1 kHz,
// logarithmic above), and the cepstrum of their levels. Built once, applied to a power spectrum per
// frame. apply() is const: any thread; neither apply allocates.
#pragma once

#include <span>
#include <vector>

#include "music/feature_definition.h"

namespace dju::music {

double melFromHz(double hz);
double hzFromMel(double mel);

class MelFilterBank {
 public:
  explicit MelFilterBank(const FeatureDefinition& definition);
  // Bins that a power spectrum must have room for; those past its end must be zero.
  std::size_t paddedBins() const { return paddedBins_; }
  // energy[band] = sum over bins of weight * power. power: paddedBins() values.
  void apply(std::span<const float> power, std::span<float> energy) const;

 private:
  // Weights of each band from its first bin on, with zeros up to a whole number of lanes.
  struct Band {
    std::size_t firstBin, firstWeight, count;
  };
  std::vector<Band> bands_;
  std::vector<float> weights_;
  std::size_t paddedBins_ = 0;
};

// Mel-frequency cepstral coefficients (Davis and Mermelstein 1980): the first `coefficients` of the
// orthonormal DCT-II of levels in dB.
class MelCepstrum {
 public:
  MelCepstrum(int bands, int coefficients);
  void apply(std::span<const float> levels, std::span<float> cepstrum) const;

 private:
  std::size_t bands_;
  std::vector<float> basis_;  // coefficients x bands
};

}  // namespace dju::music
