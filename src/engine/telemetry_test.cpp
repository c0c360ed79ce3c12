#include "engine/telemetry.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace dju::engine {
namespace {

// Every field with a value of its own.
Telemetry sample() {
  Telemetry t;
  t.frame = Frame(123456789012);
  t.deckCount = 2;
  float next = 0.5F;
  const auto number = [&] { return next += 1; };
  for (int d = 0; d < 2; ++d) {
    DeckTelemetry& deck = t.decks[d];
    deck.position = -1234.5678 + d;
    deck.cuePosition = 48000.25 + d;
    for (int n = 0; n < kHotCues; ++n) deck.hotCuePosition[n] = 1000.5 * n + d;
    deck.rate = number();
    deck.tempoPercent = number();
    deck.bpm = number();
    deck.beatPhase = number();
    deck.barBeat = number();
    deck.keyShift = number();
    deck.trimGain = number();
    deck.eqLow = number();
    deck.eqMid = number();
    deck.eqHigh = number();
    deck.faderGain = number();
    deck.crossfaderGain = number();
    deck.audibleShare = number();
    deck.peak = number();
    deck.autoGain = number();
    deck.filter = number();
    deck.vu = number();
    for (float& mix : deck.fxMix) mix = number();
    deck.track = 0xabcdef01U + static_cast<std::uint32_t>(d);
    deck.flags = kDeckLoaded | kDeckKillHigh | 0x80000000U;
    deck.lastControl = 0x1234;
    deck.lastPlayer = 1;
    deck.fxOn = 5;
    deck.hotCues = 0xa5;
  }
  t.crossfader = number();
  t.masterGain = number();
  t.limiterGain = number();
  t.masterPeak = {number(), number()};
  t.masterRms = {number(), number()};
  t.masterVu = {number(), number()};
  t.masterTruePeak = number();
  t.masterFxMix = number();
  t.masterFxOn = true;
  t.samplers = 0x81;
  return t;
}

std::vector<std::uint8_t> fixture() {
  std::ifstream in(DJU_SOURCE_DIR "/src/engine/fixtures/telemetry-v2.bin", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The bytes are a promise to every reader: a change of layout needs a new version and a new file.
TEST(Telemetry, WritesTheBytesOfItsVersion) {
  EXPECT_EQ(encode(sample()), fixture());
}

TEST(Telemetry, ReadsThemBack) {
  const auto bytes = fixture();
  const auto decoded = decodeTelemetry(bytes.data(), bytes.size());
  ASSERT_TRUE(decoded.ok()) << decoded.error().what();
  EXPECT_EQ(*decoded, sample());
}

TEST(Telemetry, RefusesOtherVersionsAndSizes) {
  auto bytes = encode(sample());
  EXPECT_FALSE(decodeTelemetry(bytes.data(), 0).ok());
  EXPECT_FALSE(decodeTelemetry(bytes.data(), bytes.size() - 1).ok());
  bytes.push_back(0);
  EXPECT_FALSE(decodeTelemetry(bytes.data(), bytes.size()).ok());
  bytes.pop_back();
  bytes[2] = 0;
  EXPECT_FALSE(decodeTelemetry(bytes.data(), bytes.size()).ok());
  bytes[2] = 5;
  EXPECT_FALSE(decodeTelemetry(bytes.data(), bytes.size()).ok());
  bytes[2] = 2;
  bytes[0] = 1;
  const auto other = decodeTelemetry(bytes.data(), bytes.size());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace dju::engine
