// `dju active` and `dju choose`: which items are worth a listener's time.
#include <torch/torch.h>

#include <cmath>
#include <cstdio>

#include "learning/active/active_learning.h"
#include "learning/command/commands.h"

namespace dju::learning {

int runActive(Options& options) {
  ActiveLearning learning;
  learning.model = options.subject("which model?");
  learning.recipe = recipeNamed(options.take("--recipe").value_or("shipped"));
  learning.shape = options.takeShape();
  const Dataset dataset(options.takeNeeded("--data"));
  learning.training = trainingOf(learning.model, learning.recipe);
  learning.training.out = options.takeNeeded("--out");
  learning.training.epochs = 5;
  options.takeTraining(learning.training);
  learning.strategy = strategyNamed(options.take("--strategy").value_or("uncertainty"));
  options.takeNumber("--rounds", 1, 1000, learning.rounds);
  options.takeNumber<std::size_t>("--per-round", 1, 1000000, learning.perRound);
  options.takeNumber("--committee", 2, 100, learning.committee);
  options.expectNothingLeft();
  const ActiveResult result =
      learnActively(dataset, learning, [](Strategy strategy, const LabelledRound& round) {
        std::printf("%-12s %6zu labels  mean absolute error %.4f on the test split\n",
                    std::string(nameOf(strategy)).c_str(), round.labels, round.error);
        std::fflush(stdout);
      });
  if (std::isfinite(result.labelsSaved)) {
    std::printf("%s needs %.0f %% fewer labels than chance for chance's best error\n",
                std::string(nameOf(learning.strategy)).c_str(), 100 * result.labelsSaved);
  } else {
    std::printf("%s does not reach chance's best error within these labels\n",
                std::string(nameOf(learning.strategy)).c_str());
  }
  return 0;
}

int runChoose(Options& options) {
  const std::vector<std::filesystem::path> folders(options.subjects().begin(),
                                                   options.subjects().end());
  if (folders.empty()) throw UsageError("which models? Name folders that training made");
  const Dataset dataset(options.takeNeeded("--data"));
  std::size_t count = 100;
  options.takeNumber<std::size_t>("--count", 1, 1000000, count);
  const Strategy strategy = strategyNamed(
      options.take("--strategy").value_or(folders.size() > 1 ? "committee" : "uncertainty"));
  options.expectNothingLeft();
  torch::set_num_threads(1);
  for (const std::string& id : chooseForLabelling(dataset, folders, strategy, count))
    std::printf("%s\n", id.c_str());
  return 0;
}

}  // namespace dju::learning
