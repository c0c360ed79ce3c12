// What the arena's statistics cost and can do: seconds for ratings with intervals, votes that
// top-two pairs save, and which attackers are caught at which rate of false alarms. Everything is
// simulated with known truth and fixed seeds.
//
//   bench_arena [ratings|pairs|attackers]
#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "arena/ratings.h"
#include "arena/test_support/best_search.h"
#include "arena/test_support/simulated_crowd.h"
#include "arena/test_support/simulated_votes.h"
#include "support/cpu.h"

namespace {

using namespace dju::arena;

void ratings() {
  constexpr double kLimit = 2;
  for (const int voters : {2000, 100000}) {
    for (const std::uint32_t genres : {1U, 8U}) {
      dju::Random random(1);
      VoteTruth truth;
      for (int i = 0; i < 20; ++i) truth.strengths.push_back(0.1 * i);
      auto votes = drawVotes(truth, 100000, voters, random);
      constexpr int kSets = 10;
      std::vector<double> loudness(truth.strengths.size() * kSets);
      for (double& each : loudness) each = random.uniform(-0.1, 0.1);
      for (RatedVote& vote : votes) {
        const auto set = static_cast<std::uint32_t>(random.below(kSets));
        vote.at.genre = set % genres;
        vote.at.loudnessDb = loudness[vote.a * kSets + set] - loudness[vote.b * kSets + set];
      }
      const double begin = dju::bench::cpuSeconds();
      RatingQuestion question;
      question.contestants = truth.strengths.size();
      question.genres = genres;
      const Ratings found = rate(votes, question);
      const double took = dju::bench::cpuSeconds() - begin;
      fmt::print(
          "ratings: 100,000 votes, {:6} voters, 20 contestants, {} genres, {} cells, 1,000 rounds: "
          "{:.2f} s of one core, {:.2f} of the limit of {} s; first {:.0f} [{:.0f}, {:.0f}], {} "
          "votes to "
          "flip\n",
          voters, genres, VoteCells(votes).cells().size(), took, took / kLimit, kLimit,
          found.contestants.back().points, found.contestants.back().interval.low,
          found.contestants.back().interval.high, found.flips.value_or(-1));
      std::fflush(stdout);
    }
  }
}

void pairs() {
  constexpr int kSearches = 1000;
  for (const int contestants : {6, 10, 20}) {
    SearchQuestion question;
    question.contestants = contestants;
    question.most = 150 * contestants;
    const auto random = errorsByVotes(PairRule::kRandom, question, kSearches, 7);
    const auto topTwo = errorsByVotes(PairRule::kTopTwo, question, kSearches, 7);
    for (const double share : {0.2, 0.15, 0.1}) {
      const double plain = votesUntil(random, share, question.every);
      const double chosen = votesUntil(topTwo, share, question.every);
      const bool reached = random.back() <= share;
      fmt::print(
          "pairs: {:2} contestants, wrong best in {:.0f} % of {} searches: random {}{:.0f} votes, "
          "top-two {:.0f}: {}{:.2f} of them (limit 0.67)\n",
          contestants, 100 * share, kSearches, reached ? "" : "more than ", plain, chosen,
          reached ? "" : "less than ", chosen / plain);
    }
    std::fflush(stdout);
  }
}

void attackers() {
  constexpr int kCrowds = 10;
  struct Case {
    Role role;
    int count, votes, farmVotes;
  };
  const Case cases[] = {{Role::kFan, 40, 30, 0},      {Role::kFan, 40, 60, 0},
                        {Role::kMildFan, 40, 60, 0},  {Role::kRandom, 40, 60, 0},
                        {Role::kRandom, 40, 200, 0},  {Role::kLeftHand, 40, 200, 0},
                        {Role::kFarm, 1000, 30, 3},   {Role::kSpread, 300, 30, 3},
                        {Role::kSpread, 100, 30, 20}, {Role::kCopy, 40, 45, 0}};
  for (const Case& each : cases) {
    double caught = 0, alarms = 0;
    CrowdQuestion question;
    question.votes = each.votes;
    for (int crowd = 0; crowd < kCrowds; ++crowd) {
      dju::Random random(100 + static_cast<std::uint64_t>(crowd));
      std::vector<int> attack(kRoles, 0);
      attack[static_cast<std::size_t>(each.role)] = each.count;
      const auto shares = setAsideByRole(drawCrowd(question, attack, each.farmVotes, random));
      caught += shares[static_cast<std::size_t>(each.role)] / kCrowds;
      alarms += shares.front() / kCrowds;
    }
    fmt::print(
        "attackers: {:4} x {:11} with {:3} votes among {} honest with {}: {:5.1f} % set aside, "
        "false alarms {:.2f} %\n",
        each.count, kRoleNames[static_cast<std::size_t>(each.role)],
        each.farmVotes > 0 ? each.farmVotes : each.votes, question.honest, each.votes, 100 * caught,
        100 * alarms);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count > 1 ? arguments[1] : "";
  if (what.empty() || what == "ratings") ratings();
  if (what.empty() || what == "pairs") pairs();
  if (what.empty() || what == "attackers") attackers();
}
