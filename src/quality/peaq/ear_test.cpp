#include "quality/peaq/ear.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace dju::quality::peaq {
namespace {

TEST(Ear, WeighsSoundAsTheFormulaSaysByHand) {
  // -2.184 + 6.5 exp(-0.6 * 2.3^2) - 0.001
  EXPECT_NEAR(outerAndMiddleEarDb(1000), -1.9131, 1e-4);
  // -2.184 * 3.3^-0.8 + 6.5 - 0.001 * 3.3^3.6
  EXPECT_NEAR(outerAndMiddleEarDb(3300), 5.5864, 1e-3);
  EXPECT_LT(outerAndMiddleEarDb(50), -23);
  EXPECT_NEAR(10 * std::log10(internalNoise(1000)), 1.456, 1e-9);
}

TEST(Ear, BandsAreThoseOfTheRecommendation) {
  const auto& edges = bandEdges();
  EXPECT_NEAR(edges[0].lower, 80, 1e-9);
  EXPECT_NEAR(edges[0].centre, 91.708, 5e-4);
  EXPECT_NEAR(edges[0].upper, 103.445, 5e-4);
  EXPECT_NEAR(edges[50].centre, 2183.564, 5e-4);
  // The recommendation's table was rounded on its way.
  EXPECT_NEAR(edges[108].lower, 17385.420, 3e-3);
  EXPECT_NEAR(edges[108].centre, 17690.045, 3e-3);
  EXPECT_NEAR(edges[108].upper, 18000, 1e-6);
}

TEST(Ear, ASineOfFullScaleIs92DbBetweenBins) {
  std::vector<float> sine(kFrame);
  for (int n = 0; n < kFrame; ++n)
    sine[n] = static_cast<float>(std::sin(2 * std::numbers::pi * 1019.5 * n / 48000));
  Ear ear;
  const Spectrum spectrum = ear.spectrum(sine);
  double greatest = 0;
  for (const double power : spectrum.power) greatest = std::max(greatest, power);
  EXPECT_NEAR(10 * std::log10(greatest), 92, 0.02);
}

TEST(Ear, GroupingKeepsTheEnergyBetweenTheOutermostEdges) {
  Ear ear;
  const Bands energy = ear.group(std::vector<double>(kBins, 1.0));
  double sum = 0;
  for (const double e : energy) sum += e;
  EXPECT_NEAR(sum, (18000.0 - 80) / (48000.0 / kFrame), 1e-6);
}

TEST(Ear, ZeroDbEverywhereStaysZeroDb) {
  Bands ones;
  ones.fill(1);
  for (const double e : spreadOverBands(ones)) EXPECT_NEAR(e, 1, 1e-12);
}

TEST(Ear, OneBandSpreadsUpwardsTheFurtherTheLouderItIs) {
  constexpr int kBand = 50;
  const auto spread = [](double energy) {
    Bands bands;
    bands.fill(1e-12);
    bands[kBand] = energy;
    return spreadOverBands(bands);
  };
  const Bands quiet = spread(1e6), loud = spread(1e8);
  // Upwards the slope is 24 + 230 / f - 0.2 L dB a Bark: 20 dB more make it 4 dB a Bark, so 1 dB a
  // band, flatter; downwards it is 27 dB a Bark at any level.
  const auto step = [](const Bands& bands, int from, int to) {
    return 10 * std::log10(bands[to] / bands[from]);
  };
  EXPECT_NEAR(step(loud, kBand + 4, kBand + 5) - step(quiet, kBand + 4, kBand + 5), 1, 1e-3);
  EXPECT_NEAR(step(loud, kBand - 4, kBand - 5), step(quiet, kBand - 4, kBand - 5), 1e-3);
  EXPECT_NEAR(step(loud, kBand - 1, kBand - 9), -27 * 2, 1);
}

}  // namespace
}  // namespace dju::quality::peaq
