// The Bradley-Terry model with ties (Davidson, JASA 65, 1970), with what may sway voters beside the
// mixing as covariates and each contestant's deviation in each genre:
//
//   P(a wins) : P(tie) : P(b wins) = exp(x/2) : exp(t) : exp(-x/2),
//   x = strength[a] - strength[b] + deviation[a, genre] - deviation[b, genre] + sum of effects.
//
// Fitted by Newton's method with a normal prior on every parameter (a ridge), so that it has one
// solution even where somebody won every vote. Pure; any thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "arena/normal_equations.h"
#include "arena/vote_cells.h"

namespace dju::arena {

// Where each parameter lies in a vector of them.
struct ModelShape {
  std::size_t contestants = 0;
  std::size_t genres = 1;  // with one there are no deviations

  std::size_t effect(std::size_t covariate) const { return contestants + covariate; }
  std::size_t tie() const { return contestants + kCovariates; }
  std::size_t deviation(std::size_t contestant, std::size_t genre) const {
    return tie() + 1 + contestant * genres + genre;
  }
  bool hasDeviations() const { return genres > 1; }
  std::size_t size() const { return tie() + 1 + (hasDeviations() ? contestants * genres : 0); }
};

// Points as in chess: 400 are ten to one. Of one unit of strength.
inline constexpr double kPointsAStrength = 173.71779276130073;  // 400 / ln 10
inline constexpr double kMeanPoints = 1500;

struct Chances {
  double won = 0, tied = 0, lost = 0;
};

class BradleyTerry {
 public:
  // `votes` outlive it. Every contestant and genre in them is within `shape`.
  BradleyTerry(const VoteCells& votes, const ModelShape& shape);

  struct Fit {
    std::vector<double> parameters;
    NormalEquations information;  // factorised, at the parameters
  };
  // `counts`: VoteCells::counts() or drawCounts(). `start`: parameters to begin from.
  Fit fit(std::span<const double> counts, std::span<const double> start = {}) const;

  // Parameters for other counts, and another centre of the prior, from those of a fit whose factor
  // is used again: a bootstrap round at a fraction of a fit's price, to 0.1 points.
  std::vector<double> refit(const Fit& fit, std::span<const double> counts,
                            std::span<const double> priorCentre) const;

  // The prior: centre and standard deviation of each parameter.
  std::vector<double> priorCentre() const;
  double priorDeviation(std::size_t parameter) const;

  // How often cell's a wins, ties and loses.
  Chances chances(std::size_t cell, std::span<const double> parameters) const;

  // The parameters that move a cell's x, and by how much.
  struct Entry {
    std::size_t parameter;
    double slope;
  };
  std::span<const Entry> entries(std::size_t cell) const {
    return {entries_.data() + begins_[cell], begins_[cell + 1] - begins_[cell]};
  }
  const ModelShape& shape() const { return shape_; }

 private:
  // Of the log posterior.
  void gradient(std::span<const double> counts, std::span<const double> parameters,
                std::span<const double> priorCentre, std::vector<double>& out) const;
  NormalEquations information(std::span<const double> counts,
                              std::span<const double> parameters) const;
  std::vector<double> climb(std::span<const double> counts, std::vector<double> parameters,
                            std::span<const double> priorCentre) const;

  const VoteCells& votes_;
  ModelShape shape_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> begins_;
};

}  // namespace dju::arena
