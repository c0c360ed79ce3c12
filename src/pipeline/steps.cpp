#include "pipeline/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>

#include "core/error.h"
#include "core/hash.h"

namespace dju::pipeline {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr const char* kEnsemble = "ensemble_judge";

std::string textOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string keyOf(const Words& words) {
  std::string all;
  for (const std::string& word : words) all += word + "\n";
  return hex64(xxh64(all.data(), all.size()));
}

std::string plain(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& each : value) text.append(text.empty() ? "" : ",").append(plain(each));
  return text.empty() ? "none" : text;
}

class Planner {
 public:
  Planner(const Config& config, fs::path out) : config_(config), out_(std::move(out)) {}

  Plan make() {
    expectReachablePhases();
    planData();
    planActiveLearning();
    for (const auto& name : config_["training.models"]) planModel(name.get<std::string>());
    planArchitecture();
    planCrossValidation();
    std::stable_sort(plan_.steps.begin(), plan_.steps.end(),
                     [](const Step& a, const Step& b) { return a.phase < b.phase; });
    return std::move(plan_);
  }

 private:
  void expectReachablePhases() const {
    const auto phases = config_["training.curriculum"].get<std::vector<std::int64_t>>();
    const auto sum = std::accumulate(phases.begin(), phases.end(), std::int64_t{0});
    if (isDocument() && sum > config_.whole("training.epochs"))
      throw Error(ErrorCode::kInvalid,
                  fmt::format("training.curriculum has phases of {} epochs, training.epochs is {}: "
                              "the last would not be reached; shorten them, or set it to []",
                              sum, config_.whole("training.epochs")));
  }

  bool isDocument() const { return config_.text("training.recipe") == "document"; }

  // Adds a step whose output lies in a folder of its own; gives the folder.
  fs::path add(Phase phase, const std::string& name, Words command, const std::string& dependsOn,
               const std::string& folder, const std::string& file) {
    Words all = command;
    all.push_back(dependsOn);
    const std::string key = keyOf(all);
    const fs::path out = out_ / (folder + "-" + key.substr(0, 8));
    command.insert(command.end(), {"--out", out.string()});
    plan_.steps.push_back({phase, name, std::move(command), out / file, key});
    return out;
  }

  void planData() {
    if (!config_.text("data.path").empty()) {
      plan_.data = config_.text("data.path");
      if (!fs::exists(plan_.data / "dataset.json"))
        throw Error(ErrorCode::kNotFound, fmt::format("data.path: {}: no dataset.json; name a "
                                                      "folder that `dju dataset` made",
                                                      plan_.data.string()));
      dataKey_ = keyOf({textOf(plan_.data / "dataset.json")});
    } else {
      Words command = {"dju", "dataset", "simulate"};
      give(command, {{"--performances", "data.performances"}, {"--seed", "data.seed"}});
      plan_.data = add(Phase::kData, "simulate", command, "", "data", "dataset.json");
      dataKey_ = plan_.steps.back().key;
      // How many at a time changes nothing in the data.
      plan_.steps.back().command.insert(plan_.steps.back().command.end(),
                                        {"--jobs", plain(config_["data.jobs"])});
    }
    plan_.steps.push_back({Phase::kData,
                           "check",
                           {"dju", "dataset", "check", plan_.data.string()},
                           plan_.data / "dataset.json",
                           keyOf({"check", dataKey_})});
  }

  using Paths = std::vector<std::pair<std::string, std::string>>;
  void give(Words& command, const Paths& options) const {
    for (const auto& [name, path] : options)
      command.insert(command.end(), {name, plain(config_[path])});
  }

  // The option, unless the recipe has it so already.
  void option(Words& command, const char* name, const char* path) const {
    if (isDocument() || !config_.isStandard(path))
      command.insert(command.end(), {name, plain(config_[path])});
  }

