#include "arena/winner_flips.h"

#include <algorithm>

namespace dju::arena {
namespace {

struct Turnable {
  std::size_t from, to;  // places
  double weight;
  double influence;  // on the winner's lead, by turning it round; negative
};

std::size_t strongest(std::span<const double> strengths) {
  return static_cast<std::size_t>(std::max_element(strengths.begin(), strengths.end()) -
                                  strengths.begin());
}

// Those that would make the lead of `winner` over `rival` smaller, the most telling first.
std::vector<Turnable> turnableVotes(const BradleyTerry& model, const VoteCells& votes,
                                    std::span<const double> weights, const BradleyTerry::Fit& fit,
                                    std::size_t winner, std::size_t rival) {
  std::vector<double> lead(model.shape().size(), 0.0);
  lead[winner] = 1;
  lead[rival] = -1;
  fit.information.solve(lead);
  std::vector<Turnable> found;
  for (std::size_t i = 0; i < votes.votes(); ++i) {
    const std::size_t cell = votes.places()[i] / kOutcomes;
    const std::size_t won = VoteCells::place(cell, Outcome::kWon);
    const std::size_t lost = VoteCells::place(cell, Outcome::kLost);
    if (weights[i] == 0 || (votes.places()[i] != won && votes.places()[i] != lost)) continue;
    double slope = 0;
    for (const BradleyTerry::Entry& entry : model.entries(cell))
      slope += entry.slope * lead[entry.parameter];
    const bool isWon = votes.places()[i] == won;
    const double influence = (isWon ? -1 : 1) * weights[i] * slope;
    if (influence < 0)
      found.push_back({isWon ? won : lost, isWon ? lost : won, weights[i], influence});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Turnable& x, const Turnable& y) { return x.influence < y.influence; });
  return found;
}

// Whether another than `winner` is first once these votes are turned round; alone, so that the
// last bits of two equal strengths decide nothing.
bool changes(const BradleyTerry& model, const VoteCells& votes, const BradleyTerry::Fit& fit,
             std::span<const Turnable> turned, std::size_t winner) {
  std::vector<double> counts = votes.counts();
  for (const Turnable& vote : turned) {
    counts[vote.from] -= vote.weight;
    counts[vote.to] += vote.weight;
  }
  const auto after = model.fit(counts, fit.parameters);
  constexpr double kAlone = 1e-7;
  const auto& strengths = after.parameters;
  return strengths[strongest({strengths.data(), model.shape().contestants})] >
         strengths[winner] + kAlone;
}

}  // namespace

std::optional<int> flipsToChangeWinner(const BradleyTerry& model, const VoteCells& votes,
                                       std::span<const double> weights,
                                       const BradleyTerry::Fit& fit) {
  const std::size_t contestants = model.shape().contestants;
  const std::size_t winner = strongest({fit.parameters.data(), contestants});
  std::optional<int> fewest;
  for (std::size_t rival = 0; rival < contestants; ++rival) {
    if (rival == winner) continue;
    const auto turnable = turnableVotes(model, votes, weights, fit, winner, rival);
    // Only fewer than what is known already are of interest.
    std::size_t most = std::min<std::size_t>(turnable.size(), fewest ? *fewest - 1 : ~0U);
    const auto works = [&](std::size_t count) {
      return changes(model, votes, fit, {turnable.data(), count}, winner);
    };
    if (most == 0 || !works(most)) continue;
    std::size_t least = 1;
    while (least < most) {
      const std::size_t middle = (least + most) / 2;
      works(middle) ? most = middle : least = middle + 1;
    }
    fewest = static_cast<int>(most);
  }
  return fewest;
}

}  // namespace dju::arena
