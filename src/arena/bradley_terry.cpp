#include "arena/bradley_terry.h"

#include <algorithm>
#include <cmath>

namespace dju::arena {
namespace {

// In units of log odds: strengths may differ widely (1.5 are 260 points), genres a little.
constexpr double kStrengthDeviation = 1.5, kEffectDeviation = 1, kTieDeviation = 2,
                 kGenreDeviation = 0.3;
constexpr double kTieCentre = -0.7;  // half as likely as a win among equals
constexpr int kMostSteps = 60;
constexpr double kPrecise = 1e-9, kPreciseEnough = 0.1 / kPointsAStrength;
constexpr double kLongestStep = 2;

double largest(std::span<const double> values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace

BradleyTerry::BradleyTerry(const VoteCells& votes, const ModelShape& shape)
    : votes_(votes), shape_(shape) {
  for (const Cell& cell : votes.cells()) {
    begins_.push_back(entries_.size());
    entries_.push_back({cell.a, 1});
    entries_.push_back({cell.b, -1});
    for (std::size_t i = 0; i < kCovariates; ++i) {
      if (cell.at[i] != 0) entries_.push_back({shape.effect(i), cell.at[i]});
    }
    if (!shape.hasDeviations()) continue;
    entries_.push_back({shape.deviation(cell.a, cell.genre), 1});
    entries_.push_back({shape.deviation(cell.b, cell.genre), -1});
  }
  begins_.push_back(entries_.size());
}

std::vector<double> BradleyTerry::priorCentre() const {
  std::vector<double> centre(shape_.size(), 0.0);
  centre[shape_.tie()] = kTieCentre;
  return centre;
}

double BradleyTerry::priorDeviation(std::size_t parameter) const {
  if (parameter < shape_.contestants) return kStrengthDeviation;
  if (parameter < shape_.tie()) return kEffectDeviation;
  return parameter == shape_.tie() ? kTieDeviation : kGenreDeviation;
}

Chances BradleyTerry::chances(std::size_t cell, std::span<const double> parameters) const {
  double x = 0;
  for (const Entry& entry : entries(cell)) x += entry.slope * parameters[entry.parameter];
  const double won = std::exp(x / 2), lost = 1 / won, tied = std::exp(parameters[shape_.tie()]);
  const double sum = won + tied + lost;
  return {won / sum, tied / sum, lost / sum};
}

void BradleyTerry::gradient(std::span<const double> counts, std::span<const double> parameters,
                            std::span<const double> priorCentre, std::vector<double>& out) const {
  out.resize(shape_.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double deviation = priorDeviation(i);
    out[i] = (priorCentre[i] - parameters[i]) / (deviation * deviation);
  }
  for (std::size_t cell = 0; cell < votes_.cells().size(); ++cell) {
    const double* count = &counts[cell * kOutcomes];
    const double all = count[0] + count[1] + count[2];
    if (all == 0) continue;
    const Chances chance = chances(cell, parameters);
    const double slope = (count[0] - count[2] - all * (chance.won - chance.lost)) / 2;
    for (const Entry& entry : entries(cell)) out[entry.parameter] += entry.slope * slope;
    out[shape_.tie()] += count[1] - all * chance.tied;
  }
}

NormalEquations BradleyTerry::information(std::span<const double> counts,
                                          std::span<const double> parameters) const {
  NormalEquations matrix(shape_.size());
  for (std::size_t i = 0; i < shape_.size(); ++i) {
    const double deviation = priorDeviation(i);
    matrix.at(i, i) = 1 / (deviation * deviation);
  }
  for (std::size_t cell = 0; cell < votes_.cells().size(); ++cell) {
    const double* count = &counts[cell * kOutcomes];
    const double all = count[0] + count[1] + count[2];
    if (all == 0) continue;
    const Chances chance = chances(cell, parameters);
    const double mean = (chance.won - chance.lost) / 2;
    const double own = all * ((chance.won + chance.lost) / 4 - mean * mean);
    const auto moved = entries(cell);
    for (std::size_t i = 0; i < moved.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j)
        matrix.add(moved[i].parameter, moved[j].parameter, own * moved[i].slope * moved[j].slope);
      matrix.add(moved[i].parameter, shape_.tie(), -all * mean * chance.tied * moved[i].slope);
    }
    matrix.add(shape_.tie(), shape_.tie(), all * chance.tied * (1 - chance.tied));
  }
  matrix.factorise();
  return matrix;
}

std::vector<double> BradleyTerry::climb(std::span<const double> counts,
                                        std::vector<double> parameters,
                                        std::span<const double> priorCentre) const {
  std::vector<double> step;
  for (int i = 0; i < kMostSteps; ++i) {
    gradient(counts, parameters, priorCentre, step);
    information(counts, parameters).solve(step);
    // The likelihood is concave, but flat far out, where Newton's step would overshoot.
    const double size = largest(step);
    const double scale = size > kLongestStep ? kLongestStep / size : 1;
    for (std::size_t k = 0; k < step.size(); ++k) parameters[k] += scale * step[k];
    if (size < kPrecise) break;
  }
  return parameters;
}

BradleyTerry::Fit BradleyTerry::fit(std::span<const double> counts,
                                    std::span<const double> start) const {
  const std::vector<double> centre = priorCentre();
  std::vector<double> parameters = start.empty() ? centre : std::vector(start.begin(), start.end());
  parameters = climb(counts, std::move(parameters), centre);
  NormalEquations matrix = information(counts, parameters);
  return {std::move(parameters), std::move(matrix)};
}

std::vector<double> BradleyTerry::refit(const Fit& fit, std::span<const double> counts,
                                        std::span<const double> priorCentre) const {
  constexpr int kMostChords = 8;
  std::vector<double> parameters = fit.parameters, step;
  for (int i = 0; i < kMostChords; ++i) {
    gradient(counts, parameters, priorCentre, step);
    fit.information.solve(step);
    const double size = largest(step);
    if (size > kLongestStep) break;
    for (std::size_t k = 0; k < step.size(); ++k) parameters[k] += step[k];
    if (size < kPreciseEnough) return parameters;
  }
  return climb(counts, fit.parameters, priorCentre);
}

}  // namespace dju::arena
