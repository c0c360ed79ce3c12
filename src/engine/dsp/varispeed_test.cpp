#include "engine/dsp/varispeed.h"

#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::toDb;

// The left channel of `frames` frames from `start` on at `speed`, scaled to full scale.
std::vector<double> readAt(const TrackAudio& audio, double start, double speed, int frames) {
  VarispeedReader reader(VarispeedBank::shared());
  std::vector<double> out;
  double position = start;
  while (static_cast<int>(out.size()) < frames) {
    double positions[kBlockFrames], speeds[kBlockFrames];
    float left[kBlockFrames], right[kBlockFrames];
    for (int i = 0; i < kBlockFrames; ++i, position += speed) {
      positions[i] = position;
      speeds[i] = speed;
    }
    reader.read(audio, positions, speeds, kBlockFrames, left, right);
    for (float v : left) out.push_back(static_cast<double>(v * audio.scale));
  }
  out.resize(frames);
  return out;
}

// Everything that is not the sine of `hz`, relative to it, in dB: the best fitting sine is taken
// away under a Blackman window.
double noiseDb(const std::vector<double>& x, double hz) {
  double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0;
  const auto n = static_cast<double>(x.size());
  std::vector<double> w(x.size()), c(x.size()), s(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = (static_cast<double>(i) + 0.5) / n;
    w[i] = 0.42 - 0.5 * std::cos(2 * M_PI * t) + 0.08 * std::cos(4 * M_PI * t);
    c[i] = std::cos(2 * M_PI * hz * static_cast<double>(i) / kSampleRate);
    s[i] = std::sin(2 * M_PI * hz * static_cast<double>(i) / kSampleRate);
    cc += w[i] * c[i] * c[i];
    ss += w[i] * s[i] * s[i];
    cs += w[i] * c[i] * s[i];
    xc += w[i] * x[i] * c[i];
    xs += w[i] * x[i] * s[i];
  }
  const double det = cc * ss - cs * cs;
  const double a = (xc * ss - xs * cs) / det, b = (xs * cc - xc * cs) / det;
  double residual = 0, signal = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double fit = a * c[i] + b * s[i];
    residual += w[i] * (x[i] - fit) * (x[i] - fit);
    signal += w[i] * fit * fit;
  }
  return 10 * std::log10(residual / signal);
}

// Prints what docs/engine.md states, and fails where it gets worse.
TEST(Varispeed, NoiseOfASineAtDjSpeeds) {
  for (const double hz : {100.0, 997.0, 5000.0, 10000.0, 15000.0, 18000.0}) {
    const auto track = test::sineTrack(3, hz, 0.98);
    double worst = -200;
    for (const double speed : {0.92, 0.97, 0.999, 1.013, 1.03, 1.08}) {
      worst =
          std::max(worst, noiseDb(readAt(track.loaded.audio, 4800.3, speed, 48000), hz * speed));
    }
    std::printf("THD+N of %.0f Hz, speeds 0.92 to 1.08: %.1f dB\n", hz, worst);
    EXPECT_LT(worst, hz <= 15000 ? -88 : -80);
  }
}

// What lies above the new Nyquist frequency must not come back as something audible.
TEST(Varispeed, AliasingOfFastRecords) {
  for (const double speed : {1.25, 1.5, 2.0, 3.0, 4.0, 8.0}) {
    double worst = -200;
    // Sources from where their image would fall below 20 kHz.
    for (double hz = 28000 / speed; hz < 23000; hz += 611) {
      const auto track = test::sineTrack(1.2 * speed + 0.2, hz, 0.9);
      worst = std::max(worst, toDb(test::rms(readAt(track.loaded.audio, 4800.3, speed, 24000)) /
                                   (0.9 * M_SQRT1_2)));
    }
    std::printf("alias level at speed %.2f: %.1f dB\n", speed, worst);
    EXPECT_LT(worst, -75) << speed;
  }
}

TEST(Varispeed, PassbandIsFlat) {
  for (const double hz : {20.0, 1000.0, 10000.0, 16000.0, 18000.0}) {
    const auto track = test::sineTrack(2, hz, 0.9);
    const auto out = readAt(track.loaded.audio, 4800.3, 1.03, 48000);
    EXPECT_NEAR(toDb(test::amplitudeAt(out, hz * 1.03) / 0.9), 0, 0.05) << hz;
  }
}

TEST(Varispeed, WholePositionsAtNormalSpeedAreTheStoredSamples) {
  const auto track = test::noiseTrack(1, 3, 0.99);
  const auto out = readAt(track.loaded.audio, 1000, 1, 4800);
  for (int i = 0; i < 4800; ++i) {
    ASSERT_EQ(out[i], (*track.samples)[2 * (1000 + i)] / 32768.0) << i;
  }
}

TEST(Varispeed, BackwardsIsTheMirrorImage) {
  const auto track = test::noiseTrack(1, 3, 0.5);
  const auto forward = readAt(track.loaded.audio, 10000.25, 0.5, 4800);
  const auto backward = readAt(track.loaded.audio, 10000.25 + 4799 * 0.5, -0.5, 4800);
  for (int i = 0; i < 4800; ++i) ASSERT_NEAR(forward[i], backward[4799 - i], 1e-5);
}

TEST(Varispeed, FiltersHandOverWithoutAStep) {
  const auto track = test::sineTrack(10, 3000, 0.9);
  VarispeedReader reader(VarispeedBank::shared());
  double position = 1000, speed = 0.9, phase = 0, before = 0, worst = 0;
  bool first = true;
  for (int block = 0; block < 100; ++block) {
    double positions[kBlockFrames], speeds[kBlockFrames];
    float left[kBlockFrames], right[kBlockFrames];
    for (int i = 0; i < kBlockFrames; ++i) {
      positions[i] = position;
      speeds[i] = speed;
      position += speed;
      speed += 1.5 / 24000;
    }
    reader.read(track.loaded.audio, positions, speeds, kBlockFrames, left, right);
    for (int i = 0; i < kBlockFrames; ++i) {
      phase = 2 * M_PI * 3000 * positions[i] / kSampleRate;
      const double error = static_cast<double>(left[i]) / 32768 - 0.9 * std::sin(phase);
      if (!first) worst = std::max(worst, std::abs(error - before));
      before = error;
      first = false;
    }
  }
  EXPECT_LT(worst, 2e-4);
}

TEST(Varispeed, OutsideOfTheTrackIsSilence) {
  const auto track = test::noiseTrack(0.1, 3, 0.5);
  EXPECT_EQ(test::peak(readAt(track.loaded.audio, -50000, 1.5, 4800)), 0);
  EXPECT_EQ(test::peak(readAt(track.loaded.audio, 6000, 15.9, 4800)), 0);
  EXPECT_GT(test::peak(readAt(track.loaded.audio, -2000, 0.7, 4800)), 0.1);
}

}  // namespace
}  // namespace dju::engine
