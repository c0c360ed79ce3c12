#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "audio/test_files.h"
#include "core/random.h"
#include "music/loudness.h"
#include "music/waveform.h"

namespace dju::music {
namespace {

std::vector<std::int16_t> quantised(const std::vector<float>& sound) {
  std::vector<std::int16_t> out;
  for (const float sample : sound)
    out.push_back(static_cast<std::int16_t>(std::lround(sample * 32767)));
  return out;
}

audio::PcmView viewOf(const std::vector<std::int16_t>& samples) {
  return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale};
}

std::vector<std::int16_t> sine(double hz, double level, std::size_t frames) {
  std::vector<float> sound(frames * 2);
  for (std::size_t i = 0; i < frames; ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / kSampleRate;
    sound[2 * i] = sound[2 * i + 1] = static_cast<float>(level * std::sin(phase));
  }
  return quantised(sound);
}

struct LevelEntry {
  std::uint32_t framesPerColumn, columns, offset;
};

LevelEntry levelOf(const std::string& blob, std::size_t index) {
  LevelEntry entry{};
  std::memcpy(&entry, blob.data() + 16 + 12 * index, sizeof entry);
  return entry;
}

int valueAt(const std::string& blob, const LevelEntry& level, std::size_t column,
            std::size_t band) {
  return static_cast<unsigned char>(blob[level.offset + 4 * column + band]);
}

// Levels, offsets and sizes as docs/waveform.md says, for any length.
TEST(WaveformTest, HasTheDocumentedLayoutForAnyLength) {
  Random random(7);
  for (const std::size_t frames : {std::size_t{0}, std::size_t{1}, std::size_t{255},
                                   std::size_t{256}, std::size_t{48000}, std::size_t{100001}}) {
    std::vector<std::int16_t> samples(frames * 2);
    for (auto& sample : samples) sample = static_cast<std::int16_t>(random.below(65536) - 32768);
    const std::string blob = makeWaveform(viewOf(samples));
    ASSERT_EQ(blob.substr(0, 5), std::string("DJUW\1"));
    ASSERT_EQ(blob[5], 5);
    std::size_t expectedOffset = 16 + 5 * 12;
    for (std::size_t i = 0; i < 5; ++i) {
      const LevelEntry level = levelOf(blob, i);
      EXPECT_EQ(level.offset, expectedOffset);
      if (i < 4) {
        EXPECT_EQ(level.columns, (frames + level.framesPerColumn - 1) / level.framesPerColumn);
      }
      expectedOffset += std::size_t{level.columns} * 4;
    }
    EXPECT_EQ(levelOf(blob, 4).columns, 1200U);
    EXPECT_EQ(blob.size(), expectedOffset);
  }
}

TEST(WaveformTest, SoundThatIsBeingMadeGivesTheSame) {
  Random random(9);
  // Of a length at which the overview's columns are whole ones of the finest zoom.
  std::vector<std::int16_t> samples(std::size_t{1200} * 256 * 2);
  for (auto& sample : samples) sample = static_cast<std::int16_t>(random.below(65536) - 32768);
  std::vector<float> sound;
  for (const std::int16_t sample : samples)
    sound.push_back(static_cast<float>(sample) * audio::kUnityScale);
  WaveformWriter writer;
  constexpr std::size_t kBlock = 480;
  for (std::size_t at = 0; at < sound.size(); at += kBlock)
    writer.push(std::span(sound).subspan(at, std::min(kBlock, sound.size() - at)));
  EXPECT_EQ(writer.finish(), makeWaveform(viewOf(samples)));
  EXPECT_EQ(levelOf(WaveformWriter().finish(), 4).columns, 1200U);
}

// A coarse column is the loudest of the fine ones it covers.
TEST(WaveformTest, ZoomsAgreeWithEachOther) {
  const std::vector<std::int16_t> samples = quantised(dju::testing::clickTrack(5, 120, 48000));
  const std::string blob = makeWaveform(viewOf(samples));
  const LevelEntry fine = levelOf(blob, 0), coarse = levelOf(blob, 1);
  for (std::size_t column = 0; column < coarse.columns; ++column) {
    for (std::size_t band = 0; band < 4; ++band) {
      int loudest = 0;
      for (std::size_t i = 4 * column; i < std::min<std::size_t>(4 * column + 4, fine.columns);
           ++i) {
        loudest = std::max(loudest, valueAt(blob, fine, i, band));
      }
      ASSERT_EQ(valueAt(blob, coarse, column, band), loudest);
    }
  }
}

TEST(WaveformTest, ShowsEachBandWhereItBelongs) {
  const double hz[] = {60, 790, 7919};
  for (std::size_t band = 0; band < 3; ++band) {
    const std::string blob = makeWaveform(viewOf(sine(hz[band], 0.25, 48000)));
    const LevelEntry level = levelOf(blob, 2);
    EXPECT_NEAR(valueAt(blob, level, 5, band), 127.5, 4) << "round(255 * sqrt(0.25))";
    EXPECT_NEAR(valueAt(blob, level, 5, 3), 127.5, 2);
    for (std::size_t other = 0; other < 3; ++other) {
      if (other != band) {
        EXPECT_LT(valueAt(blob, level, 5, other), 40) << hz[band];
      }
    }
  }
}

TEST(LoudnessTest, MeasuresTheReferenceSine) {
  // ITU-R BS.1770-4: 0 dBFS at 997 Hz in one channel is -3.01 LUFS, so -20 dBFS in both is -20
  // LUFS.
  const TrackLoudness loudness = measureLoudness(viewOf(sine(997, 0.1, 480000)));
  EXPECT_NEAR(loudness.integratedLufs, -20, 0.1);
  EXPECT_NEAR(loudness.truePeakDbtp, -20, 0.1);
  const std::vector<std::int16_t> silence(96000);
  EXPECT_EQ(measureLoudness(viewOf(silence)).integratedLufs, -70);
}

TEST(LoudnessTest, AutoGainReachesItsTargetUnlessThePeakForbids) {
  EXPECT_EQ(autoGainDb(-8.5, 0.4), -5.5);
  EXPECT_EQ(autoGainDb(-17, -6), 3);
  EXPECT_EQ(autoGainDb(-17, -2), 0.7) << "the peak's gain";
  EXPECT_EQ(autoGainDb(-15, 0), -1.3) << "a quiet track with a peak at full scale";
  EXPECT_EQ(autoGainDb(-40, -30), 12);
  EXPECT_EQ(autoGainDb(-70, -70), 0) << "silence, or not measured";
  EXPECT_EQ(autoGainDb(std::nan(""), 0), 0);
}

}  // namespace
}  // namespace dju::music
