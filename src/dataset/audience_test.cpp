// The simulated audience: drawn by its seed, moved by what it says it is moved by.
#include "dataset/audience.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace dju::dataset {
namespace {

constexpr std::size_t kMinute = 6000;

std::vector<judge::Evidence> evening(double energy, std::size_t steps = kMinute) {
  std::vector<judge::Evidence> evidence(steps);
  for (judge::Evidence& now : evidence) {
    now.carrier = 0;
    now.masterDb = -10;
    now.energy = static_cast<float>(energy);
  }
  return evidence;
}

double mean(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double moodOf(const std::vector<judge::Evidence>& evidence, std::uint64_t seed = 1) {
  std::vector<judge::JudgedTrack> tracks(2);
  tracks[0].genre = "house";
  return mean(engagementOf(evidence, tracks, seed));
}

TEST(Audience, IsTheSameForTheSameSeedOnly) {
  EXPECT_EQ(moodOf(evening(0.6), 3), moodOf(evening(0.6), 3));
  EXPECT_NE(moodOf(evening(0.6), 3), moodOf(evening(0.6), 4));
}

TEST(Audience, StaysWithinTheScaleAndHasAValueAtEachEvidence) {
  const std::vector<judge::JudgedTrack> tracks(1);
  const auto engagement = engagementOf(evening(1, 1234), tracks, 1);
  ASSERT_EQ(engagement.size(), 1234U);
  for (const float value : engagement) {
    EXPECT_GE(value, 0);
    EXPECT_LE(value, 1);
  }
  EXPECT_TRUE(engagementOf({}, tracks, 1).empty());
}

TEST(Audience, LikesEnergyMoreThanSilence) {
  auto silent = evening(0.7);
  for (judge::Evidence& now : silent) now.masterDb = -100;
  EXPECT_GT(moodOf(evening(0.7)), moodOf(evening(0.05)) + 0.1);
  EXPECT_GT(moodOf(evening(0.05)), moodOf(silent));
}

TEST(Audience, HearsBeatsThatDoNotMeet) {
  auto loose = evening(0.7);
  for (judge::Evidence& now : loose) {
    now.pair.emplace();
    now.pair->beatOffsetMs = 150;
  }
  EXPECT_LT(moodOf(loose), moodOf(evening(0.7)) - 0.1);
}

TEST(Audience, IsSurprisedByADropAndByAnotherRecord) {
  auto drop = evening(0.7), another = evening(0.7);
  for (std::size_t i = 2700; i < 3000; ++i) drop[i].energy = 0.4F;
  for (std::size_t i = 3000; i < another.size(); ++i) another[i].decks[0].track = 1;
  const std::vector<judge::JudgedTrack> tracks(2);
  const auto plain = engagementOf(evening(0.7), tracks, 1);
  EXPECT_GT(engagementOf(drop, tracks, 1)[3400], plain[3400]);
  EXPECT_GT(engagementOf(another, tracks, 1)[3400], plain[3400]);
}

}  // namespace
}  // namespace dju::dataset
