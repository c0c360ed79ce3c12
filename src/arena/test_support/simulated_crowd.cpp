#include "arena/test_support/simulated_crowd.h"

#include <fmt/format.h>

#include <algorithm>

#include "arena/draws.h"
#include "arena/honesty/honesty.h"
#include "arena/test_support/simulated_votes.h"

namespace dju::arena {
namespace {

constexpr std::uint32_t kFavourite = 3;
constexpr int kTrackSets = 10;

class CrowdMaker {
 public:
  CrowdMaker(const CrowdQuestion& question, Random& random) : question_(question), random_(random) {
    crowd_.contestants = static_cast<std::size_t>(question.contestants);
    for (int i = 0; i < question.contestants; ++i) strengths_.push_back(0.6 * normalDraw(random));
    script_ = Random(random.next());
  }

  void add(Role role, int votes) {
    const auto voter = static_cast<std::uint32_t>(crowd_.voters.size());
    crowd_.roles.push_back(role);
    crowd_.voters.push_back({role == Role::kFarm ? "farm" : fmt::format("address {}", voter),
                             role == Role::kFarm ? 1000 * voter : random_.below(1 << 30)});
    Random script = script_;
    Random& own = role == Role::kCopy ? script : random_;
    VoteTruth taste{strengths_};
    for (double& strength : taste.strengths) strength += question_.taste * normalDraw(own);
    for (int i = 0; i < votes; ++i) cast(role, voter, taste, own);
    for (int i = 0; i < votes / question_.knownEvery; ++i) answerKnown(role, voter);
  }

  Crowd finish() && { return std::move(crowd_); }

 private:
  void cast(Role role, std::uint32_t voter, const VoteTruth& taste, Random& random) {
    RatedVote vote;
    vote.voter = voter;
    vote.a = static_cast<std::uint32_t>(random.below(question_.contestants));
    // Who attacks looks for pairs in which the favourite takes part; half of what they see has it.
    if (role != Role::kHonest && random.chance(0.5)) vote.a = kFavourite;
    vote.b = (vote.a + 1 + static_cast<std::uint32_t>(random.below(question_.contestants - 1))) %
             static_cast<std::uint32_t>(question_.contestants);
    vote.at.side = random.chance(0.5) ? 1 : -1;
    vote.choice = choose(role, vote, taste, random);
    const std::uint32_t low = std::min(vote.a, vote.b), high = std::max(vote.a, vote.b);
    const auto set = static_cast<std::uint32_t>(random.below(kTrackSets));
    const std::uint32_t subject =
        (low * static_cast<std::uint32_t>(question_.contestants) + high) * kTrackSets + set;
    crowd_.votes.push_back(
        {vote, subject, 20000LL * static_cast<std::int64_t>(random_.below(100000))});
  }

  static Choice choose(Role role, const RatedVote& vote, const VoteTruth& taste, Random& random) {
    constexpr double kMildly = 0.8;
    const bool favours = role == Role::kFan || role == Role::kFarm || role == Role::kSpread ||
                         (role == Role::kMildFan && random.chance(kMildly));
    if (favours && vote.a == kFavourite) return Choice::kA;
    if (favours && vote.b == kFavourite) return Choice::kB;
    if (role == Role::kRandom) return random.chance(0.5) ? Choice::kA : Choice::kB;
    if (role == Role::kLeftHand) return vote.at.side > 0 ? Choice::kA : Choice::kB;
    return drawChoice(taste, vote, random);
  }

  void answerKnown(Role role, std::uint32_t voter) {
    const bool blind = role == Role::kRandom || role == Role::kLeftHand || role == Role::kFarm ||
                       role == Role::kSpread || role == Role::kCopy;
    Voter& asked = crowd_.voters[voter];
    ++asked.knownAsked;
    asked.knownRight += random_.chance(blind ? 0.5 : 0.93) ? 1 : 0;
  }

  CrowdQuestion question_;
  Random& random_;
  Random script_{0};
  std::vector<double> strengths_;
  Crowd crowd_;
};

}  // namespace

Crowd drawCrowd(const CrowdQuestion& question, const std::vector<int>& attackers, int farmVotes,
                Random& random) {
  CrowdMaker maker(question, random);
  for (int i = 0; i < question.honest; ++i) maker.add(Role::kHonest, question.votes);
  for (std::size_t role = 1; role < attackers.size(); ++role) {
    const auto as = static_cast<Role>(role);
    const bool farmed = as == Role::kFarm || as == Role::kSpread;
    for (int i = 0; i < attackers[role]; ++i) maker.add(as, farmed ? farmVotes : question.votes);
  }
  return std::move(maker).finish();
}

std::vector<double> setAsideByRole(const Crowd& crowd) {
  const auto trust = trustOf({crowd.votes, crowd.voters, crowd.contestants, 1});
  std::vector<double> aside(kRoles, 0.0), all(kRoles, 0.0);
  for (std::size_t i = 0; i < crowd.roles.size(); ++i) {
    const auto role = static_cast<std::size_t>(crowd.roles[i]);
    ++all[role];
    aside[role] += trust[i].weight == 0 ? 1 : 0;
  }
  for (std::size_t role = 0; role < kRoles; ++role) {
    if (all[role] > 0) aside[role] /= all[role];
  }
  return aside;
}

}  // namespace dju::arena