  Words trainingOptions() const {
    Words options = {"--recipe", config_.text("training.recipe")};
    option(options, "--batch", "data.batch_size");
    option(options, "--masks", "training.masks");
    option(options, "--plateau", "training.reduce_lr_patience");
    option(options, "--patience", "training.early_stopping_patience");
    option(options, "--checkpoint-every", "training.model_checkpoint_frequency");
    option(options, "--curriculum", "training.curriculum");
    give(options, {{"--precision", "training.precision"},
                   {"--device", "training.device"},
                   {"--threads", "training.threads"}});
    return options;
  }

  // What of "models.NAME" differs from the recipe's own sizes.
  std::string shapeOf(const std::string& model) const {
    std::string shape;
    const std::string prefix = "models." + model + ".";
    for (const Setting& setting : settings())
      if (setting.path.starts_with(prefix) && !config_.isStandard(setting.path))
        shape.append(shape.empty() ? "" : " ")
            .append(setting.path.substr(prefix.size()))
            .append("=")
            .append(plain(config_[setting.path]));
    return shape;
  }

  Words learn(const std::string& verb, const std::string& model) const {
    Words command = {"dju_learn", verb, model, "--data", plan_.data.string()};
    const Words options = trainingOptions();
    command.insert(command.end(), options.begin(), options.end());
    return command;
  }

  Words train(const std::string& model, std::int64_t seed, const std::string& shape) const {
    Words command = learn("train", model);
    option(command, "--epochs", "training.epochs");
    option(command, "--rate", "training.learning_rate");
    command.insert(command.end(), {"--seed", std::to_string(seed)});
    if (config_.number("training.minutes") > 0) give(command, {{"--minutes", "training.minutes"}});
    if (config_.whole("training.processes") > 1)
      give(command, {{"--processes", "training.processes"}});
    if (!shape.empty()) command.insert(command.end(), {"--shape", shape});
    return command;
  }

  void planActiveLearning() {
    if (!config_.flag("active_learning.enabled")) return;
    Words command = learn("active", "technical");
    give(command, {{"--strategy", "active_learning.strategy"},
                   {"--rounds", "active_learning.iterations"},
                   {"--per-round", "active_learning.samples"},
                   {"--epochs", "active_learning.epochs"}});
    add(Phase::kTraining, "active learning", command, dataKey_, "active-learning", "active.json");
  }

  // What a search found, in words for `dju_learn train`; nothing before it is done.
  std::optional<nlohmann::json> search(const std::string& section, const std::string& model,
                                       const Words& more) {
    Words command = learn("search", model);
    command.insert(command.end(), more.begin(), more.end());
    give(command, {{"--population", section + ".population_size"},
                   {"--trial-minutes", section + ".minutes"},
                   {"--epochs", section + ".epochs"}});
    const fs::path folder = add(Phase::kTraining, section + " of " + model, command, dataKey_,
                                "search-" + model, "best.json");
    const auto best = nlohmann::json::parse(textOf(folder / "best.json"), nullptr, false);
    if (best.is_discarded()) return std::nullopt;
    return best;
  }

  void planModel(const std::string& model) {
    Words& found = found_[model];
    std::string& shape = shapes_[model];
    shape = shapeOf(model);
    if (model == "technical" && config_.flag("hyperparameters.enabled")) {
      const auto best = search(
          "hyperparameters", model,
          {"--space", "hyperparameters", "--trials", plain(config_["hyperparameters.n_trials"])});
      if (!best) return;
      found = {"--rate", best->at("rate").dump(), "--batch", best->at("batch").dump()};
      shape = best->at("shape").get<std::string>();
    }
    const auto seed = config_.whole("training.seed");
    const auto members = model == "technical" ? config_.whole("training.ensemble") : 1;
    Words folders;
    std::string keys;
    for (std::int64_t i = 0; i < members; ++i) {
      const std::string name = i == 0 ? model : fmt::format("{}, seed {}", model, seed + i);
      const Words command = replaced(train(model, seed + i, shape), found);
      folders.push_back(
          add(Phase::kTraining, name, command, dataKey_, model, "curve.svg").string());
      keys += plan_.steps.back().key;
      if (i == 0) plan_.models.push_back({model, folders.front(), {}});
    }
    std::string control;
    if (model == "technical" && config_.flag("evaluation.control")) {
      Words command = replaced(train(model, seed, shape), found);
      command.insert(command.end(), {"--labels", "shuffled"});
      control = add(Phase::kTraining, "technical, shuffled labels", command, dataKey_, "control",
                    "curve.svg")
                    .string();
      keys += plan_.steps.back().key;
    }
    planEvaluation(plan_.models.back(), keys, control);
    if (members > 1) planEnsemble(folders, keys, control);
  }

