// `dju worker`: takes jobs of a server's data folder in a process of its own, until SIGINT or
// SIGTERM (docs/operations.md). As many as the machine has cores for may run beside one server.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands.h"
#include "app/signals.h"
#include "server/work.h"
#include "storage/reanalysis.h"

namespace dju::app {
namespace {

void work(const server::ServerConfig& config, int threads) {
  if (!std::filesystem::exists(config.dataDir / "library.sqlite"))
    throw Error(ErrorCode::kNotFound,
                fmt::format("{}: no data folder of a server; start `dju serve` first or give "
                            "--data-dir",
                            config.dataDir.string()));
  Signals signals;
  server::Work work(config);
  work.jobs.start(threads);
  std::cout << fmt::format("working for {}\n", config.dataDir.string()) << std::flush;
  signals.wait();
  work.jobs.stop();
}

}  // namespace

void addWorker(CLI::App& app) {
  const auto config = std::make_shared<server::ServerConfig>();
  const auto threads = std::make_shared<int>(1);
  CLI::App* command = app.add_subcommand("worker", "Do a server's jobs in another process");
  command
      ->add_option_function<std::string>(
          "--config", [config](const std::string& file) { server::readConfig(file, *config); },
          "TOML file of the server (docs/operations.md)")
      ->trigger_on_parse();
  command->add_option("--data-dir", config->dataDir, "The server's data folder")
      ->capture_default_str();
  command->add_option("--models", config->models, "As the server's")->capture_default_str();
  command->add_option("--threads", *threads, "Jobs at a time, beside previews and web hooks")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->callback([config, threads] { work(*config, *threads); });
}

}  // namespace dju::app
