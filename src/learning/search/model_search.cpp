#include "learning/search/model_search.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "core/error.h"
#include "learning/data/json.h"
#include "learning/data/whole_file.h"
#include "learning/report/line_chart.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

// A trial that is not worth going on.
class CutShort : public std::exception {};

// The settings that are the training's are taken out; what stays is the model's shape.
ModelSettings applyTo(TrainingOptions& training, ModelSettings settings) {
  const auto take = [&](const char* name, auto& into) {
    const auto at = settings.find(name);
    if (at == settings.end()) return;
    into = static_cast<std::remove_reference_t<decltype(into)>>(at->second.front());
    settings.erase(at);
  };
  take("learning_rate", training.learningRate);
  take("batch_size", training.batchSize);
  return settings;
}

// The document names one number of filters; a model with three layers doubles it from layer to
// layer up to that.
ModelSettings shapeFor(const std::string& model, ModelSettings shape) {
  const auto filters = shape.find("conv_filters");
  if (model != "layered" && filters != shape.end()) {
    const double most = filters->second.front();
    filters->second = {most / 4, most / 2, most};
  }
  return shape;
}

void tryOut(const Dataset& dataset, const ModelSearch& options, const ModelSettings& settings,
            const std::function<bool(double)>& goOn) {
  TrainingOptions training = options.training;
  training.out = options.training.out / "trial";
  fs::remove_all(training.out);
  const ModelSettings shape = shapeFor(options.model, applyTo(training, settings));
  torch::manual_seed(training.seed);
  const ModelPtr model = makeModel(options.model, options.recipe, dataset.info(), shape);
  try {
    train(*model, dataset.info(), dataset.open(SplitName::kTrain),
          dataset.open(SplitName::kValidation), training, [&](const TrainingProgress& progress) {
            if (!goOn(progress.epoch.validationLoss)) throw CutShort();
          });
  } catch (const CutShort&) {
    // The log knows.
  } catch (const Error& error) {
    // Settings under which training diverges are bad ones; a full disk ends the search.
    if (error.code() != ErrorCode::kInvalid) throw;
    goOn(std::numeric_limits<double>::infinity());
  }
  fs::remove_all(training.out);
}

void writeBest(const ModelSearch& options, const TrialLog& log, const Trial& best) {
  LineChart chart{"Search", "trial", "best validation loss", {{options.space, {}}}};
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < log.trials().size(); ++i) {
    least = std::min(least, log.trials()[i].loss);
    chart.series[0].points.emplace_back(static_cast<double>(i + 1), least);
  }
  writeWholeFile(options.training.out / "search.svg", svgOf(chart));
  const auto cut = std::count_if(log.trials().begin(), log.trials().end(),
                                 [](const Trial& trial) { return trial.cutShort; });
  const FoundTraining found = foundTraining(options, best);
  writeWholeFile(options.training.out / "best.json",
                 "{\"model\": " + jsonQuoted(options.model) +
                     ", \"trials\": " + std::to_string(log.trials().size()) + ", \"cut_short\": " +
                     std::to_string(cut) + ",\n \"loss\": " + jsonNumber(best.loss) +
                     ",\n \"rate\": " + jsonNumber(found.rate) +
                     ", \"batch\": " + std::to_string(found.batch) +
                     ", \"shape\": " + jsonQuoted(found.shape) + "}\n");
}

}  // namespace

FoundTraining foundTraining(const ModelSearch& options, const Trial& trial) {
  TrainingOptions training = options.training;
  const ModelSettings shape = shapeFor(options.model, applyTo(training, trial.settings));
  return {training.learningRate, training.batchSize, textOf(shape)};
}

Trial searchModel(const Dataset& dataset, const ModelSearch& options,
                  const std::function<void(const Trial&)>& report) {
  fs::create_directories(options.training.out);
  const SearchSpace space = SearchSpace::named(options.space);
  TrialLog log(options.training.out / "trials.jsonl",
               options.model + ", recipe " + std::string(nameOf(options.recipe)) + ", " +
                   options.space + ", population " + std::to_string(options.genetic.population) +
                   ", epochs " + std::to_string(options.training.epochs) + ", minutes " +
                   jsonNumber(options.training.minutes) + ", search seed " +
                   std::to_string(options.genetic.seed) + ", " + options.training.fingerprint());
  const Trial best = searchSettings(
      space, options.genetic, log,
      [&](const ModelSettings& settings, const std::function<bool(double)>& goOn) {
        Trial trial{{}, settings, std::numeric_limits<double>::infinity(), {}, false};
        tryOut(dataset, options, settings, [&](double loss) {
          trial.losses.push_back(loss);
          trial.loss = std::min(trial.loss, loss);
          const bool on = goOn(loss);
          trial.cutShort = !on;
          return on;
        });
        report(trial);
      });
  writeBest(options, log, best);
  return best;
}

}  // namespace dju::learning
