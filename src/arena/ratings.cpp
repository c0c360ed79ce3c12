#include "arena/ratings.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arena/draws.h"
#include "arena/winner_flips.h"

namespace dju::arena {
namespace {

// Values of one quantity, one a bootstrap round.
using Draws = std::vector<double>;

Interval intervalOf(Draws draws) {
  const auto at = [&](double share) {
    const auto place =
        static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(draws.size() - 1)));
    std::nth_element(draws.begin(), draws.begin() + place, draws.end());
    return draws[static_cast<std::size_t>(place)];
  };
  constexpr double kTail = 0.025;
  return {at(kTail), at(1 - kTail)};
}

std::vector<double> pointsOf(std::span<const double> strengths) {
  const double mean = std::accumulate(strengths.begin(), strengths.end(), 0.0) /
                      static_cast<double>(strengths.size());
  std::vector<double> points;
  for (const double strength : strengths)
    points.push_back(kMeanPoints + kPointsAStrength * (strength - mean));
  return points;
}

std::vector<int> ranksOf(const std::vector<double>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return points[x] > points[y]; });
  std::vector<int> ranks(points.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranks[order[i]] = static_cast<int>(i) + 1;
  return ranks;
}

class Bootstrap {
 public:
  Bootstrap(const BradleyTerry& model, const VoteCells& votes, const BradleyTerry::Fit& fit)
      : model_(model), votes_(votes), fit_(fit) {
    points_.resize(model.shape().contestants);
    ranks_.resize(model.shape().contestants);
  }

  void run(int rounds, Random random) {
    std::vector<double> counts;
    for (int round = 0; round < rounds; ++round) {
      votes_.drawCounts(random, counts);
      std::vector<double> centre = model_.priorCentre();
      for (std::size_t i = 0; i < centre.size(); ++i)
        centre[i] += model_.priorDeviation(i) * normalDraw(random);
      take(model_.refit(fit_, counts, centre));
    }
  }

  Interval points(std::size_t contestant) const { return intervalOf(points_[contestant]); }
  RankInterval ranks(std::size_t contestant) const {
    const Interval interval = intervalOf(ranks_[contestant]);
    return {static_cast<int>(interval.low), static_cast<int>(interval.high)};
  }
  Interval effect(std::size_t covariate) const { return intervalOf(effects_[covariate]); }

 private:
  void take(const std::vector<double>& parameters) {
    const auto points = pointsOf({parameters.data(), points_.size()});
    const auto ranks = ranksOf(points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      points_[i].push_back(points[i]);
      ranks_[i].push_back(ranks[i]);
    }
    for (std::size_t i = 0; i < kCovariates; ++i)
      effects_[i].push_back(kPointsAStrength * parameters[model_.shape().effect(i)]);
  }

  const BradleyTerry& model_;
  const VoteCells& votes_;
  const BradleyTerry::Fit& fit_;
  std::vector<Draws> points_, ranks_;
  std::array<Draws, kCovariates> effects_;
};

void count(const RatedVote& vote, std::vector<ContestantRating>& contestants) {
  ContestantRating& a = contestants[vote.a];
  ContestantRating& b = contestants[vote.b];
  switch (vote.choice) {
    case Choice::kA:
      ++a.wins, ++b.losses;
      break;
    case Choice::kB:
      ++b.wins, ++a.losses;
      break;
    case Choice::kTie:
    case Choice::kBothBad:
      ++a.ties, ++b.ties;
      break;
  }
}

}  // namespace

Ratings rate(std::span<const RatedVote> all, const RatingQuestion& question) {
  Ratings ratings;
  ratings.contestants.resize(question.contestants);
  if (question.contestants == 0) return ratings;
  std::vector<RatedVote> votes;
  std::vector<double> weights;
  for (const RatedVote& vote : all) {
    if (vote.weight <= 0) continue;
    votes.push_back(vote);
    weights.push_back(vote.weight);
    count(vote, ratings.contestants);
  }
  const VoteCells cells(votes);
  const BradleyTerry model(cells,
                           {question.contestants, std::max<std::size_t>(question.genres, 1)});
  const BradleyTerry::Fit fit = model.fit(cells.counts());
  Bootstrap bootstrap(model, cells, fit);
  bootstrap.run(std::max(question.rounds, 1), Random(question.seed));

  const auto points = pointsOf({fit.parameters.data(), question.contestants});
  for (std::size_t i = 0; i < question.contestants; ++i) {
    ratings.contestants[i].points = points[i];
    ratings.contestants[i].interval = bootstrap.points(i);
    ratings.contestants[i].rank = bootstrap.ranks(i);
  }
  for (std::size_t i = 0; i < kCovariates; ++i)
    ratings.effects[i] = {kPointsAStrength * fit.parameters[model.shape().effect(i)],
                          bootstrap.effect(i)};
  const double tie = std::exp(fit.parameters[model.shape().tie()]);
  ratings.tieShare = tie / (2 + tie);
  ratings.flips = flipsToChangeWinner(model, cells, weights, fit);
  return ratings;
}

}  // namespace dju::arena
