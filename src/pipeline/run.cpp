#include "pipeline/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

#include "core/error.h"
#include "learning/data/whole_file.h"
#include "pipeline/monitoring.h"

namespace dju::pipeline {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string lineOf(const std::vector<std::string>& command) {
  std::string line;
  for (const std::string& word : command) {
    const bool quoted = word.empty() || word.find(' ') != std::string::npos;
    line.append(line.empty() ? "" : " ").append(quoted ? "\"" + word + "\"" : word);
  }
  return line;
}

// What is done, by key.
class Journal {
 public:
  explicit Journal(fs::path file) : file_(std::move(file)) {
    if (!fs::exists(file_)) return;
    std::ifstream in(file_);
    done_ = json::parse(in, nullptr, false);
    if (!done_.is_object())
      throw Error(ErrorCode::kInvalid,
                  file_.string() + ": damaged; remove it, and steps are done again");
  }
  bool has(const Step& step) const { return done_.contains(step.key) && fs::exists(step.output); }
  void note(const Step& step, double seconds) {
    done_[step.key] = {{"phase", kPhases[static_cast<std::size_t>(step.phase)]},
                       {"step", step.name},
                       {"command", lineOf(step.command)},
                       {"seconds", seconds}};
    learning::writeWholeFile(file_, done_.dump(1) + "\n");
  }
  const json& all() const { return done_; }

 private:
  fs::path file_;
  json done_ = json::object();
};

class Run {
 public:
  Run(const Config& config, fs::path out, const RunProgram& run, const Say& say)
      : config_(config),
        out_(std::move(out)),
        run_(run),
        say_(say),
        journal_((fs::create_directories(out_), out_ / "pipeline.json")) {}

  PipelineResult all() {
    for (const std::string& note : config_.notes()) say_(note);
    // A step may decide what the next ones are.
    while (const auto next = nextStep()) carryOut(*next);
    const Plan plan = planOf(config_, out_);
    result_.stepsFound = static_cast<int>(plan.steps.size()) - result_.stepsRun;
    selectModels(plan);
    deploy(plan);
    prepareMonitoring(plan);
    report(plan);
    return std::move(result_);
  }

 private:
  std::optional<Step> nextStep() const {
    for (Step& step : planOf(config_, out_).steps)
      if (!journal_.has(step)) return std::move(step);
    return std::nullopt;
  }

  void enter(Phase phase) {
    if (announced_ == phase) return;
    announced_ = phase;
    say_(fmt::format("Phase {}: {}", static_cast<int>(phase) + 1,
                     kPhases[static_cast<std::size_t>(phase)]));
  }

  void carryOut(const Step& step) {
    enter(step.phase);
    say_(fmt::format("  {}: {}", step.name, lineOf(step.command)));
    const auto began = std::chrono::steady_clock::now();
    const int status = run_(step.command);
    const std::string phase(kPhases[static_cast<std::size_t>(step.phase)]);
    if (status != 0)
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("phase {}, {}: ended with status {}; mend it and start the pipeline "
                              "again, it goes on here",
                              phase, step.name, status));
    if (!fs::exists(step.output))
      throw Error(ErrorCode::kInternal,
                  fmt::format("phase {}, {}: left no {}", phase, step.name, step.output.string()));
    journal_.note(step,
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    ++result_.stepsRun;
  }

  void selectModels(const Plan& plan) {
    enter(Phase::kSelection);
    const Weights weights{config_.number("selection.accuracy"),
                          config_.number("selection.inference_speed"),
                          config_.number("selection.human_correlation")};
    for (const TrainedModel& model : plan.models)
      result_.models.push_back(weigh(measuredIn(model.name, model.report), weights,
                                     config_.number("deployment.target_latency"),
                                     config_.number("selection.threshold")));
    say_(markdownOf(result_.models, config_.number("selection.threshold")));
  }

  bool isChosen(const std::string& model) const {
    return std::any_of(result_.models.begin(), result_.models.end(), [&](const Selected& one) {
      return one.chosen && one.measured.model == model;
    });
  }

  static void copyModel(const fs::path& from, const fs::path& to) {
    fs::create_directories(to);
    for (const char* file : {"model.json", "best.pt"}) fs::copy_file(from / file, to / file);
  }

  // With its members, which it names by their folders.
  static void copyEnsemble(const fs::path& from, const fs::path& to) {
    std::ifstream in(from / "ensemble.json");
    json ensemble = json::parse(in);
    int number = 0;
    for (json& member : ensemble.at("members")) {
      const std::string folder = fmt::format("member-{}", ++number);
      copyModel(from / member.get<std::string>(), to / folder);
      member = folder;
    }
    learning::writeWholeFile(to / "ensemble.json", ensemble.dump(1) + "\n");
  }

  const Selected& chosen(const std::string& model) const {
    return *std::find_if(result_.models.begin(), result_.models.end(),
                         [&](const Selected& one) { return one.measured.model == model; });
  }

