// `dju mixers`: the gate in front of a new version of a mixer, and the way of a model into a
// server's data folder (docs/evolution.md).
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands.h"
#include "app/contestant_file.h"
#include "arena/gate/gate.h"

namespace dju::app {
namespace {

struct Options {
  std::string after, before = "rules@1", dataDir = "var", models = "data/models";
  arena::GateQuestion question;
};

void compare(const Options& options) {
  const mixer::Contestant before = contestantFor(options.before, options.dataDir, options.models);
  const mixer::Contestant after = contestantFor(options.after, options.dataDir, options.models);
  std::cout << "making records …\n" << std::flush;
  const arena::GateReport report =
      arena::compareVersions(before, after, options.question, [](int done, int all) {
        std::cout << fmt::format("\rpair {} of {}", done, all) << std::flush;
      });
  std::cout << fmt::format("\n{:<22} {:>14} {:>14} {:>8}\n", "", before.id().substr(0, 14),
                           after.id().substr(0, 14), "margin");
  for (const arena::GateFigure& figure : report.figures)
    std::cout << fmt::format("{:<22} {:>14.2f} {:>14.2f} {:>8} {:<5} {}\n", figure.name,
                             figure.before, figure.after, figure.margin, figure.unit,
                             figure.passed() ? "" : "FELL");
  if (!report.passed())
    throw Error(ErrorCode::kConflict,
                fmt::format("{}: falls behind {} beyond the margin; it must not take its place",
                            after.id(), before.id()));
  std::cout << fmt::format("{} may take the place of {}\n", after.id(), before.id());
}

void add(const Options& options) {
  const mixer::MixerModel model = mixerModelFrom(options.after);
  const std::string name = mixes::Mixers(options.dataDir).keep(model, mixes::Mixers::Offer::kToAll);
  std::cout << fmt::format("{} is in {}/mixers\n", name, options.dataDir);
}

}  // namespace

void addMixers(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* mixers = app.add_subcommand("mixers", "Mixers that mix (docs/evolution.md)");
  mixers->require_subcommand(1);
  CLI::App* command = mixers->add_subcommand("compare", "Whether NEW may take the place of OLD");
  command->add_option("NEW", options->after, "NAME@VERSION, or a model's .json file")->required();
  command->add_option("OLD", options->before, "Likewise")->capture_default_str();
  command->add_option("--pairs", options->question.pairs, "Of synthesised records")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--per-genre", options->question.perGenre, "Records of each genre")
      ->check(CLI::Range(2, 50))
      ->capture_default_str();
  command->add_option("--seconds", options->question.seconds, "Their length")
      ->check(CLI::Range(40.0, 600.0))
      ->capture_default_str();
  const auto addDataDir = [&options](CLI::App* to) {
    to->add_option("--data-dir", options->dataDir, "The server's data folder")
        ->capture_default_str();
  };
  addDataDir(command);
  command->add_option("--models", options->models, "Trained models")->capture_default_str();
  command->callback([options] { compare(*options); });
  CLI::App* adding = mixers->add_subcommand("add", "Offer a model to all who use a server");
  adding->add_option("MODEL", options->after, "Its .json file")->required();
  addDataDir(adding);
  adding->callback([options] { add(*options); });
}

}  // namespace dju::app
