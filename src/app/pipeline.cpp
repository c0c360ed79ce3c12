// `dju pipeline CONFIG.toml`: from no data to models in use, in six phases (docs/pipeline.md).
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "app/commands.h"
#include "app/programs.h"
#include "core/error.h"
#include "pipeline/run.h"

namespace dju::app {
namespace {

struct Options {
  std::string config, out = "pipeline";
  std::vector<std::string> overrides;
  bool show = false;
};

int runToTheEnd(const std::vector<std::string>& command) {
  std::vector<std::string> line = command;
  line.front() = programNamed(command.front()).string();
  std::vector<char*> words;
  for (std::string& word : line) words.push_back(word.data());
  words.push_back(nullptr);
  pid_t child = 0;
  const int failure = posix_spawn(&child, words.front(), nullptr, nullptr, words.data(), environ);
  if (failure != 0)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("{}: {}", line.front(), std::generic_category().message(failure)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);  // before a step says something
}

void run(const Options& options) {
  const pipeline::Config config = pipeline::Config::read(options.config, options.overrides);
  if (options.show) {
    say(config.tree().dump(1));
    return;
  }
  const pipeline::PipelineResult result =
      pipeline::runPipeline(config, options.out, runToTheEnd, say);
  say(fmt::format("{} steps done, {} were done before: {}/report.md", result.stepsRun,
                  result.stepsFound, options.out));
}

}  // namespace

void addPipeline(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "pipeline", "From no data to models in use: one configuration, six phases");
  command->add_option("CONFIG", options->config, "A TOML file (docs/pipeline.md)")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--set", options->overrides, "section.key=value, instead of the file's")
      ->take_all();
  command->add_option("--out", options->out, "Folder for everything that is made")
      ->capture_default_str();
  command->add_flag("--show", options->show, "Only print the whole configuration as JSON");
  command->callback([options] { run(*options); });
}

}  // namespace dju::app
