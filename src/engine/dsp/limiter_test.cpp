#include "engine/dsp/limiter.h"

#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::toDb;

// Both channels alike through a limiter, in calls of at most a block.
std::vector<float> limit(PeakKind kind, const std::vector<float>& in) {
  Limiter limiter(kind);
  std::vector<float> out(2 * in.size());
  for (std::size_t done = 0; done < in.size();) {
    const int n = static_cast<int>(std::min<std::size_t>(kBlockFrames, in.size() - done));
    limiter.process(in.data() + done, in.data() + done, n, out.data() + 2 * done);
    done += n;
  }
  return out;
}

// The largest magnitude between samples: 16 points a sample by a long windowed sinc.
double truePeak(const std::vector<double>& x) {
  constexpr int kHalf = 32;
  double most = 0;
  for (std::size_t i = kHalf; i + kHalf < x.size(); ++i) {
    if (std::abs(x[i]) < 0.4) continue;  // its neighbourhood cannot hold the largest
    for (int p = -8; p < 8; ++p) {
      const double at = p / 16.0;
      double sum = 0;
      for (int t = -kHalf; t <= kHalf; ++t) {
        const double d = at - t;
        const double window = 0.5 + 0.5 * std::cos(M_PI * d / (kHalf + 1));
        sum += x[i + t] * (d == 0 ? 1 : std::sin(M_PI * d) / (M_PI * d)) * window;
      }
      most = std::max(most, std::abs(sum));
    }
  }
  return most;
}

TEST(Limiter, BelowTheCeilingItOnlyDelays) {
  Random random(1);
  std::vector<float> in(20000);
  for (float& v : in) v = static_cast<float>(random.uniform(-0.45, 0.45));
  for (const PeakKind kind : {PeakKind::kSample, PeakKind::kTrue}) {
    const auto out = limit(kind, in);
    for (std::size_t i = Limiter::kLatency; i < in.size(); ++i) {
      ASSERT_EQ(out[2 * i], in[i - Limiter::kLatency]);
    }
  }
}

TEST(Limiter, ReturnsToPureDelayAfterAPeak) {
  std::vector<float> in(12 * kSampleRate, 0.25F);
  in[1000] = 3;
  const auto out = limit(PeakKind::kTrue, in);
  EXPECT_EQ(out[2 * (11 * kSampleRate)], 0.25F);
}

TEST(Limiter, TruePeakStaysBelowMinusOneDb) {
  double worst = -100;
  for (const double hz : {50.0, 997.0, 6000.0, 11999.0, 12000.0, 15000.0}) {
    std::vector<float> in(12000);
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double gain = i > 3000 && i < 8000 ? 4 : 0.5;  // sudden, and four times too loud
      in[i] =
          static_cast<float>(gain * std::sin(2 * M_PI * hz * static_cast<double>(i) / 48000 + 0.8));
    }
    worst = std::max(worst, toDb(truePeak(test::channel(limit(PeakKind::kTrue, in), 0))));
  }
  Random random(9);
  std::vector<float> noise(24000);
  double once = 0, twice = 0;  // two poles near 4 kHz: brighter than music
  for (float& v : noise) {
    once += 0.42 * (random.uniform(-5, 5) - once);
    twice += 0.42 * (once - twice);
    v = static_cast<float>(twice);
  }
  const double noisy = toDb(truePeak(test::channel(limit(PeakKind::kTrue, noise), 0)));
  std::printf("true peak: sines %.2f dBTP, loud noise %.2f dBTP\n", worst, noisy);
  EXPECT_LT(worst, -1);
  EXPECT_LT(noisy, -1);
}

TEST(Limiter, SamplesNeverExceedTheCeiling) {
  Random random(2);
  std::vector<float> in(100000);
  for (float& v : in) v = static_cast<float>(random.uniform(-8, 8));
  for (const PeakKind kind : {PeakKind::kSample, PeakKind::kTrue}) {
    EXPECT_LT(toDb(test::peak(test::channel(limit(kind, in), 0))), -0.999);
  }
}

// Kicks over the ceiling twice a second under a steady tone: how much the tone's level moves, in
// dB.
double pumping(double kick) {
  std::vector<float> in(8 * kSampleRate);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double t = static_cast<double>(i) / kSampleRate;
    const double inBeat = std::fmod(t, 0.5);
    in[i] = static_cast<float>(0.1 * std::sin(2 * M_PI * 3000 * t) +
                               kick * std::exp(-inBeat * 20) * std::sin(2 * M_PI * 60 * inBeat));
  }
  const auto out = test::channel(limit(PeakKind::kTrue, in), 0);
  double low = 1, high = 0;
  for (std::size_t at = 6 * kSampleRate; at + 2400 < out.size(); at += 1200) {
    const double level = test::amplitudeAt(
        {out.begin() + static_cast<long>(at), out.begin() + static_cast<long>(at) + 2400}, 3000);
    low = std::min(low, level);
    high = std::max(high, level);
  }
  return toDb(high / low);
}

TEST(Limiter, HoldsADensePassageInsteadOfPumping) {
  const double few = pumping(1.3), many = pumping(1.7);
  std::printf("tone under kicks 4 and 6 dB too loud moves by %.2f and %.2f dB\n", few, many);
  EXPECT_LT(few, 2);
  EXPECT_LT(many, 3);
}

TEST(Limiter, BendsABassNoteLittle) {
  std::vector<float> in(4 * kSampleRate);
  for (std::size_t i = 0; i < in.size(); ++i) {
    in[i] = static_cast<float>(1.7 * std::sin(2 * M_PI * 60 * static_cast<double>(i) / 48000));
  }
  const auto out = test::channel(limit(PeakKind::kTrue, in), 0, 3 * kSampleRate);
  double harmonics = 0;
  for (int n = 2; n < 10; ++n) harmonics += std::pow(test::amplitudeAt(out, 60.0 * n), 2);
  const double thd = toDb(std::sqrt(harmonics) / test::amplitudeAt(out, 60));
  std::printf("60 Hz 6 dB too loud: THD %.1f dB\n", thd);
  EXPECT_LT(thd, -45);
}

// 1 kHz 6 dB too loud for a moment, over a quiet one: how long until the quiet one is back.
TEST(Limiter, ForgetsALonePeak) {
  std::vector<float> in(3 * kSampleRate);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double gain = i >= 48000 && i < 48240 ? 1.7 : 0.25;
    in[i] = static_cast<float>(gain * std::sin(2 * M_PI * static_cast<double>(i) / 48));
  }
  const auto out = test::channel(limit(PeakKind::kTrue, in), 0);
  std::size_t at = 48480;
  while (test::amplitudeAt(
             {out.begin() + static_cast<long>(at), out.begin() + static_cast<long>(at) + 480},
             1000) < 0.25 * 0.891) {
    at += 240;
  }
  std::printf("after 5 ms 6 dB too loud: within 1 dB after %.0f ms\n",
              static_cast<double>(at - 48240) / 48);
  EXPECT_LT(at - 48240, 48 * 400);
}

}  // namespace
}  // namespace dju::engine