  // A search's findings stand for the configuration's.
  static Words replaced(Words command, const Words& found) {
    for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
      const auto at = std::find(command.begin(), command.end(), found[i]);
      if (at == command.end()) {
        command.insert(command.end(), {found[i], found[i + 1]});
      } else {
        *(at + 1) = found[i + 1];
      }
    }
    return command;
  }

  void planEnsemble(const Words& folders, const std::string& keys, const std::string& control) {
    Words command = {"dju_learn", "ensemble"};
    command.insert(command.end(), folders.begin(), folders.end());
    command.insert(command.end(), {"--data", plan_.data.string()});
    const fs::path folder = add(Phase::kTraining, "ensemble judge", command, dataKey_ + keys,
                                "ensemble", "ensemble.json");
    plan_.models.push_back({kEnsemble, folder, {}});
    planEvaluation(plan_.models.back(), plan_.steps.back().key + keys, control);
  }

  void planEvaluation(TrainedModel& model, const std::string& keys, const std::string& control) {
    Words command = {"dju_learn", "evaluate", model.folder.string(), "--data", plan_.data.string()};
    if (!control.empty()) command.insert(command.end(), {"--control", control});
    if (!config_.text("evaluation.ratings").empty())
      command.insert(command.end(), {"--ratings", config_.text("evaluation.ratings")});
    const fs::path out = add(Phase::kEvaluation, model.name, command, dataKey_ + keys,
                             "evaluation-" + model.name, "report.json");
    model.report = out / "report.json";
    if (model.name == kEnsemble) return;  // its members' cards say how it was made
    const fs::path card = out / "card.md";
    plan_.steps.push_back(
        {Phase::kEvaluation,
         "card of " + model.name,
         {"dju_learn", "card", model.folder.string(), "--data", plan_.data.string(), "--evaluation",
          out.string(), "--out", card.string()},
         card,
         keyOf({"card", plan_.steps.back().key})});
  }

  void planArchitecture() {
    if (!config_.flag("architecture.enabled")) return;
    const auto best = search(
        "architecture", "layered",
        {"--space", "architecture", "--generations", plain(config_["architecture.generations"])});
    if (!best) return;
    const Words command =
        train("layered", config_.whole("training.seed"), best->at("shape").get<std::string>());
    const fs::path folder =
        add(Phase::kTraining, "layered", command, dataKey_, "layered", "curve.svg");
    plan_.models.push_back({"layered", folder, {}});
    planEvaluation(plan_.models.back(), plan_.steps.back().key, "");
  }

  void planCrossValidation() {
    const auto folds = config_.whole("evaluation.cross_validation");
    if (folds < 2) return;
    for (const auto& [model, shape] : shapes_) {
      Words command = replaced(train(model, config_.whole("training.seed"), shape), found_[model]);
      command[1] = "crossvalidate";
      erase(command, "--processes");
      command.insert(command.end(),
                     {"--folds", std::to_string(folds), "--by", config_.text("evaluation.group")});
      add(Phase::kEvaluation, "cross-validation of " + model, command, dataKey_,
          "cross-validation-" + model, "report.json");
    }
  }

  static void erase(Words& command, const std::string& option) {
    const auto at = std::find(command.begin(), command.end(), option);
    if (at != command.end()) command.erase(at, at + 2);
  }

  const Config& config_;
  fs::path out_;
  Plan plan_;
  std::string dataKey_;
  // By model: what a search found, as options, and what of its shape is not its recipe's.
  std::map<std::string, Words> found_;
  std::map<std::string, std::string> shapes_;
};

}  // namespace

Plan planOf(const Config& config, const fs::path& out) {
  return Planner(config, out).make();
}

}  // namespace dju::pipeline
