// `dju search`: better hyperparameters or an architecture.
#include <algorithm>
#include <cstdio>

#include "learning/command/commands.h"
#ifdef DJU_PAGMO
#include "learning/search/model_search.h"
#endif

namespace dju::learning {

#ifdef DJU_PAGMO

int runSearch(Options& options) {
  ModelSearch search;
  search.model = options.subject("which model?");
  search.recipe = recipeNamed(options.take("--recipe").value_or("shipped"));
  search.space = options.take("--space").value_or(search.space);
  const Dataset dataset(options.takeNeeded("--data"));
  search.training = trainingOf(search.model, search.recipe);
  search.training.out = options.takeNeeded("--out");
  search.training.minutes = 10;
  options.takeNumber("--trial-minutes", 0.0, 1e6, search.training.minutes);
  options.takeTraining(search.training);
  int trials = 20;
  options.takeNumber("--trials", 2, 100000, trials);
  options.takeNumber("--population", 2, 10000, search.genetic.population);
  search.genetic.generations =
      std::max(1, (trials + search.genetic.population - 1) / search.genetic.population);
  options.takeNumber("--generations", 1, 10000, search.genetic.generations);
  search.genetic.seed = search.training.seed;
  options.expectNothingLeft();
  int tried = 0;
  const Trial best = searchModel(dataset, search, [&](const Trial& trial) {
    std::printf("trial %d: %.4f after %zu epochs%s  %s\n", ++tried, trial.loss, trial.losses.size(),
                trial.cutShort ? ", cut short" : "", textOf(trial.settings).c_str());
    std::fflush(stdout);
  });
  const FoundTraining found = foundTraining(search, best);
  std::printf("best %.4f: dju train %s --rate %g --batch %d --shape \"%s\"\n", best.loss,
              search.model.c_str(), found.rate, found.batch, found.shape.c_str());
  return 0;
}

#else

int runSearch(Options&) {
  throw Error(ErrorCode::kUnsupported,
              "search: this build has no pagmo (libpagmo-dev); build again with it");
}

#endif

}  // namespace dju::learning
