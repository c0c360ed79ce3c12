// Tastes from votes: found where they are, not claimed where they are not, and worth something.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "arena/taste/explanation.h"
#include "arena/taste/recommendation.h"
#include "arena/taste/trial.h"
#include "core/random.h"
#include "crate/test_support/plain_record.h"

namespace dju::arena {
namespace {

Traits anyTraits(Random& random) {
  Traits traits{};
  for (double& value : traits) value = random.uniform();
  return traits;
}

// Of somebody with these log odds for length and late swaps, who errs as those say.
std::vector<Comparison> votesOf(int count, double length, double lateSwap, std::uint64_t seed) {
  Random random(seed);
  std::vector<Comparison> votes;
  for (int i = 0; i < count; ++i) {
    Comparison vote{anyTraits(random), anyTraits(random), 0, 1};
    const double x = length * (vote.first[0] - vote.second[0]) / kTasteAxes[0].spread +
                     lateSwap * (vote.first[1] - vote.second[1]) / kTasteAxes[1].spread;
    vote.won = random.chance(1 / (1 + std::exp(-x))) ? 1 : 0;
    votes.push_back(vote);
  }
  return votes;
}

TEST(TasteProfiles, FindWhatIsThereAndNothingElse) {
  const TasteProfile profile(votesOf(400, 1.2, -0.8, 1));
  EXPECT_EQ(profile.votes(), 400U);
  EXPECT_GT(profile.leanings()[0].interval.low, 0);
  EXPECT_LT(profile.leanings()[1].interval.high, 0);
  EXPECT_NEAR(profile.leanings()[0].logOdds, 1.2, 0.4);
  EXPECT_NEAR(profile.leanings()[1].logOdds, -0.8, 0.4);
}

TEST(TasteProfiles, IntervalsHoldWhatTheyPromise) {
  int covered = 0, falseAlarms = 0, silent = 0;
  constexpr int kListeners = 100;
  for (std::uint64_t seed = 0; seed < kListeners; ++seed) {
    const TasteProfile profile(votesOf(120, 0.7, 0, seed + 10));
    const Leaning& length = profile.leanings()[0];
    covered += length.interval.low <= 0.7 && 0.7 <= length.interval.high ? 1 : 0;
    for (std::size_t axis = 1; axis < kTasteAxisCount; ++axis, ++silent)
      falseAlarms += profile.leanings()[axis].sure() ? 1 : 0;
  }
  EXPECT_GE(covered, 88);
  EXPECT_LT(static_cast<double>(falseAlarms) / silent, 0.08);
}

TEST(TasteProfiles, WithoutVotesNothingIsSaid) {
  const TasteProfile nobody({});
  for (const Leaning& leaning : nobody.leanings()) {
    EXPECT_EQ(leaning.logOdds, 0);
    EXPECT_NEAR(leaning.interval.high, 1.96, 0.01);
  }
  const auto sentences = explain(nobody);
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_EQ(sentences[0].key, "taste.unsure");
}

TEST(TasteProfiles, AreSaidInWordsTheStrongestFirst) {
  const auto sentences = explain(TasteProfile(votesOf(500, 0.8, -1.4, 2)));
  ASSERT_GE(sentences.size(), 2U);
  EXPECT_EQ(sentences[0].key, "taste.lateSwap.less");
  EXPECT_EQ(sentences[0].en, "You like an early bass swap.");
  EXPECT_EQ(sentences[1].es, "Prefieres transiciones largas.");
}

TEST(TasteProfiles, RankMixersByEverybodyMovedByTheOwnTaste) {
  const TasteProfile likesLong(votesOf(400, 1.5, 0, 3));
  Traits brief{}, extended{};
  extended[0] = 1;
  const std::vector<TasteProfile::Entry> mixers = {{"brief@1", brief, 0.3},
                                                   {"extended@1", extended, 0}};
  EXPECT_EQ(likesLong.rank(mixers)[0].mixer, "extended@1");
  EXPECT_GT(likesLong.rank(mixers)[0].interval.low, 0);
  EXPECT_EQ(TasteProfile({}).rank(mixers)[0].mixer, "brief@1");
  EXPECT_TRUE(likesLong.rank({}).empty());
}

TEST(Recommendations, FollowTheTaste) {
  std::vector<crate::Record> records;
  for (std::uint64_t i = 1; i < 4; ++i)
    records.push_back(crate::test::silentRecord(126, "A minor", i, 240));
  const std::vector<mixer::TrackView> views(records.begin(), records.end());
  const std::vector<Stage::Pair> pairs = {{0, 1}, {1, 2}};
  const Recommendation longer = recommend(TasteProfile(votesOf(400, 1.5, 0, 4)), views, pairs);
  EXPECT_GT(longer.parameters.transitionBars, 16);
  EXPECT_GT(longer.worth, 0);
  EXPECT_EQ(longer.changed.front(), "transitionBars");
  const Recommendation shorter = recommend(TasteProfile(votesOf(400, -1.5, 0, 5)), views, pairs);
  EXPECT_LT(shorter.parameters.transitionBars, 16);
  const Recommendation same = recommend(TasteProfile({}), views, pairs);
  EXPECT_TRUE(same.changed.empty());
  EXPECT_EQ(same.parameters, mixer::MixParameters{});
}

TEST(Trials, AssignHalfAndAlwaysTheSame) {
  int personal = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string listener = "listener-" + std::to_string(i);
    personal += assignArm("spring", listener) == TrialArm::kPersonal ? 1 : 0;
    EXPECT_EQ(assignArm("spring", listener), assignArm("spring", listener));
  }
  EXPECT_NEAR(personal, 500, 60);
}

TEST(Trials, SeeADifferenceThatIsThereAndNoneThatIsNot) {
  Random random(5);
  const auto ratings = [&](double lift) {
    std::vector<TrialRating> all;
    for (std::uint32_t listener = 0; listener < 200; ++listener) {
      const TrialArm arm = listener % 2 == 0 ? TrialArm::kGlobal : TrialArm::kPersonal;
      for (int i = 0; i < 4; ++i) {
        const double liking = random.uniform(1.5, 4.5) + (arm == TrialArm::kPersonal ? lift : 0.0);
        all.push_back({listener, arm, static_cast<int>(std::lround(liking))});
      }
    }
    return all;
  };
  const TrialResult better = analyse(ratings(0.6));
  EXPECT_GT(better.interval.low, 0);
  EXPECT_NEAR(*better.difference, 0.6, 0.25);
  EXPECT_EQ(better.global.listeners, 100);
  const TrialResult same = analyse(ratings(0));
  EXPECT_LT(same.interval.low, 0);
  EXPECT_GT(same.interval.high, 0);
}

TEST(Trials, NothingIsSaidOfNobody) {
  EXPECT_FALSE(analyse({}).difference.has_value());
  EXPECT_FALSE(meanRating({}).mean.has_value());
  EXPECT_FALSE(shareOf(0, 0).has_value());
  const ShareEstimate none = *shareOf(0, 10);
  EXPECT_EQ(none.share, 0);
  EXPECT_NEAR(none.interval.high, 0.278, 0.001);  // Wilson's for 0 of 10
}

}  // namespace
}  // namespace dju::arena
