#include "arena/honesty/honesty.h"

#include <gmock/gmock.h>

#include "arena/ratings.h"
#include "arena/test_support/simulated_crowd.h"

namespace dju::arena {
namespace {

double asideOf(const std::vector<double>& shares, Role role) {
  return shares[static_cast<std::size_t>(role)];
}

std::vector<int> only(Role role, int count) {
  std::vector<int> attackers(kRoles, 0);
  attackers[static_cast<std::size_t>(role)] = count;
  return attackers;
}

TEST(Honesty, honestPeopleWithOddTastesCount) {
  Random random(21);
  const Crowd crowd = drawCrowd({}, {}, 0, random);
  EXPECT_LT(asideOf(setAsideByRole(crowd), Role::kHonest), 0.01);
}

TEST(Honesty, whoAlwaysFavoursOneIsFound) {
  Random random(22);
  CrowdQuestion question;
  question.votes = 60;
  const auto shares = setAsideByRole(drawCrowd(question, only(Role::kFan, 20), 0, random));
  EXPECT_GT(asideOf(shares, Role::kFan), 0.8);
  EXPECT_LT(asideOf(shares, Role::kHonest), 0.01);
}

TEST(Honesty, whoDoesNotListenIsFoundByKnownAnswers) {
  Random random(23);
  CrowdQuestion question;
  question.votes = 200;
  const auto shares = setAsideByRole(drawCrowd(question, only(Role::kRandom, 30), 0, random));
  EXPECT_GT(asideOf(shares, Role::kRandom), 0.7);
  EXPECT_LT(asideOf(shares, Role::kHonest), 0.01);
}

TEST(Honesty, aScriptWithAThousandIdentitiesDoesNotDecide) {
  Random random(24);
  const Crowd crowd = drawCrowd({}, only(Role::kFarm, 1000), 3, random);
  const auto shares = setAsideByRole(crowd);
  EXPECT_GT(asideOf(shares, Role::kFarm), 0.99);
  EXPECT_LT(asideOf(shares, Role::kHonest), 0.01);
}

TEST(Honesty, aScriptThatRepeatsItsAnswersCountsOnce) {
  Random random(25);
  CrowdQuestion question;
  question.votes = 45;
  const auto shares = setAsideByRole(drawCrowd(question, only(Role::kCopy, 20), 0, random));
  EXPECT_GE(asideOf(shares, Role::kCopy), 0.95);
  EXPECT_LT(asideOf(shares, Role::kHonest), 0.01);
}

TEST(Honesty, aSchoolBehindOneAddressCounts) {
  Random random(26);
  Crowd crowd = drawCrowd({}, {}, 0, random);
  for (std::size_t i = 0; i < 30; ++i) {
    crowd.voters[i].address = "school";
    crowd.voters[i].firstSeen = static_cast<std::int64_t>(1000 * i);
  }
  EXPECT_LT(asideOf(setAsideByRole(crowd), Role::kHonest), 0.01);
}

TEST(Honesty, moreVotesThanOnePersonCanGiveWeighLess) {
  std::vector<CastVote> votes;
  std::vector<Voter> voters(10);
  for (std::uint32_t voter = 0; voter < 10; ++voter) {
    voters[voter].address = "one";
    for (std::uint32_t i = 0; i < 40; ++i) {
      CastVote cast;
      cast.vote.voter = voter;
      cast.vote.choice = (voter + i) % 2 == 0 ? Choice::kA : Choice::kB;
      cast.subject = i;
      votes.push_back(cast);
    }
  }
  const auto trust = trustOf({votes, voters, 2, 1});
  EXPECT_EQ(trust.front().doubt, Doubt::kCrowded);
  EXPECT_DOUBLE_EQ(trust.front().weight, 0.5);
}

TEST(Honesty, withoutVotesThereIsNothingToDoubt) {
  const std::vector<Voter> voters(3);
  for (const Trust& trust : trustOf({{}, voters, 2, 1})) EXPECT_EQ(trust.doubt, Doubt::kNone);
}

}  // namespace
}  // namespace dju::arena
