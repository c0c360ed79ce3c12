#include "quality/peaq/frame_measures.h"

#include <algorithm>
#include <cmath>

namespace dju::quality::peaq {
namespace {

const Bands& noiseFloor() {
  static const Bands floor = [] {
    Bands out;
    for (int i = 0; i < kBands; ++i) out[i] = internalNoise(bandEdges()[i].centre);
    return out;
  }();
  return floor;
}

// How far masking lies below excitation: 3 dB up to 12 Bark, then a quarter of the Bark (eq. 25).
const Bands& maskingFactors() {
  static const Bands factors = [] {
    Bands out;
    for (int i = 0; i < kBands; ++i) {
      const double bark = i * kBandWidthBark;
      out[i] = std::pow(10, -0.1 * (bark <= 12 ? 3 : 0.25 * bark));
    }
    return out;
  }();
  return factors;
}

double decibels(double energy) {
  return 10 * std::log10(energy);
}

}  // namespace

ModulationDifference modulationDifference(const Patterns& patterns) {
  constexpr double kLevelWeight = 100, kLostWeight = 0.1, kOffset = 1, kLenientOffset = 0.01;
  ModulationDifference out;
  const auto& [reference, test] = patterns.modulation;
  for (int i = 0; i < kBands; ++i) {
    const double difference = std::abs(test[i] - reference[i]);
    const double counted = test[i] < reference[i] ? kLostWeight * difference : difference;
    out.plain += difference / (kOffset + reference[i]);
    out.lenient += counted / (kLenientOffset + reference[i]);
    const double envelope = patterns.referenceEnvelope[i];
    out.weight += envelope / (envelope + kLevelWeight * std::pow(noiseFloor()[i], 0.3));
  }
  out.plain *= 100.0 / kBands;
  out.lenient *= 100.0 / kBands;
  return out;
}

double noiseLoudness(const Patterns& patterns) {
  constexpr double kMasking = 1.5, kPerModulation = 0.15, kWithout = 0.5, kExponent = 0.23;
  const auto& [referenceModulation, testModulation] = patterns.modulation;
  const auto& [reference, test] = patterns.adapted;
  double sum = 0;
  for (int i = 0; i < kBands; ++i) {
    const double ofReference = kPerModulation * referenceModulation[i] + kWithout;
    const double ofTest = kPerModulation * testModulation[i] + kWithout;
    const double beta = std::exp(-kMasking * (test[i] - reference[i]) / reference[i]);
    const double added = std::max(ofTest * test[i] - ofReference * reference[i], 0.0);
    const double masked = noiseFloor()[i] + ofReference * reference[i] * beta;
    sum += std::pow(noiseFloor()[i] / ofTest, kExponent) *
           (std::pow(1 + added / masked, kExponent) - 1);
  }
  return std::max(24.0 / kBands * sum, 0.0);
}

Bandwidth bandwidth(const SpectrumPair& spectra) {
  constexpr int kNoiseFrom = 921, kLowest = 346;  // 21.6 and 8.1 kHz
  const auto& [reference, test] = spectra;
  const double noise =
      *std::max_element(test.power.begin() + kNoiseFrom, test.power.begin() + kFrame / 2);
  Bandwidth out;
  int bin = kNoiseFrom - 1;
  while (bin > kLowest && reference.power[bin] < 10 * noise) --bin;
  if (bin == kLowest) return out;
  out.reference = bin + 1;
  while (bin >= 0 && test.power[bin] < std::sqrt(10.0) * noise) --bin;
  out.test = bin + 1;
  return out;
}

std::vector<double> noisePower(const SpectrumPair& spectra) {
  std::vector<double> noise(kBins);
  for (int k = 0; k < kBins; ++k) {
    const double difference = std::sqrt(spectra[0].weighted[k]) - std::sqrt(spectra[1].weighted[k]);
    noise[k] = difference * difference;
  }
  return noise;
}

NoiseToMask noiseToMask(const Bands& noise, const Bands& referenceExcitation) {
  NoiseToMask out;
  for (int i = 0; i < kBands; ++i) {
    const double ratio = noise[i] / (maskingFactors()[i] * referenceExcitation[i]);
    out.mean += ratio / kBands;
    out.greatest = std::max(out.greatest, ratio);
  }
  return out;
}

double detectionStepDb(double levelDb) {
  if (levelDb <= 0) return 1e30;
  const double l = levelDb;
  return 5.95072 * std::pow(6.39468 / l, 1.71332) + 9.01033e-11 * l * l * l * l +
         5.05622e-6 * l * l * l - 0.00102438 * l * l + 0.0550197 * l - 0.198719;
}

double detectionProbability(double referenceDb, double testDb) {
  // What is missing is heard less readily than what was added, in the shape of the curve.
  const double lost = referenceDb - testDb;
  const double level = 0.3 * std::max(referenceDb, testDb) + 0.7 * testDb;
  const double exponent = lost > 0 ? 4 : 6;
  return 1 - std::pow(0.5, std::pow(std::abs(lost) / detectionStepDb(level), exponent));
}

Detection detection(const BandPair& excitation) {
  Detection out;
  for (int i = 0; i < kBands; ++i) {
    const double reference = decibels(excitation[0][i]), test = decibels(excitation[1][i]);
    out.probability[i] = detectionProbability(reference, test);
    const double level = 0.3 * std::max(reference, test) + 0.7 * test;
    out.steps[i] = std::abs(std::trunc(reference - test)) / detectionStepDb(level);
  }
  return out;
}

}  // namespace dju::quality::peaq
