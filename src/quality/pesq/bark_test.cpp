#include "quality/pesq/bark.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "quality/pesq/disturbance.h"

namespace dju::quality::pesq {
namespace {

// The recommendation calibrates its model with 1 kHz at 40 dB SPL, an amplitude of 29.54.
BarkBands calibrationTone() {
  Samples tone(4096);
  for (std::size_t i = 0; i < tone.size(); ++i) {
    const double phase = 2 * std::numbers::pi * 1000 * static_cast<double>(i) / kSpeechRate;
    tone[i] = static_cast<float>(29.54 * std::sin(phase));
  }
  return SpeechEar().power(tone, 1024);
}

TEST(Bark, FortyDecibelsAtOneKilohertzAreTenThousand) {
  const BarkBands power = calibrationTone();
  EXPECT_NEAR(*std::max_element(power.begin(), power.end()), 1e4, 5);
}

TEST(Bark, FortyDecibelsAtOneKilohertzAreOneSone) {
  const BarkBands density = loudness(calibrationTone());
  double sone = 0;
  for (int band = 1; band < kBarkBands; ++band) sone += density[band] * barkBands()[band].widthBark;
  EXPECT_NEAR(sone, 1, 0.005);
}

TEST(Bark, TheBandsShareAllBinsBelowEightKilohertz) {
  int bins = 0;
  for (const BarkBand& band : barkBands()) bins += band.bins;
  EXPECT_LE(bins, kSpeechFrame / 2);
  EXPECT_GE(bins, kSpeechFrame / 2 - 16);
}

TEST(Disturbance, AddedSoundDisturbsMoreThanLostSound) {
  BarkBands quiet, loud;
  quiet.fill(1e4);
  loud.fill(1e6);
  const Disturbance added = frameDisturbance(quiet, loud), lost = frameDisturbance(loud, quiet);
  EXPECT_NEAR(added.plain, lost.plain, 1e-9);
  EXPECT_GT(added.asymmetric, 0);
  EXPECT_EQ(lost.asymmetric, 0);
}

TEST(Disturbance, AQuarterOfTheSofterLoudnessMasks) {
  BarkBands reference, test;
  reference.fill(1e9);
  test.fill(1.2e9);
  EXPECT_EQ(frameDisturbance(reference, test).plain, 0);
}

}  // namespace
}  // namespace dju::quality::pesq
