// What models hear: fine onsets lie where they are, and rows are the same however sound comes.
#include "music/sound_rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "core/time.h"

namespace dju::music {
namespace {

constexpr std::size_t kOnsetsBegin = 84;

// A kick: 50 Hz, falling off, from each given sample on.
std::vector<float> kicks(std::size_t samples, const std::vector<std::size_t>& at,
                         double gain = 0.5) {
  std::vector<float> sound(samples);
  for (const std::size_t begin : at) {
    for (std::size_t i = begin; i < samples; ++i) {
      const double t = static_cast<double>(i - begin) / kSampleRate;
      sound[i] += static_cast<float>(gain * std::exp(-t * 15) * std::sin(2 * M_PI * 50 * t));
    }
  }
  return sound;
}

std::vector<float> lowOnsets(const std::vector<float>& sound) {
  SoundRows rows;
  std::vector<float> onsets;
  rows.push(sound, [&](std::span<const float> row) {
    for (std::size_t quarter = 0; quarter < kOnsetQuarters; ++quarter)
      onsets.push_back(row[kOnsetsBegin + quarter * kFineOnsetBands]);
  });
  return onsets;
}

// When the strongest rise between two times lies, in ms.
double riseBetween(const std::vector<float>& onsets, double fromMs, double toMs) {
  double best = -1, at = 0;
  for (std::size_t i = 0; i < onsets.size(); ++i) {
    const double ms = 2.5 * (static_cast<double>(i) - 2 + 0.5);
    if (ms < fromMs || ms > toMs || onsets[i] <= best) continue;
    best = onsets[i];
    at = ms;
  }
  return at;
}

TEST(SoundRows, AnOnsetLiesWhereItIs) {
  const std::size_t at = 24000;
  EXPECT_NEAR(riseBetween(lowOnsets(kicks(48000, {at})), 450, 600), 500, 4);
}

TEST(SoundRows, LevelDoesNotMoveOnsets) {
  const auto loud = lowOnsets(kicks(48000, {9600, 33600}, 0.5));
  const auto soft = lowOnsets(kicks(48000, {9600, 33600}, 0.05));
  EXPECT_NEAR(riseBetween(loud, 650, 800), riseBetween(soft, 650, 800), 0.1);
  EXPECT_GT(loud[static_cast<std::size_t>(700 / 2.5) + 3], 0.0F);
}

TEST(SoundRows, SilenceHasNoOnsets) {
  for (const float rise : lowOnsets(std::vector<float>(24000))) EXPECT_EQ(rise, 0);
}

TEST(SoundRows, BlocksOfAnySizeGiveTheSameRows) {
  Random random(3);
  std::vector<float> sound(30000);
  for (float& sample : sound) sample = static_cast<float>(random.uniform(-0.3, 0.3));
  std::vector<float> whole, pieces;
  SoundRows first, second;
  first.push(sound, [&](std::span<const float> row) {
    whole.insert(whole.end(), row.begin(), row.end());
  });
  for (std::size_t from = 0; from < sound.size();) {
    const std::size_t count =
        std::min(sound.size() - from, static_cast<std::size_t>(1 + random.below(700)));
    second.push(std::span(sound).subspan(from, count), [&](std::span<const float> row) {
      pieces.insert(pieces.end(), row.begin(), row.end());
    });
    from += count;
  }
  EXPECT_EQ(whole, pieces);
  EXPECT_EQ(whole.size() % kSoundRowColumns, 0U);
}

TEST(SoundRows, ColumnsAndDefinitionAreNamed) {
  const auto columns = soundRowColumns();
  ASSERT_EQ(columns.size(), kSoundRowColumns);
  EXPECT_EQ(columns[7], "mel07");
  EXPECT_EQ(columns[84], "onset_0_low");
  EXPECT_EQ(columns[103], "onset_3_high");
  EXPECT_EQ(soundRowDefinitionHash().size(), 64U);
}

}  // namespace
}  // namespace dju::music
