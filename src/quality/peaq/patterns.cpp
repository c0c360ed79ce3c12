#include "quality/peaq/patterns.h"

#include <algorithm>
#include <cmath>

namespace dju::quality::peaq {
namespace {

double toward(double old, double now, double coefficient) {
  return coefficient * old + (1 - coefficient) * now;
}

}  // namespace

PatternMemory::PatternMemory()
    : smearing_(smoothing(0.030, 0.008)), adapting_(smoothing(0.050, 0.008)) {}

Patterns PatternMemory::next(const BandPair& unsmeared) {
  Patterns out;
  out.excitation = smear(unsmeared);
  out.adapted = adapt(out.excitation);
  out.modulation = modulate(unsmeared);
  out.referenceEnvelope = envelope_[0];
  return out;
}

// Forward masking: excitation falls slowly and rises at once.
BandPair PatternMemory::smear(const BandPair& unsmeared) {
  BandPair out;
  for (int s = 0; s < 2; ++s) {
    for (int i = 0; i < kBands; ++i) {
      smeared_[s][i] = toward(smeared_[s][i], unsmeared[s][i], smearing_[i]);
      out[s][i] = std::max(smeared_[s][i], unsmeared[s][i]);
    }
  }
  return out;
}

// The louder of both is brought down, so that a difference of level alone is not heard as one.
BandPair PatternMemory::adaptLevels(const BandPair& excitation) {
  double crossed = 0, ofTest = 0;
  for (int i = 0; i < kBands; ++i) {
    for (int s = 0; s < 2; ++s) level_[s][i] = toward(level_[s][i], excitation[s][i], adapting_[i]);
    crossed += std::sqrt(level_[0][i] * level_[1][i]);
    ofTest += level_[1][i];
  }
  const double ratio = (crossed / ofTest) * (crossed / ofTest);
  BandPair out = excitation;
  for (int i = 0; i < kBands; ++i) {
    if (ratio > 1)
      out[0][i] /= ratio;
    else
      out[1][i] *= ratio;
  }
  return out;
}

BandPair PatternMemory::adapt(const BandPair& excitation) {
  constexpr int kBelow = 3, kAbove = 4;  // neighbours over which corrections are averaged
  BandPair out = adaptLevels(excitation);
  BandPair correction;
  for (int i = 0; i < kBands; ++i) {
    product_[i] = adapting_[i] * product_[i] + out[1][i] * out[0][i];
    referenceSquare_[i] = adapting_[i] * referenceSquare_[i] + out[0][i] * out[0][i];
    const double ratio = product_[i] / referenceSquare_[i];
    correction[0][i] = std::min(ratio, 1.0);
    correction[1][i] = std::min(1 / ratio, 1.0);
  }
  for (int s = 0; s < 2; ++s) {
    for (int i = 0; i < kBands; ++i) {
      const int from = std::max(i - kBelow, 0), to = std::min(i + kAbove, kBands - 1);
      double sum = 0;
      for (int j = from; j <= to; ++j) sum += correction[s][j];
      correction_[s][i] = toward(correction_[s][i], sum / (to - from + 1), adapting_[i]);
      out[s][i] *= correction_[s][i];
    }
  }
  return out;
}

BandPair PatternMemory::modulate(const BandPair& unsmeared) {
  BandPair out;
  for (int s = 0; s < 2; ++s) {
    for (int i = 0; i < kBands; ++i) {
      const double loudness = std::pow(unsmeared[s][i], 0.3);
      const double speed = kFrameRate * std::abs(loudness - loudness_[s][i]);
      change_[s][i] = toward(change_[s][i], speed, adapting_[i]);
      envelope_[s][i] = toward(envelope_[s][i], loudness, adapting_[i]);
      loudness_[s][i] = loudness;
      out[s][i] = change_[s][i] / (1 + envelope_[s][i] / 0.3);
    }
  }
  return out;
}

double loudnessOf(const Bands& excitation) {
  struct Threshold {
    double energy, index, scale;
  };
  constexpr double kScale = 1.07664, kReference = 1e4, kExponent = 0.23;
  static const std::array<Threshold, kBands> thresholds = [] {
    std::array<Threshold, kBands> out;
    for (int i = 0; i < kBands; ++i) {
      const double hz = bandEdges()[i].centre;
      const double energy = std::pow(10, 0.1 * 3.64 * std::pow(hz / 1000, -0.8));
      const double indexDb =
          -2 - 2.05 * std::atan(hz / 4000) - 0.75 * std::atan((hz / 1600) * (hz / 1600));
      const double index = std::pow(10, indexDb / 10);
      out[i] = {energy, index, kScale * std::pow(energy / (index * kReference), kExponent)};
    }
    return out;
  }();
  double sum = 0;
  for (int i = 0; i < kBands; ++i) {
    const Threshold& t = thresholds[i];
    const double above = std::pow(1 - t.index + t.index * excitation[i] / t.energy, kExponent) - 1;
    sum += std::max(t.scale * above, 0.0);
  }
  return 24.0 / kBands * sum;
}

}  // namespace dju::quality::peaq
