// `dju train`, `dju ensemble`, `dju evaluate` and `dju models export`: start dju_learn, which lies
// beside this program where training was built. A program of its own, since LibTorch takes 200 MB
// and seconds to load, and no server should have either.
#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "app/commands.h"
#include "core/error.h"

namespace dju::app {
namespace {

[[noreturn]] void become(const std::string& verb, const std::vector<std::string>& arguments) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "dju_learn";
  std::vector<std::string> line = {program.string(), verb};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : line) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  if (errno == ENOENT)
    throw Error(
        ErrorCode::kUnavailable,
        fmt::format("{}: not there; ./scripts/run --with-learning builds it (docs/training.md)",
                    program.string()));
  throw Error(ErrorCode::kUnavailable,
              fmt::format("{}: {}", program.string(), std::generic_category().message(errno)));
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
}

void addModelExport(CLI::App& models) {
  add(models, "export", "Write a trained model as ONNX (needs a build with training)");
}

}  // namespace dju::app
