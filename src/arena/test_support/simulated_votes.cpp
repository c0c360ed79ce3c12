#include "arena/test_support/simulated_votes.h"

#include <cmath>

namespace dju::arena {

Choice drawChoice(const VoteTruth& truth, const RatedVote& vote, Random& random) {
  const double x = truth.strengths[vote.a] - truth.strengths[vote.b] +
                   truth.loudnessEffect * vote.at.loudnessDb + truth.sideEffect * vote.at.side;
  const double won = std::exp(x / 2), lost = 1 / won, tied = std::exp(truth.tie);
  const double at = random.uniform() * (won + tied + lost);
  if (at < won) return Choice::kA;
  return at < won + tied ? Choice::kTie : Choice::kB;
}

std::vector<RatedVote> drawVotes(const VoteTruth& truth, int votes, int voters, Random& random) {
  const auto contestants = static_cast<int>(truth.strengths.size());
  std::vector<RatedVote> drawn;
  for (int i = 0; i < votes; ++i) {
    RatedVote vote;
    vote.voter = static_cast<std::uint32_t>(random.below(voters));
    vote.a = static_cast<std::uint32_t>(random.below(contestants));
    vote.b = (vote.a + 1 + static_cast<std::uint32_t>(random.below(contestants - 1))) %
             static_cast<std::uint32_t>(contestants);
    vote.at.side = random.chance(0.5) ? 1 : -1;
    vote.at.loudnessDb = 0.05 * (random.below(9) - 4);
    vote.choice = drawChoice(truth, vote, random);
    drawn.push_back(vote);
  }
  return drawn;
}

}  // namespace dju::arena
