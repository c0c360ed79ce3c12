// `dju train`, `dju evaluate` and what else is done with models: start dju_learn, which lies beside
// this program where training was built (programs.h).
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "app/commands.h"
#include "app/programs.h"
#include "core/error.h"

namespace dju::app {
namespace {

[[noreturn]] void become(const std::string& verb, const std::vector<std::string>& arguments) {
  const std::string program = programNamed("dju_learn").string();
  std::vector<std::string> line = {program, verb};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : line) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  throw Error(ErrorCode::kUnavailable,
              fmt::format("{}: {}", program, std::generic_category().message(errno)));
}

void add(CLI::App& program, const std::string& verb, const std::string& help) {
  CLI::App* command = program.add_subcommand(verb, help);
  command->prefix_command();  // all that follows is dju_learn's to read
  command->set_help_flag();
  command->callback([command, verb] { become(verb, command->remaining()); });
}

}  // namespace

void addLearn(CLI::App& program) {
  add(program, "train", "Train a model from a data set (needs a build with training)");
  add(program, "ensemble", "Make one judge of several trainings");
  add(program, "evaluate", "Measure a trained model beside plain predictors");
  add(program, "crossvalidate", "Measure a kind of model on data of which none was its own");
  add(program, "card", "Write a model's card out of what lies beside it");
  add(program, "search", "Look for better hyperparameters or an architecture");
  add(program, "active", "Measure how many labels a choice of what to label saves");
  add(program, "choose", "Name what trained models would have labelled next");
}

void addModelExport(CLI::App& models) {
  add(models, "export", "Write a trained model as ONNX (needs a build with training)");
}

}  // namespace dju::app
