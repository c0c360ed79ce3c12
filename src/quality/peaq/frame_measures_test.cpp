#include "quality/peaq/frame_measures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "quality/peaq/error_harmonics.h"
#include "quality/peaq/model_outputs.h"

namespace dju::quality::peaq {
namespace {

TEST(Detection, StepFollowsTheFormulaByHand) {
  // 5.95072 (6.39468 / 60)^1.71332 + 9.01033e-11 * 60^4 + 5.05622e-6 * 60^3
  //   - 0.00102438 * 60^2 + 0.0550197 * 60 - 0.198719
  EXPECT_NEAR(detectionStepDb(60), 0.63643, 1e-4);
  EXPECT_EQ(detectionStepDb(0), 1e30);
}

TEST(Detection, HalfOfTheListenersHearOneStep) {
  const double step = detectionStepDb(60);
  EXPECT_NEAR(detectionProbability(60 - step, 60), 0.5, 1e-9);
  EXPECT_NEAR(detectionProbability(60, 60), 0, 1e-12);
  // Added sound is heard by a steeper curve: 1 - 0.5^(2^6).
  EXPECT_NEAR(detectionProbability(60 - 2 * step, 60), 1, 1e-9);
  EXPECT_NEAR(detectionProbability(60 - step / 2, 60), 1 - std::pow(0.5, 1.0 / 64), 1e-9);
}

TEST(Detection, TheBetterEarCounts) {
  Detection left, right;
  left.probability[10] = 0.5;
  right.probability[10] = 0.2;
  right.probability[90] = 0.5;
  left.steps[10] = 1;
  right.steps[10] = 3;
  const FrameDetection both = detectedByEitherEar({left, right});
  EXPECT_NEAR(both.probability, 0.75, 1e-12);
  EXPECT_NEAR(both.steps, 3, 1e-12);
}

TEST(Bandwidth, EndsWhereTheSpectrumFallsIntoTheNoise) {
  SpectrumPair spectra;
  for (Spectrum& s : spectra) s.power.assign(kBins, 1);
  for (int k = 0; k < 700; ++k) spectra[0].power[k] = 100;
  for (int k = 0; k < 500; ++k) spectra[1].power[k] = 100;
  const Bandwidth found = bandwidth(spectra);
  EXPECT_EQ(found.reference, 700);
  EXPECT_EQ(found.test, 500);
}

TEST(NoiseToMask, IsTheRatioToTheMaskBelowExcitation) {
  Bands excitation, noise;
  excitation.fill(1000);
  noise.fill(1000);
  const NoiseToMask ratio = noiseToMask(noise, excitation);
  // 3 dB up to 12 Bark, a quarter of the Bark, 6.75 dB, in the last band.
  EXPECT_NEAR(10 * std::log10(ratio.greatest), 6.75, 1e-9);
  EXPECT_GT(ratio.mean, std::pow(10, 0.3));
}

TEST(ErrorHarmonics, AnErrorAtEveryTenthBinIsHarmonicAndRandomOneLess) {
  SpectrumPair comb, random;
  for (SpectrumPair* pair : {&comb, &random}) {
    for (Spectrum& s : *pair) s.power.assign(kBins, 1);
  }
  Random chance(4);
  for (int k = 0; k < kBins; ++k) {
    if (k % 10 == 0) comb[1].power[k] = 10;
    random[1].power[k] = chance.uniform(0.1, 1.9);
  }
  ErrorHarmonics harmonics;
  EXPECT_GT(harmonics.strength(comb), 3 * harmonics.strength(random));
  EXPECT_EQ(harmonics.strength({comb[0], comb[0]}), 0);
}

TEST(Network, GradesTheEndsOfItsScale) {
  EXPECT_NEAR(gradeOf(0), (-3.98 + 0.22) / 2, 1e-12);
  EXPECT_NEAR(gradeOf(-100), -3.98, 1e-9);
  EXPECT_NEAR(gradeOf(100), 0.22, 1e-9);
}

}  // namespace
}  // namespace dju::quality::peaq
