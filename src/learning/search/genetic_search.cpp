#include "learning/search/genetic_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/sga.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include "core/error.h"

namespace dju::learning {
namespace {

constexpr double kNoLoss = 1e30;  // pagmo compares numbers; a trial that has none is the worst

struct Task {
  const SearchSpace* space;
  TrialLog* log;
  const TrySettings* tryOut;

  double lossAt(const std::vector<double>& point) const {
    if (const Trial* known = log->find(point)) return known->loss;
    Trial trial{point, space->at(point), std::numeric_limits<double>::infinity(), {}, false};
    (*tryOut)(trial.settings, [&](double loss) {
      trial.losses.push_back(loss);
      trial.loss = std::min(trial.loss, loss);
      trial.cutShort = log->isHopeless(trial.losses);
      return !trial.cutShort;
    });
    log->add(trial);
    return trial.loss;
  }
};

// The interface that pagmo asks of a problem; its copies share the task.
struct Problem {
  const Task* task = nullptr;

  std::vector<double> fitness(const std::vector<double>& point) const {
    const double loss = task->lossAt(point);
    return {std::isfinite(loss) ? loss : kNoLoss};
  }
  std::pair<std::vector<double>, std::vector<double>> get_bounds() const {
    if (task == nullptr) return {{0}, {1}};
    return {task->space->low(), task->space->high()};
  }
  std::vector<double>::size_type get_nix() const {
    return task == nullptr ? 0 : task->space->parameters().size() - task->space->ranges();
  }
};

}  // namespace

Trial searchSettings(const SearchSpace& space, const GeneticSearch& options, TrialLog& log,
                     const TrySettings& tryOut) {
  const Task task{&space, &log, &tryOut};
  const auto seed = static_cast<unsigned>(options.seed);
  pagmo::population population(pagmo::problem(Problem{&task}),
                               static_cast<unsigned>(options.population), seed);
  if (options.generations > 1) {
    const double mutation = 1.0 / static_cast<double>(space.parameters().size());
    pagmo::algorithm algorithm(pagmo::sga(static_cast<unsigned>(options.generations - 1), 0.9, 1.0,
                                          mutation, 1.0, 2, "binomial", "uniform", "tournament",
                                          seed));
    population = algorithm.evolve(population);
  }
  const auto& trials = log.trials();
  return *std::min_element(trials.begin(), trials.end(),
                           [](const Trial& a, const Trial& b) { return a.loss < b.loss; });
}

}  // namespace dju::learning
