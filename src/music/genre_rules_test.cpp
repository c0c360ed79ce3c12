#include "music/genre_rules.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/random.h"
#include "music/test_support/groovebox.h"

namespace dju::music {
namespace {

GenreEstimate genreOf(const GrooveSettings& settings, unsigned playing, double gridFactor = 1) {
  std::vector<unsigned> bars;
  repeat(bars, playing, 24);
  GrooveTrack track = playGroove(settings, bars);
  track.grid.framesPerBeat /= gridFactor;
  return estimateGenre(logMelOf(track.view()), track.grid, 1);
}

constexpr unsigned kBand = kKick | kSnare | kHat | kBass | kChord;

TEST(GenreRulesTest, ToldByTempoDrumsAndSwing) {
  EXPECT_EQ(
      genreOf({.bpm = 128, .swing = 0.16, .hat = "xxxxxxxxxxxxxxxx"}, kKick | kSnare | kHat | kBass)
          .genre,
      "house");
  EXPECT_EQ(
      genreOf({.bpm = 174, .kick = "X.........X.....", .hat = "x.x.x.x.x.x.x.x."}, kBand).genre,
      "drum_and_bass");
  EXPECT_EQ(
      genreOf({.bpm = 140, .kick = "X.....x.........", .snare = "........X......."}, kBand).genre,
      "dubstep");
  EXPECT_EQ(
      genreOf({.bpm = 92, .swing = 0.2, .kick = "X......X..X.....", .hat = "xxxxxxxxxxxxxxxx"},
              kBand)
          .genre,
      "hip_hop");
}

TEST(GenreRulesTest, DrumAndBassIsKnownOnAGridAtHalfTempo) {
  const auto estimate =
      genreOf({.bpm = 174, .kick = "X.........X.....", .hat = "x.x.x.x.x.x.x.x."}, kBand, 0.5);
  EXPECT_EQ(estimate.genre, "drum_and_bass");
  EXPECT_EQ(estimate.tempoFactor, 2);
}

TEST(GenreRulesTest, ScoresAreSharesBestFirst) {
  const auto estimate = genreOf({.bpm = 125, .swing = 0.16}, kBand);
  ASSERT_EQ(estimate.scores.size(), 8U);
  EXPECT_EQ(estimate.scores.front().first, estimate.genre);
  double sum = 0;
  for (std::size_t i = 0; i < estimate.scores.size(); ++i) {
    sum += estimate.scores[i].second;
    if (i > 0) {
      EXPECT_LE(estimate.scores[i].second, estimate.scores[i - 1].second);
    }
  }
  EXPECT_GT(estimate.confidence(), 0.5);
  EXPECT_LT(sum, 1) << "something is left for none of these";
  EXPECT_GT(sum, 0.9) << "it does fit";
}

TEST(GenreRulesTest, CannotTellWithoutSoundGridOrBars) {
  const std::vector<std::int16_t> silence(2 * 48000 * 30);
  const FeatureTrack quiet = logMelOf({silence.data(), 48000 * 30, audio::kUnityScale});
  EXPECT_TRUE(estimateGenre(quiet, BeatGrid::fromBpm(0, 125), 1).genre.empty());
  const GrooveTrack shortTrack = playGroove({}, {kBand, kBand, kBand});
  EXPECT_TRUE(estimateGenre(logMelOf(shortTrack.view()), shortTrack.grid, 1).genre.empty());
  EXPECT_TRUE(estimateGenre(logMelOf(shortTrack.view()), BeatGrid{}, 1).genre.empty());
}

TEST(GenreRulesTest, NoiseIsNoneOfThem) {
  Random random(5);
  std::vector<std::int16_t> noise(2 * 48000 * 40);
  for (auto& sample : noise) sample = static_cast<std::int16_t>(random.below(65536) - 32768);
  const auto estimate = estimateGenre(
      logMelOf({noise.data(), static_cast<std::int64_t>(noise.size() / 2), audio::kUnityScale}),
      BeatGrid::fromBpm(0, 125), 1);
  EXPECT_EQ(estimate.genre, "");
  EXPECT_LT(estimate.confidence(), 0.25);
}

TEST(GenreRulesTest, IsNotSurerThanTheBeatIs) {
  const GrooveTrack track =
      playGroove({.bpm = 125, .swing = 0.16}, std::vector<unsigned>(24, kBand));
  const FeatureTrack features = logMelOf(track.view());
  const auto sure = estimateGenre(features, track.grid, 1);
  const auto doubted = estimateGenre(features, track.grid, 0.1);
  EXPECT_NEAR(doubted.confidence(), 0.1 * sure.confidence(), 1e-9);
  EXPECT_EQ(doubted.genre, "");
}

}  // namespace
}  // namespace dju::music
