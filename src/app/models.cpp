// `dju models`: the registry by hand, and a model run by hand.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "core/error.h"
#include "inference/network/network_runner.h"
#include "inference/onnx/onnx_file.h"
#include "learning/data/npy.h"
#include "serving/model_cache.h"
#include "serving/model_registry.h"
#include "serving/registry_json.h"

namespace dju::app {
namespace {

using serving::ModelRegistry;
using serving::ModelVersion;

struct Options {
  std::string folder = "data/models", name, file, metric;
  std::vector<std::string> metrics, inputs;
  int version = 0;
  bool lowest = false;
};
using OptionsPtr = std::shared_ptr<Options>;

// "beat_alignment=0.91" pairs.
std::map<std::string, double> metricsIn(const std::vector<std::string>& pairs) {
  std::map<std::string, double> metrics;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    std::size_t used = 0;
    double value = 0;
    try {
      if (equals != std::string::npos) value = std::stod(pair.substr(equals + 1), &used);
    } catch (const std::exception&) {
      used = 0;
    }
    if (equals == 0 || used == 0 || equals + 1 + used != pair.size())
      throw Error(ErrorCode::kInvalid,
                  fmt::format("--metric {}: NAME=NUMBER, such as pearson=0.9", pair));
    metrics[pair.substr(0, equals)] = value;
  }
  return metrics;
}

void printLine(const ModelVersion& version) {
  std::string files, metrics;
  for (const auto& file : version.files)
    files += fmt::format("  {} {} kB", file.file, (file.bytes + 512) / 1024);
  for (const auto& [name, value] : version.metrics)
    metrics += fmt::format("  {} {:.4g}", name, value);
  fmt::print("{} {}  {}  {}{}{}\n", version.name, version.version, nameOf(version.status),
             version.registered, files, metrics);
}

void list(const Options& options) {
  const ModelRegistry registry(options.folder);
  const std::vector<std::string> names =
      options.name.empty() ? registry.names() : std::vector{options.name};
  if (names.empty()) fmt::print("{}: no models\n", options.folder);
  for (const std::string& name : names)
    for (const ModelVersion& version : registry.versions(name)) printLine(version);
}

void show(const Options& options) {
  const ModelRegistry registry(options.folder);
  const ModelVersion version = options.version > 0 ? registry.version(options.name, options.version)
                                                   : registry.current(options.name);
  fmt::print("{}", versionJsonOf(version));
}

void add(const Options& options) {
  ModelRegistry registry(options.folder);
  if (options.version == 0)
    return printLine(registry.add(options.file, metricsIn(options.metrics)));
  if (options.name.empty())
    throw Error(ErrorCode::kInvalid, "--version needs --name: which model is the file of?");
  printLine(registry.addFile(options.name, options.version, options.file));
}

void runNetwork(const inference::Network& network, const Options& options) {
  inference::NetworkRunner runner(network);
  for (const std::string& pair : options.inputs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos)
      throw Error(ErrorCode::kInvalid, fmt::format("--input {}: NAME=FILE.npy", pair));
    const std::string name = pair.substr(0, equals);
    const learning::NpyFile file(pair.substr(equals + 1));
    std::vector<float> values(file.header().elements());
    const std::size_t row = file.rowElements();
    for (std::size_t i = 0; i * row < values.size(); ++i)
      file.copyRow(i, std::span(values).subspan(i * row, row));
    runner.fill(name, values);
  }
  const auto began = std::chrono::steady_clock::now();
  runner.run();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  for (const auto& output : network.outputs()) {
    const auto values = runner.output(output.name);
    fmt::print("{} {:.9g}\n", output.name, fmt::join(values, " "));
  }
  fmt::print(stderr, "{:.2f} ms; weights {} kB, run {} kB\n", took.count(),
             network.weightBytes() / 1024, network.runBytes() / 1024);
}

// A file, or the current version of a model in the precision that this machine's memory allows.
void run(const Options& options) {
  if (std::filesystem::exists(options.file))
    return runNetwork(inference::Network(inference::readOnnx(options.file)), options);
  const ModelRegistry registry(options.folder);
  serving::ModelCache cache(registry);
  const auto model = cache.current(options.file);
  fmt::print(stderr, "{} {}, {}; {} MB of memory\n", model->version.name, model->version.version,
             nameOf(model->file.precision), serving::deviceMemory() >> 20);
  runNetwork(model->network, options);
}

CLI::App* command(CLI::App& group, const OptionsPtr& options, const std::string& name,
                  const std::string& help, void (*what)(const Options&)) {
  CLI::App* made = group.add_subcommand(name, help);
  made->callback([options, what] { what(*options); });
  return made;
}

void addQueries(CLI::App& group, const OptionsPtr& options) {
  command(group, options, "list", "All versions of all models, or of one", list)
      ->add_option("NAME", options->name, "Only this model");
  CLI::App* one = command(group, options, "show", "All that is known of a version, as JSON", show);
  one->add_option("NAME", options->name, "The model")->required();
  one->add_option("VERSION", options->version, "Default: the current one")
      ->check(CLI::PositiveNumber);
  CLI::App* best = command(
      group, options, "best", "The version that is best by a metric", [](const Options& of) {
        printLine(ModelRegistry(of.folder).best(
            of.name, of.metric, of.lowest ? serving::BestIs::kLowest : serving::BestIs::kHighest));
      });
  best->add_option("NAME", options->name, "The model")->required();
  best->add_option("METRIC", options->metric, "Its name")->required();
  best->add_flag("--lowest", options->lowest, "Less is better");
}

void addChanges(CLI::App& group, const OptionsPtr& options) {
  CLI::App* adding =
      command(group, options, "add", "Register an exported model as a candidate", add);
  adding->add_option("FILE", options->file, "The .onnx file; with --version also .tflite")
      ->required()
      ->check(CLI::ExistingFile);
  adding->add_option("--metric", options->metrics,
                     "NAME=NUMBER, e.g. of an evaluation; repeatable");
  adding->add_option("--version", options->version, "Another file of this version, with --name")
      ->check(CLI::PositiveNumber);
  adding->add_option("--name", options->name, "The model");
  CLI::App* promoting = command(
      group, options, "promote", "Make a version current",
      [](const Options& of) { printLine(ModelRegistry(of.folder).promote(of.name, of.version)); });
  promoting->add_option("NAME", options->name, "The model")->required();
  promoting->add_option("VERSION", options->version, "Of it")
      ->required()
      ->check(CLI::PositiveNumber);
  command(group, options, "rollback", "Make the version current that was before",
          [](const Options& of) { printLine(ModelRegistry(of.folder).rollback(of.name)); })
      ->add_option("NAME", options->name, "The model")
      ->required();
}

void addRun(CLI::App& group, const OptionsPtr& options) {
  CLI::App* running = command(group, options, "run", "Run a model once", run);
  running->add_option("MODEL", options->file, "A name in the registry, or an .onnx file")
      ->required();
  running->add_option("--input", options->inputs, "NAME=FILE.npy; what is not given is zero");
}

}  // namespace

void addModels(CLI::App& program) {
  CLI::App* group =
      program.add_subcommand("models", "Trained models: which there are, which is used");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  group->add_option("--models", options->folder, "The registry's folder")->capture_default_str();
  addQueries(*group, options);
  addChanges(*group, options);
  addRun(*group, options);
  addModelExport(*group);
  addModelConvert(*group);
}

}  // namespace dju::app
