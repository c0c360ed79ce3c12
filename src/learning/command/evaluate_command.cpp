// `dju evaluate`, `dju ensemble`, `dju crossvalidate`: how good trained models are.
#include <torch/torch.h>

#include <cstdio>

#include "learning/command/commands.h"
#include "learning/evaluation/cross_validation.h"
#include "learning/evaluation/ensemble.h"
#include "learning/evaluation/evaluate.h"

namespace dju::learning {

int runEvaluate(Options& options) {
  EvaluationOptions evaluation;
  evaluation.model = options.subject("which model? Name a folder that training made");
  const Dataset dataset(options.takeNeeded("--data"));
  evaluation.control = options.take("--control").value_or("");
  evaluation.ratings = options.take("--ratings").value_or("");
  evaluation.heard = options.take("--on").value_or("");
  evaluation.out = options.take("--out").value_or((evaluation.model / "evaluation").string());
  options.takeChoice<SplitName>("--split",
                                {{"train", SplitName::kTrain},
                                 {"validation", SplitName::kValidation},
                                 {"test", SplitName::kTest}},
                                evaluation.split);
  options.expectNothingLeft();
  torch::set_num_threads(1);
  const EvaluationReport report = evaluate(dataset, evaluation);
  std::fputs(markdownOf(report).c_str(), stdout);
  return 0;
}

int runEnsemble(Options& options) {
  const std::vector<std::filesystem::path> members(options.subjects().begin(),
                                                   options.subjects().end());
  const Dataset dataset(options.takeNeeded("--data"));
  const std::filesystem::path out = options.takeNeeded("--out");
  options.expectNothingLeft();
  torch::set_num_threads(1);
  Ensemble::fit(members, dataset).save(out);
  std::printf("%zu members, calibrated on the validation split: %s\n", members.size(), out.c_str());
  return 0;
}

int runCrossValidate(Options& options) {
  CrossValidation validation;
  validation.model = options.subject("which model?");
  validation.recipe = recipeNamed(options.take("--recipe").value_or("shipped"));
  validation.shape = options.takeShape();
  const Dataset dataset(options.takeNeeded("--data"));
  validation.training = trainingOf(validation.model, validation.recipe);
  validation.training.out = options.takeNeeded("--out");
  options.takeNumber("--folds", 2, 100, validation.folds);
  validation.by = options.take("--by").value_or(validation.by);
  options.takeTraining(validation.training);
  options.expectNothingLeft();
  const EvaluationReport report =
      crossValidate(dataset, validation, [](int fold, const TrainingProgress& progress) {
        std::printf("fold %d  epoch %3d of %d  validation %.4f\n", fold, progress.epoch.epoch,
                    progress.epochs, progress.epoch.validationLoss);
        std::fflush(stdout);
      });
  std::fputs(markdownOf(report).c_str(), stdout);
  return 0;
}

}  // namespace dju::learning
