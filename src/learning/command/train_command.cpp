// `dju train`: one model, in one process or in several that share every batch.
#include <torch/torch.h>

#include <cstdio>
#include <memory>

#include "learning/command/commands.h"
#include "learning/data/json.h"
#include "learning/data/share.h"
#include "learning/data/whole_file.h"
#include "learning/processes/child_processes.h"
#include "learning/processes/process_group.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

void reportProgress(const TrainingProgress& progress) {
  const EpochRecord& epoch = progress.epoch;
  std::printf("epoch %3d of %d  training %.4f  validation %.4f%s  rate %.2g  %.1f s, %s left\n",
              epoch.epoch, progress.epochs, epoch.trainingLoss, epoch.validationLoss,
              progress.best ? " *" : "  ", epoch.learningRate, epoch.seconds,
              clockText(progress.secondsLeft).c_str());
  std::fflush(stdout);
}

struct Company {
  int size = 1;
  std::optional<int> rank;  // nothing: starts the others itself
  MeetingPlace place;
};

Company takeCompany(Options& options) {
  Company company;
  options.takeNumber("--processes", 1, 1024, company.size);
  const auto place = options.take("--meet");
  int rank = -1;
  options.takeNumber("--rank", 0, company.size - 1, rank);
  if (place.has_value() != (rank >= 0))
    throw UsageError("--rank and --meet belong together: this process' number and HOST:PORT of 0");
  if (!place) return company;
  company.rank = rank;
  company.place = MeetingPlace::in(*place);
  return company;
}

std::unique_ptr<ProcessGroup> meet(const Company& company, const Options& options,
                                   const std::string& device, ChildProcesses& others) {
  if (company.size == 1) return nullptr;
  if (company.rank)
    return std::make_unique<ProcessGroup>(company.place, *company.rank, company.size, device);
  return std::make_unique<ProcessGroup>(
      company.place, 0, company.size, device, [&](std::uint16_t port) {
        for (int rank = 1; rank < company.size; ++rank) {
          std::vector<std::string> line = {"train"};
          line.insert(line.end(), options.line().begin(), options.line().end());
          line.insert(line.end(), {"--rank", std::to_string(rank), "--meet",
                                   company.place.host + ":" + std::to_string(port)});
          others.start(line);
        }
      });
}

std::int64_t weightsOf(const Model& model) {
  std::int64_t weights = 0;
  for (const torch::Tensor& parameter : model.parameters()) weights += parameter.numel();
  return weights;
}

void describe(const Model& model, const std::string& name, Recipe recipe, const Company& company,
              const Split& learned, const Split& validation) {
  std::printf("%s, recipe %s: %lld weights; %zu items to learn from, %zu to validate", name.c_str(),
              std::string(nameOf(recipe)).c_str(), static_cast<long long>(weightsOf(model)),
              learned.items(), validation.items());
  if (company.size > 1) std::printf("; %d processes", company.size);
  std::printf("\n");
}

// What a card says of how it was made (report/model_card.h).
void writeSummary(const TrainingOptions& training, const Model& model, const RunState& state,
                  const Company& company) {
  double seconds = 0;
  for (const EpochRecord& epoch : state.epochs) seconds += epoch.seconds;
  writeWholeFile(training.out / "training.json",
                 "{\"weights\": " + std::to_string(weightsOf(model)) +
                     ", \"settings\": " + jsonQuoted(training.fingerprint()) +
                     ",\n \"epochs\": " + std::to_string(state.epochs.size()) +
                     ", \"best_epoch\": " + std::to_string(state.bestEpoch) +
                     ", \"best_loss\": " + jsonNumber(state.bestLoss) +
                     ",\n \"processes\": " + std::to_string(company.size) +
                     ", \"minutes\": " + jsonNumber(seconds / 60) + "}\n");
}

}  // namespace

int runTrain(Options& options) {
  const std::string& name = options.subject("which model?");
  const Recipe recipe = recipeNamed(options.take("--recipe").value_or("shipped"));
  const ModelSettings shape = options.takeShape();
  const Dataset dataset(options.takeNeeded("--data"));
  TrainingOptions training = trainingOf(name, recipe);
  training.out = options.takeNeeded("--out");
  options.takeTraining(training);
  options.takeNumber("--share", 0.0, 1.0, training.share);
  const Company company = takeCompany(options);
  options.expectNothingLeft();

  ChildProcesses others;
  const std::unique_ptr<ProcessGroup> group = meet(company, options, training.device, others);
  const bool first = !group || group->rank() == 0;
  torch::manual_seed(training.seed);
  const ModelPtr model = makeModel(name, recipe, dataset.info(), shape);
  Split learned = dataset.open(SplitName::kTrain);
  if (training.share < 1) keepShare(learned, training.share, training.seed);
  const Split validation = dataset.open(SplitName::kValidation);
  if (first) {
    describe(*model, name, recipe, company, learned, validation);
    std::filesystem::create_directories(training.out);
    writeCard(training.out, cardOf(name, recipe, training.labels, dataset.info(), shape));
  }
  const TrainingResult result = train(
      *model, dataset.info(), learned, validation, training,
      first ? reportProgress : [](const TrainingProgress&) {});
  others.wait();
  if (!first) return 0;
  writeSummary(training, *model, result.state, company);
  const char* const why = result.end == TrainingResult::End::kNoLongerBetter ? "no longer better"
                          : result.end == TrainingResult::End::kTimeIsUp     ? "the time is up"
                                                                             : "all epochs";
  std::printf("ended (%s): best validation loss %.4f in epoch %d, %s\n", why, result.state.bestLoss,
              result.state.bestEpoch, (training.out / "best.pt").c_str());
  return 0;
}

}  // namespace dju::learning
