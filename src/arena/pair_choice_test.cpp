#include "arena/pair_choice.h"

#include <gmock/gmock.h>

#include <map>

#include "arena/test_support/best_search.h"
#include "arena/test_support/simulated_votes.h"

namespace dju::arena {
namespace {

BradleyTerry::Fit fitOf(const std::vector<RatedVote>& votes, std::size_t contestants) {
  const VoteCells cells(votes);
  return BradleyTerry(cells, {contestants, 1}).fit(cells.counts());
}

TEST(PairChoice, asksAboutThoseWhoMayBeFirst) {
  Random random(5);
  const auto votes = drawVotes({{1, 0.9, -1, -1, -1}}, 600, 600, random);
  const auto fit = fitOf(votes, 5);
  int ofBest = 0;
  for (int i = 0; i < 200; ++i) {
    const auto pair = topTwoPair(fit, 5, random, [](auto, auto) { return true; });
    ASSERT_TRUE(pair);
    ASSERT_NE(pair->first, pair->second);
    ofBest += pair->first < 2 && pair->second < 2 ? 1 : 0;
  }
  EXPECT_GT(ofBest, 190);
}

TEST(PairChoice, keepsToWhatIsOpen) {
  Random random(6);
  const auto fit = fitOf({}, 4);
  const IsOpen only = [](std::size_t i, std::size_t j) { return i + j == 3; };
  for (int i = 0; i < 50; ++i) {
    const auto pair = topTwoPair(fit, 4, random, only);
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->first + pair->second, 3U);
    const auto other = randomPair(4, random, only);
    EXPECT_EQ(other->first + other->second, 3U);
  }
  const IsOpen none = [](std::size_t, std::size_t) { return false; };
  EXPECT_FALSE(topTwoPair(fit, 4, random, none));
  EXPECT_FALSE(randomPair(4, random, none));
}

TEST(PairChoice, findsTheBestWithLessThanTwoThirdsOfTheVotes) {
  SearchQuestion question;
  question.most = 600;
  constexpr int kSearches = 200;
  const auto random = errorsByVotes(PairRule::kRandom, question, kSearches, 7);
  const auto topTwo = errorsByVotes(PairRule::kTopTwo, question, kSearches, 7);
  constexpr double kShare = 0.2;
  EXPECT_LT(votesUntil(topTwo, kShare, question.every),
            2.0 / 3 * votesUntil(random, kShare, question.every));
}

}  // namespace
}  // namespace dju::arena
