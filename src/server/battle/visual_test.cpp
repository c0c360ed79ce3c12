#include "server/battle/visual.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numbers>

namespace dju::server {
namespace {

// 1 kHz at −20 dBFS on the left, silence on the right.
void feedTone(Visual& visual, double hz, float amplitude) {
  RenderedBlock frame;
  int n = 0;
  for (int block = 0; block < 40; ++block) {
    frame.telemetry.frame = Frame(block * kBlockFrames);
    for (int i = 0; i < kBlockFrames; ++i, ++n) {
      frame.master[2 * i] =
          amplitude * static_cast<float>(std::sin(2 * std::numbers::pi * hz * n / kSampleRate));
      frame.master[2 * i + 1] = 0;
    }
    visual.add(frame);
  }
}

TEST(Visual, ToneStandsWhereItIs) {
  Visual visual;
  feedTone(visual, 1000, 0.1F);
  const std::string packed = visual.pack();
  ASSERT_EQ(packed.size(), 26U + 2 * 24U + Visual::kBins);
  const auto* bins = reinterpret_cast<const unsigned char*>(packed.data()) + 26 + 2 * 24;
  const auto top = std::max_element(bins, bins + Visual::kBins) - bins;
  EXPECT_NEAR(static_cast<double>(top), 256 * std::log10(1000.0 / 20) / 3, 1.5);
  // Half of −20 dB (mono sum of one side) is −26 dB: 64/80 of the range.
  EXPECT_NEAR(bins[top], 255.0 * 64 / 80, 3);
  std::uint16_t peakLeft = 0;
  std::memcpy(&peakLeft, packed.data() + 12, 2);
  EXPECT_NEAR(peakLeft, 2000, 5);
}

// Thirty pictures a second, two hundred blocks: what one block did must not be lost between them.
TEST(Visual, KeepsTheExtremesOfTheBlocksBetweenTwoPictures) {
  Visual visual;
  RenderedBlock frame;
  for (const auto& [gain, truePeak] : {std::pair{1.0F, 0.5F}, {0.5F, 1.1F}, {1.0F, 0.7F}}) {
    frame.telemetry.limiterGain = gain;
    frame.telemetry.masterTruePeak = truePeak;
    visual.add(frame);
  }
  const auto read = [](const std::string& packed) {
    std::uint16_t limiter = 0;
    std::int16_t truePeak = 0;
    std::memcpy(&limiter, packed.data() + 20, 2);
    std::memcpy(&truePeak, packed.data() + 22, 2);
    return std::pair<int, int>(limiter, truePeak);
  };
  EXPECT_EQ(read(visual.pack()), (std::pair{602, 83}));
  frame.telemetry.masterTruePeak = 0;
  visual.add(frame);
  EXPECT_EQ(read(visual.pack()), (std::pair{0, -12000}));
}

TEST(Visual, SilenceIsTheFloor) {
  Visual visual;
  feedTone(visual, 1000, 0.0F);
  const std::string packed = visual.pack();
  EXPECT_EQ(packed.back(), 0);
  EXPECT_EQ(visual.audioVisualization()["waveform"].size(), 128U);
}

}  // namespace
}  // namespace dju::server
