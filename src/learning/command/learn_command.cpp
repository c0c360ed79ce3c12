#include "learning/command/learn_command.h"

#include <charconv>
#include <cstdio>
#include <map>
#include <optional>

#include "core/error.h"
#include "inference/onnx/onnx_file.h"
#include "learning/data/whole_file.h"
#include "learning/evaluation/ensemble.h"
#include "learning/evaluation/evaluate.h"
#include "learning/export/export_model.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

constexpr const char* kUsage =
    "dju train MODEL --data DIR --out DIR [options]      MODEL: see below\n"
    "  --recipe shipped|document   how large and how trained (shipped)\n"
    "  --epochs N --batch N --rate R --patience N --minutes N --seed N --threads N\n"
    "  --optimizer adam|adamw|rmsprop   --curriculum 20,30,50|none   --precision float32|bfloat16\n"
    "  --labels true|shuffled      shuffled: a control that must learn nothing\n"
    "  --device cpu|cuda\n"
    "  A run that was ended goes on when it is started again.\n"
    "dju evaluate DIR --data DIR [--split train|validation|test] [--control DIR] [--out DIR]\n"
    "  DIR: a folder that training made; --control: one trained with --labels shuffled\n"
    "dju ensemble DIR DIR [DIR …] --data DIR --out DIR\n"
    "  trainings with different seeds become one that knows how far off it may be\n"
    "dju models export DIR --out FILE.onnx\n"
    "  DIR: a folder that training made\n";

class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ErrorCode::kInvalid, message) {}
};

// "--name value" pairs behind one word. Each is taken once; what is left over is a mistake.
class Options {
 public:
  explicit Options(const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (!arguments[i].starts_with("--")) {
        subjects_.push_back(arguments[i]);
        continue;
      }
      if (i + 1 == arguments.size()) throw UsageError(arguments[i] + " needs a value");
      if (!values_.emplace(arguments[i], arguments[i + 1]).second)
        throw UsageError(arguments[i] + ": given twice");
      ++i;
    }
  }
  const std::vector<std::string>& subjects() const { return subjects_; }
  // The one word that is no option.
  const std::string& subject(const std::string& what) const {
    if (subjects_.empty()) throw UsageError(what);
    if (subjects_.size() > 1) throw UsageError("\"" + subjects_[1] + "\": one too many");
    return subjects_.front();
  }

  std::optional<std::string> take(const std::string& name) {
    const auto at = values_.find(name);
    if (at == values_.end()) return std::nullopt;
    std::string value = at->second;
    values_.erase(at);
    return value;
  }
  std::string takeNeeded(const std::string& name) {
    auto value = take(name);
    if (!value) throw UsageError(name + " is missing");
    return *value;
  }
  template <typename T>
  void takeNumber(const std::string& name, T low, T high, T& into) {
    const auto text = take(name);
    if (!text) return;
    T value{};
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (code != std::errc{} || end != text->data() + text->size() || value < low || value > high)
      throw UsageError(name + " " + *text + ": a number from " + std::to_string(low) + " to " +
                       std::to_string(high));
    into = value;
  }
  template <typename T>
  void takeChoice(const std::string& name, const std::map<std::string, T>& choices, T& into) {
    const auto text = take(name);
    if (!text) return;
    const auto at = choices.find(*text);
    std::string all;
    for (const auto& [word, meaning] : choices) all += " " + word;
    if (at == choices.end()) throw UsageError(name + " " + *text + ": one of" + all);
    into = at->second;
  }
  void expectNothingLeft() const {
    if (!values_.empty()) throw UsageError(values_.begin()->first + ": unknown");
  }

 private:
  std::vector<std::string> subjects_;
  std::map<std::string, std::string> values_;
};

std::vector<int> phasesIn(const std::string& text) {
  std::vector<int> phases;
  if (text == "none") return phases;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    int epochs = 0;
    const auto [stop, code] = std::from_chars(at, end, epochs);
    if (code != std::errc{} || epochs < 1 || (stop != end && *stop != ','))
      throw UsageError("--curriculum " + text + ": numbers of epochs with commas between, or none");
    phases.push_back(epochs);
    at = stop + 1;
  }
  return phases;
}

void takeTraining(Options& options, TrainingOptions& training) {
  options.takeNumber("--epochs", 1, 100000, training.epochs);
  options.takeNumber("--batch", 2, 65536, training.batchSize);
  options.takeNumber("--rate", 1e-9, 10.0, training.learningRate);
  options.takeNumber("--patience", 1, 100000, training.patience);
  options.takeNumber("--minutes", 0.0, 1e6, training.minutes);
  options.takeNumber("--threads", 1, 1024, training.threads);
  options.takeNumber<std::uint64_t>("--seed", 0, UINT64_MAX, training.seed);
  options.takeChoice<OptimizerKind>("--optimizer",
                                    {{"adam", OptimizerKind::kAdam},
                                     {"adamw", OptimizerKind::kAdamW},
                                     {"rmsprop", OptimizerKind::kRmsProp}},
                                    training.optimizer);
  options.takeChoice<Precision>(
      "--precision", {{"float32", Precision::kFloat32}, {"bfloat16", Precision::kBfloat16}},
      training.precision);
  options.takeChoice<LabelOrder>("--labels",
                                 {{"true", LabelOrder::kTrue}, {"shuffled", LabelOrder::kShuffled}},
                                 training.labels);
  options.takeChoice<std::string>("--device", {{"cpu", "cpu"}, {"cuda", "cuda"}}, training.device);
  if (const auto phases = options.take("--curriculum")) training.curriculum = phasesIn(*phases);
}

