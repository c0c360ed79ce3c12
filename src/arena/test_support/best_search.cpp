#include "arena/test_support/best_search.h"

#include <algorithm>

#include "arena/draws.h"
#include "arena/pair_choice.h"
#include "arena/test_support/simulated_votes.h"

namespace dju::arena {
namespace {

std::size_t strongest(const std::vector<double>& values, std::size_t count) {
  return static_cast<std::size_t>(
      std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)) -
      values.begin());
}

VoteTruth drawTruth(const SearchQuestion& question, Random& random) {
  VoteTruth truth;
  for (int i = 0; i < question.contestants; ++i)
    truth.strengths.push_back(question.spread * normalDraw(random));
  return truth;
}

}  // namespace

std::vector<double> errorsByVotes(PairRule rule, const SearchQuestion& question, int searches,
                                  std::uint64_t seed) {
  const auto contestants = static_cast<std::size_t>(question.contestants);
  const auto always = [](std::size_t, std::size_t) { return true; };
  std::vector<double> errors(static_cast<std::size_t>(question.most / question.every), 0.0);
  const Random all(seed);
  for (int search = 0; search < searches; ++search) {
    Random random = all.fork(static_cast<std::uint64_t>(search) + 1);
    const VoteTruth truth = drawTruth(question, random);
    const std::size_t best = strongest(truth.strengths, contestants);
    std::vector<RatedVote> votes;
    VoteCells none(votes);
    BradleyTerry::Fit fit = BradleyTerry(none, {contestants, 1}).fit(none.counts());
    for (double& wrong : errors) {
      for (int i = 0; i < question.every; ++i) {
        const auto pair = rule == PairRule::kTopTwo ? topTwoPair(fit, contestants, random, always)
                                                    : randomPair(contestants, random, always);
        RatedVote vote;
        vote.voter = static_cast<std::uint32_t>(votes.size());
        vote.a = static_cast<std::uint32_t>(pair->first);
        vote.b = static_cast<std::uint32_t>(pair->second);
        vote.choice = drawChoice(truth, vote, random);
        votes.push_back(vote);
      }
      const VoteCells cells(votes);
      fit = BradleyTerry(cells, {contestants, 1}).fit(cells.counts(), fit.parameters);
      wrong += strongest(fit.parameters, contestants) == best ? 0 : 1.0 / searches;
    }
  }
  return errors;
}

double votesUntil(const std::vector<double>& errors, double share, int every) {
  std::size_t after = errors.size();
  while (after > 0 && errors[after - 1] <= share) --after;
  if (after == 0) return every;
  if (after == errors.size()) return static_cast<double>(every) * static_cast<double>(after);
  const double before = errors[after - 1], then = errors[after];
  const double part = (before - share) / (before - then);
  return every * (static_cast<double>(after) + part);
}

}  // namespace dju::arena