  // Runs a command of this phase, which is done anew each time: it takes seconds.
  void require(const std::vector<std::string>& command) {
    say_("  " + lineOf(command));
    const int status = run_(command);
    if (status != 0)
      throw Error(ErrorCode::kUnavailable, fmt::format("phase deployment: {}: ended with status {}",
                                                       lineOf(command), status));
  }

  bool isWanted(const std::string& format) const {
    const json& formats = config_["deployment.model_format"];
    return std::find(formats.begin(), formats.end(), format) != formats.end();
  }

  // As files that any runtime reads, smaller ones beside, and into the registry.
  void exportModel(const Selected& one, const fs::path& folder, const fs::path& data,
                   const fs::path& to) {
    if (!isWanted("onnx") && !isWanted("tflite")) return;
    const std::string& name = one.measured.model;
    const std::string onnx = (to / (name + ".onnx")).string();
    require({"dju_learn", "export", folder.string(), "--out", onnx});
    if (isWanted("tflite"))
      require({"dju", "models", "convert", onnx, "--out", (to / (name + ".tflite")).string()});
    const std::string precision = config_.text("deployment.quantization");
    if (precision != "float32") {
      const std::string smaller = (to / (name + "-" + precision + ".onnx")).string();
      std::vector<std::string> command = {"dju",   "models", "convert",     onnx,
                                          "--out", smaller,  "--precision", precision};
      if (precision == "int8") command.insert(command.end(), {"--calibrate", data.string()});
      require(command);
    }
    const std::string registry = config_.text("deployment.registry");
    if (!registry.empty())
      require({"dju", "models", "--models", registry, "add", onnx, "--metric",
               fmt::format("accuracy={:.4f}", one.measured.accuracy)});
  }

  // What was chosen, whole: weights, what they are of, and the report that speaks for them.
  void deploy(const Plan& plan) {
    enter(Phase::kDeployment);
    const fs::path folder = out_ / "deployed";
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const TrainedModel& model : plan.models) {
      if (!isChosen(model.name)) continue;
      const fs::path to = folder / model.name;
      fs::create_directories(to);
      if (fs::exists(model.folder / "ensemble.json")) {
        copyEnsemble(model.folder, to);
      } else {
        copyModel(model.folder, to);
        // Architectures of a search have no export yet; their weights are there.
        if (model.name != "layered") exportModel(chosen(model.name), model.folder, plan.data, to);
      }
      for (const char* file : {"report.json", "report.md", "card.md"}) {
        const fs::path from = model.report.parent_path() / file;
        if (fs::exists(from)) fs::copy_file(from, to / file);
      }
      say_(fmt::format("  {}", to.string()));
    }
    if (fs::is_empty(folder)) say_("  no model is good enough");
  }

  void prepareMonitoring(const Plan& plan) {
    enter(Phase::kMonitoring);
    const fs::path folder = out_ / "monitoring";
    fs::create_directories(folder);
    json features;
    for (const Selected& one : result_.models) {
      if (!one.chosen) continue;
      if (features.is_null()) features = featureReference(plan.data);
      const json reference{{"model", one.measured.model},
                           {"accuracy", one.measured.accuracy},
                           {"milliseconds_per_window", one.measured.milliseconds},
                           {"features", features}};
      learning::writeWholeFile(folder / (one.measured.model + ".json"), reference.dump(1) + "\n");
      say_(fmt::format("  {}", (folder / (one.measured.model + ".json")).string()));
    }
  }

  void report(const Plan& plan) const {
    const double threshold = config_.number("selection.threshold");
    std::string text = "# Pipeline\n\n" + markdownOf(result_.models, threshold) + "\n## Steps\n";
    json steps = json::array();
    for (const Step& step : plan.steps) {
      json done = journal_.all().at(step.key);
      text += fmt::format("- {}: {} ({:.1f} s)\n", done["phase"].get<std::string>(),
                          done["step"].get<std::string>(), done["seconds"].get<double>());
      steps.push_back(std::move(done));
    }
    for (const std::string& note : config_.notes()) text += "\n" + note + ".\n";
    learning::writeWholeFile(out_ / "report.md", text);
    json whole = jsonOf(result_.models, threshold);
    whole["steps"] = steps;
    whole["configuration"] = config_.tree();
    learning::writeWholeFile(out_ / "report.json", whole.dump(1) + "\n");
  }

  const Config& config_;
  fs::path out_;
  const RunProgram& run_;
  const Say& say_;
  Journal journal_;
  PipelineResult result_;
  std::optional<Phase> announced_;
};

}  // namespace

PipelineResult runPipeline(const Config& config, const fs::path& out, const RunProgram& run,
                           const Say& say) {
  return Run(config, out, run, say).all();
}

}  // namespace dju::pipeline