std::string clockText(double seconds) {
  const auto all = static_cast<int>(seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%d:%02d:%02d", all / 3600, all / 60 % 60, all % 60);
  return text;
}

void reportProgress(const TrainingProgress& progress) {
  const EpochRecord& epoch = progress.epoch;
  std::printf("epoch %3d of %d  training %.4f  validation %.4f%s  rate %.2g  %.1f s, %s left\n",
              epoch.epoch, progress.epochs, epoch.trainingLoss, epoch.validationLoss,
              progress.best ? " *" : "  ", epoch.learningRate, epoch.seconds,
              clockText(progress.secondsLeft).c_str());
  std::fflush(stdout);
}

int runTrain(Options& options) {
  const std::string& name = options.subject("which model?");
  const Recipe recipe = recipeNamed(options.take("--recipe").value_or("shipped"));
  const Dataset dataset(options.takeNeeded("--data"));
  TrainingOptions training = trainingOf(name, recipe);
  training.out = options.takeNeeded("--out");
  takeTraining(options, training);
  options.expectNothingLeft();
  if (training.device == "cuda" && !torch::cuda::is_available())
    throw Error(ErrorCode::kUnavailable, "--device cuda: LibTorch finds none; leave it out");

  torch::manual_seed(training.seed);
  const ModelPtr model = makeModel(name, recipe, dataset.info());
  const Split learned = dataset.open(SplitName::kTrain);
  const Split validation = dataset.open(SplitName::kValidation);
  std::int64_t weights = 0;
  for (const torch::Tensor& parameter : model->parameters()) weights += parameter.numel();
  std::printf("%s, recipe %s: %lld weights; %zu items to learn from, %zu to validate\n",
              name.c_str(), std::string(nameOf(recipe)).c_str(), static_cast<long long>(weights),
              learned.items(), validation.items());
  std::filesystem::create_directories(training.out);
  writeCard(training.out, cardOf(name, recipe, training.labels, dataset.info()));
  const TrainingResult result =
      train(*model, dataset.info(), learned, validation, training, reportProgress);
  const char* const why = result.end == TrainingResult::End::kNoLongerBetter ? "no longer better"
                          : result.end == TrainingResult::End::kTimeIsUp     ? "the time is up"
                                                                             : "all epochs";
  std::printf("ended (%s): best validation loss %.4f in epoch %d, %s\n", why, result.state.bestLoss,
              result.state.bestEpoch, (training.out / "best.pt").c_str());
  return 0;
}

int runEvaluate(Options& options) {
  EvaluationOptions evaluation;
  evaluation.model = options.subject("which model? Name a folder that training made");
  const Dataset dataset(options.takeNeeded("--data"));
  evaluation.control = options.take("--control").value_or("");
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

int runExport(Options& options) {
  const std::filesystem::path folder = options.subject("which model? Name a folder of training");
  const std::filesystem::path out = options.takeNeeded("--out");
  options.expectNothingLeft();
  const ModelCard card = readCard(folder);
  const ModelPtr model = loadModel(folder, card, datasetOf(card));
  const std::string bytes = inference::onnxBytesOf(onnxOf(*model, card));
  writeWholeFile(out, bytes);
  std::printf("%s, recipe %s: %zu kB, %s\n", card.model.c_str(),
              std::string(nameOf(card.recipe)).c_str(), (bytes.size() + 512) / 1024, out.c_str());
  return 0;
}

}  // namespace

int runLearnCommand(const std::vector<std::string>& arguments) {
  try {
    if (arguments.empty()) throw UsageError("train, evaluate, ensemble or export?");
    Options options({arguments.begin() + 1, arguments.end()});
    if (arguments[0] == "train") return runTrain(options);
    if (arguments[0] == "evaluate") return runEvaluate(options);
    if (arguments[0] == "ensemble") return runEnsemble(options);
    if (arguments[0] == "export") return runExport(options);
    throw UsageError("\"" + arguments[0] + "\": train, evaluate, ensemble or export?");
  } catch (const UsageError& error) {
    std::fprintf(stderr, "dju_learn: %s\n\n%s", error.what(), kUsage);
    std::fprintf(stderr, "models:");
    for (const std::string& name : modelNames()) std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
}

}  // namespace dju::learning
