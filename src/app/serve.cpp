// `dju serve`: the server, until SIGINT or SIGTERM.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands.h"
#include "app/signals.h"
#include "core/log.h"
#include "server/server.h"

namespace dju::app {
namespace {

void serve(const server::ServerConfig& config) {
  Signals signals;
  server::Server server(config);
  server.start();
  for (const std::string& address : server.addresses())
    std::cout << fmt::format("DJ Universe is at {}\n", address);
  std::cout << std::flush;
  signals.wait();
  std::cout << "ending the battles and closing their logs …\n" << std::flush;
  server.stop();
}

}  // namespace

void addServe(CLI::App& app) {
  const auto shared = std::make_shared<server::ServerConfig>();
  server::ServerConfig& config = *shared;
  CLI::App* command = app.add_subcommand("serve", "Run the server");
  // Read while the line is being parsed, before the other options are stored: the line has the last
  // word, wherever --config stands in it.
  command
      ->add_option_function<std::string>(
          "--config", [shared](const std::string& file) { server::readConfig(file, *shared); },
          "TOML file (docs/operations.md)")
      ->trigger_on_parse();
  command->add_option("--data-dir", config.dataDir, "Library, recordings and secrets")
      ->capture_default_str();
  command->add_option("--web-dir", config.webDir, "The built web client")->capture_default_str();
  command
      ->add_option("--models", config.models,
                   "Trained models: what judges the sound, mixers that listen")
      ->capture_default_str();
  command->add_option("--listen", config.listen,
                      "Addresses to bind; loopback unless told otherwise");
  command->add_option("--port", config.port, "TCP port; 0 for any")->capture_default_str();
  command->add_option("--media-port", config.mediaPort, "UDP port of the sound; 0 for any")
      ->capture_default_str();
  command->add_option("--public-address", config.publicAddresses,
                      "Announced to WebRTC instead of --listen");
  command->add_flag("--tls", config.tls,
                    "HTTPS; with a self-signed certificate unless one is given");
  command->add_option("--tls-certificate", config.tlsCertificate, "PEM chain")
      ->check(CLI::ExistingFile);
  command->add_option("--tls-key", config.tlsKey, "PEM key")->check(CLI::ExistingFile);
  command->add_option("--operator", config.operators,
                      "Player ids that may change and delete any track");
  command->add_option("--engine-threads", config.engineThreads, "Threads that render")
      ->check(CLI::Range(1, 64));
  command->add_option("--media-threads", config.mediaThreads, "Threads that encode and send sound")
      ->check(CLI::Range(1, 64));
  command->add_option("--max-battles", config.maxBattles, "Battles at a time")
      ->check(CLI::Range(1, 10000));
  command->add_option("--workers", config.workers, "Jobs at a time; 0: only `dju worker` does them")
      ->check(CLI::Range(0, 64));
  command->callback([shared] { serve(*shared); });
}

}  // namespace dju::app
