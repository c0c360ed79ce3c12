#include "analysis/material.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace dju::bench {
namespace {

demo::TrackRecipe shortRecipe(demo::Genre genre) {
  demo::DemoOptions options;
  options.seed = 11;
  options.seconds = 20;  // the shortest arrangement
  return demo::drawRecipe(options, genre, 0);
}

double power(const std::vector<float>& samples, double from, double to) {
  double sum = 0;
  const auto begin = static_cast<std::size_t>(from * 48000);
  const auto end = std::min(samples.size(), static_cast<std::size_t>(to * 48000));
  for (std::size_t i = begin; i < end; ++i) {
    sum += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
  }
  return end > begin ? sum / static_cast<double>(end - begin) : 0;
}

TEST(Material, truthIsTheScores) {
  const demo::TrackRecipe recipe = shortRecipe(demo::Genre::kDubstep);
  const demo::Score score = demo::arrange(recipe);
  const Truth truth = truthOf(recipe, score);
  EXPECT_EQ(truth.beats.size(), score.beats.size());
  EXPECT_EQ(truth.downbeats.size() * 4, truth.beats.size());
  EXPECT_DOUBLE_EQ(truth.bpmAlternative, truth.bpm / 2);
  EXPECT_EQ(music::keyName(*truth.key), recipe.keyName());
  EXPECT_EQ(truth.sections.size(), score.sections.size());
  EXPECT_EQ(truth.sections.front().label, "intro");
  EXPECT_EQ(truth.genre, "dubstep");
  ASSERT_TRUE(truth.vocals);
  EXPECT_TRUE(truth.vocals->empty());
}

TEST(Material, aDropHasMoreEnergyThanABreakdownAndAnIntro) {
  for (int genre = 0; genre < demo::kGenreCount; ++genre) {
    const demo::TrackRecipe recipe = shortRecipe(static_cast<demo::Genre>(genre));
    const demo::Score score = demo::arrange(recipe);
    const Curve energy = truthOf(recipe, score).energy;
    ASSERT_EQ(energy.values.size(), static_cast<std::size_t>(score.bars));
    double drop = 0, breakdown = 0;
    for (const demo::Section& section : score.sections) {
      const double value = energy.values[static_cast<std::size_t>(section.startBar)];
      if (section.kind == demo::SectionKind::kDrop) drop = value;
      if (section.kind == demo::SectionKind::kBreakdown) breakdown = value;
    }
    EXPECT_GT(drop, breakdown) << recipe.title;
    EXPECT_GT(drop, energy.values.front()) << recipe.title;
  }
}

TEST(Material, theSingerSoundsInItsLinesAndNowhereElse) {
  const demo::TrackRecipe recipe = shortRecipe(demo::Genre::kHouse);
  const demo::Score score = demo::arrange(recipe);
  const VoiceTake take = sing(recipe, score, 3);
  ASSERT_GT(take.lines.size(), 2U);
  double before = 0;
  for (const Interval& line : take.lines) {
    EXPECT_GT(line.end - line.start, 2);
    EXPECT_GT(power(take.samples, line.start, line.end), 1e-6);
    EXPECT_LT(power(take.samples, before, line.start), 1e-12);
    before = line.end;
  }
  EXPECT_TRUE(std::all_of(take.samples.begin(), take.samples.end(),
                          [](float x) { return std::isfinite(x) && std::fabs(x) < 4; }));
  EXPECT_EQ(take.samples, sing(recipe, score, 3).samples);
  EXPECT_NE(take.samples, sing(recipe, score, 4).samples);
}

// The sung tone is the note's: the strongest lag of the autocorrelation of a long syllable lies on
// a note of the track's scale within half a semitone.
TEST(Material, theSingerKeepsTheKey) {
  const demo::TrackRecipe recipe = shortRecipe(demo::Genre::kTrance);
  const demo::Score score = demo::arrange(recipe);
  const VoiceTake take = sing(recipe, score, 5);
  int checked = 0, inKey = 0;
  for (const Interval& line : take.lines) {
    const auto at = static_cast<std::size_t>((line.end - 0.2) * 48000);
    constexpr std::size_t kWindow = 4800;
    double best = 0;
    std::size_t bestLag = 0;
    for (std::size_t lag = 40; lag < 500; ++lag) {
      double sum = 0;
      for (std::size_t i = at; i < at + kWindow; ++i) {
        sum += static_cast<double>(take.samples[i]) * static_cast<double>(take.samples[i + lag]);
      }
      // Short lags win unless a longer one is clearly better: multiples of the period fit too.
      if (sum > 1.02 * best) {
        best = sum;
        bestLag = lag;
      }
    }
    const double midi = 69 + 12 * std::log2(48000.0 / static_cast<double>(bestLag) / 440);
    double nearest = 12;
    for (int degree = 1; degree <= 7; ++degree) {
      const double away = std::remainder(midi - demo::scaleNote(recipe, degree, 4), 12);
      nearest = std::min(nearest, std::fabs(away));
    }
    inKey += nearest < 0.5 ? 1 : 0;
    ++checked;
  }
  EXPECT_GT(checked, 2);
  EXPECT_GE(inKey, checked - 1);
}

TEST(Material, excerptsCarryTheirTruth) {
  Piece piece;
  piece.samples.assign(2 * 48000 * 4, 7);
  piece.truth.beats = {1, 2, 3};
  const Piece part = excerptOf(piece, 1.5, 2);
  EXPECT_DOUBLE_EQ(part.seconds(), 2);
  EXPECT_EQ(part.truth.beats, (std::vector<double>{0.5, 1.5}));
  EXPECT_DOUBLE_EQ(excerptOf(piece, 3, 10).seconds(), 1);
  EXPECT_DOUBLE_EQ(excerptOf(piece, 9, 10).seconds(), 0);
}

}  // namespace
}  // namespace dju::bench
