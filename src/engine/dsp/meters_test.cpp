// The meters against sounds whose levels are known.
#include <gtest/gtest.h>

#include "engine/dsp/true_peak.h"
#include "engine/dsp/vu_meter.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

TEST(TruePeakMeter, FindsThePeaksBetweenTheSamples) {
  double worst = 0;
  for (const double hz : {997.0, 6000.0, 12000.0, 15000.0}) {
    for (const double phase : {0.0, 0.4, M_PI / 4}) {
      TruePeakMeter meter;
      double shown = 0;
      for (int block = 0; block < 20; ++block) {
        std::vector<float> sound;
        for (int i = 0; i < kBlockFrames; ++i) {
          const double at = block * kBlockFrames + i;
          sound.push_back(0);
          sound.push_back(static_cast<float>(0.5 * std::sin(2 * M_PI * hz * at / 48000 + phase)));
        }
        const double peak = static_cast<double>(meter.measure(sound.data()));
        if (block > 0) shown = std::max(shown, peak);
      }
      worst = std::max(worst, std::abs(test::toDb(shown / 0.5)));
    }
  }
  std::printf("true peak of sines up to 15 kHz: within %.2f dB\n", worst);
  EXPECT_LT(worst, 0.3);
}

TEST(VuMeter, ReachesASinesRmsIn300Ms) {
  VuMeter meter;
  double shown = 0;
  int blocks = 0;
  for (; shown < 0.99 * 0.5 * M_SQRT1_2; ++blocks) {
    double magnitudes = 0;
    for (int i = 0; i < kBlockFrames; ++i) {
      magnitudes += std::abs(0.5 * std::sin(2 * M_PI * 1000 * i / 48000.0));
    }
    shown = static_cast<double>(meter.next(magnitudes, 1));
    ASSERT_LT(blocks, 100);
  }
  EXPECT_NEAR(blocks * 5, 300, 10);
  for (int i = 0; i < 200; ++i) shown = static_cast<double>(meter.next(0, 1));
  EXPECT_LT(shown, 1e-6);
}

}  // namespace
}  // namespace dju::engine
