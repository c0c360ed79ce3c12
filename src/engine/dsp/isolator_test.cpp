#include "engine/dsp/isolator.h"

#include <gtest/gtest.h>

#include <complex>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

// Gain in dB at `hz`, from the response to one impulse.
class Response {
 public:
  explicit Response(const std::vector<double>& gains) {
    Isolator isolator;
    for (int b = 0; b < kBandCount; ++b) isolator.gain(static_cast<Band>(b)).jump(gains[b]);
    left_.assign(48000, 0);
    std::vector<float> right(48000, 0);
    left_[0] = 1;
    isolator.process(left_.data(), right.data(), 48000);
    for (const float v : right) EXPECT_EQ(v, 0) << "the channels are apart";
  }
  double db(double hz) const { return test::toDb(std::abs(at(hz))); }
  // How much later a tone around `hz` comes out, in ms.
  double delayMs(double hz) const {
    const double turn = std::arg(at(hz * 1.001) / at(hz * 0.999));
    return -1000 * turn / (2 * M_PI * hz * 0.002);
  }

 private:
  std::complex<double> at(double hz) const {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < left_.size(); ++i) {
      sum += static_cast<double>(left_[i]) *
             std::polar(1.0, -2 * M_PI * hz * static_cast<double>(i) / kSampleRate);
    }
    return sum;
  }

  std::vector<float> left_;
};

TEST(Isolator, FlatFrom20HzTo20kHz) {
  const Response flat({1, 1, 1});
  double worst = 0;
  for (double hz = 20; hz <= 20000; hz *= 1.03) worst = std::max(worst, std::abs(flat.db(hz)));
  std::printf("isolator at unity: within %.4f dB\n", worst);
  EXPECT_LT(worst, 0.1);
}

// What being flat costs: an all-pass holds the bass back.
TEST(Isolator, DelaysTheBassByLessThanIsHeard) {
  const Response flat({1, 1, 1});
  double most = 0;
  for (double hz = 20; hz <= 20000; hz *= 1.03) most = std::max(most, flat.delayMs(hz));
  std::printf("isolator: late by %.1f ms at 60 Hz, %.1f at 250, %.1f at 500, %.1f at 1000\n",
              flat.delayMs(60), flat.delayMs(250), flat.delayMs(500), flat.delayMs(1000));
  EXPECT_LT(most, 6);
  EXPECT_LT(flat.delayMs(500), 3.2) << "audible from here on (Blauert and Laws 1978)";
  EXPECT_LT(flat.delayMs(1000), 2) << "the same";
}

TEST(Isolator, SoundsThreeFramesLater) {
  static_assert(Isolator::kLatency == 3);
  Isolator isolator;
  float left[8] = {1}, right[8] = {};
  isolator.process(left, right, 8);
  for (int i = 0; i < Isolator::kLatency; ++i) EXPECT_EQ(left[i], 0) << i;
  EXPECT_NE(left[Isolator::kLatency], 0);
}

TEST(Isolator, EqualGainsAreOneGain) {
  const Response response({2, 2, 2});
  for (double hz = 20; hz <= 20000; hz *= 1.2) EXPECT_NEAR(response.db(hz), 6.02, 0.1) << hz;
}

TEST(Isolator, CrossesOverAt250And2500HzAtMinusSixDb) {
  EXPECT_NEAR(Response({1, 0, 0}).db(250), -6.02, 0.05);
  EXPECT_NEAR(Response({0, 1, 1}).db(250), -6.02, 0.05);
  EXPECT_NEAR(Response({0, 0, 1}).db(2500), -6.02, 0.05);
  EXPECT_NEAR(Response({1, 1, 0}).db(2500), -6.02, 0.1);
}

TEST(Isolator, FallsBy48DbAnOctave) {
  const Response low({1, 0, 0});
  EXPECT_NEAR(low.db(1000) - low.db(2000), 48, 2);
  const Response high({0, 0, 1});
  EXPECT_NEAR(high.db(1250) - high.db(625), 48, 2);
}

TEST(Isolator, KillsByWhatItsSlopesAllow) {
  const Response noLow({0, 1, 1}), noMid({1, 0, 1}), noHigh({1, 1, 0});
  std::printf("low killed: 60 Hz %.1f, 100 Hz %.1f, 150 Hz %.1f dB\n", noLow.db(60), noLow.db(100),
              noLow.db(150));
  std::printf("mid killed: 790 Hz %.1f dB\n", noMid.db(790));
  std::printf("high killed: 6 kHz %.1f, 10 kHz %.1f, 14 kHz %.1f dB\n", noHigh.db(6000),
              noHigh.db(10000), noHigh.db(14000));
  for (double hz = 20; hz <= 100; hz *= 1.1) EXPECT_LT(noLow.db(hz), -60) << hz;
  for (double hz = 6000; hz <= 20000; hz *= 1.05) EXPECT_LT(noHigh.db(hz), -60) << hz;
  EXPECT_LT(noMid.db(790), -60);
  EXPECT_LT(test::toDb(0) + Response({0, 0, 0}).db(100), -200) << "all three: silence";
}

}  // namespace
}  // namespace dju::engine
