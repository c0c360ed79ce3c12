// `dju judge LOG`: judges a battle from its log: both DJs side by side, every transition, and what
// the points rest on.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/clock_text.h"
#include "app/commands.h"
#include "judge/judge_json.h"
#include "server/api/verdicts.h"
#include "server/battle/log_file.h"

namespace dju::app {
namespace {

struct Options {
  std::string log;
  std::string dataDir = "var";
  std::string rubric;  // empty: the one that ships
  bool json = false;
};

template <typename T>
std::string figure(const std::optional<T>& value, const char* form = "{:.2f}") {
  return value ? fmt::format(fmt::runtime(form), *value) : "-";
}

std::string nameOf(const engine::BattleLog& log, std::size_t seat) {
  return seat < log.header.players.size() ? log.header.players[seat] : std::string();
}

void printTable(const engine::BattleLog& log, const judge::Verdict& verdict,
                const judge::Rubric& rubric) {
  const auto& [a, b] = verdict.battle.sides;
  std::cout << fmt::format("{:<20} {:>8} {:>8} {:>7}\n", "", "A", "B", "weight");
  std::cout << fmt::format("{:<20} {:>8.8} {:>8.8}\n", "", nameOf(log, 0), nameOf(log, 1));
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    const auto head = static_cast<judge::Head>(h);
    std::cout << fmt::format(
        "{:<20} {:>8} {:>8} {:>7}\n", judge::headName(head), figure(a.heads[head]),
        figure(b.heads[head]),
        judge::isProxy(head) ? "proxy" : fmt::format("{:.2f}", rubric[head].weight));
  }
  std::cout << fmt::format("{:<20} {:>8} {:>8}\n", "by hand", figure(a.byHand), figure(b.byHand));
  std::cout << fmt::format("{:<20} {:>8.3f} {:>8.3f}\n\n", "total", a.total, b.total);
  for (const judge::Transition& t : verdict.transitions) {
    const char player = t.player < 2 ? static_cast<char>('A' + t.player) : '-';
    std::cout << fmt::format(
        "{:>6}-{:<6} {} {:<12} score {}, {} ms, {} %, key {}, bass {:.1f} s, level {} LU\n",
        clockText(t.start), clockText(t.end), player, judge::transitionName(t.type),
        figure(t.score), figure(t.beatOffsetMs, "{:.1f}"),
        figure(t.tempoDifferencePercent, "{:+.2f}"),
        t.key ? std::to_string(t.key->wheelSteps()) : "-", t.doubleBassSeconds,
        figure(t.loudnessStepLu, "{:+.1f}"));
  }
  for (std::size_t r = 0; r < verdict.rounds.size(); ++r)
    std::cout << fmt::format("round {}: A {:.3f}, B {:.3f}\n", r + 1,
                             verdict.rounds[r].sides[0].total, verdict.rounds[r].sides[1].total);
  if (verdict.battle.probabilityA)
    std::cout << fmt::format("A is better with probability {:.2f} (rubric {})\n",
                             *verdict.battle.probabilityA, verdict.rubric);
  else
    std::cout << fmt::format("no verdict: one of the two made no transition (rubric {})\n",
                             verdict.rubric);
}

judge::Rubric rubricOf(const Options& options) {
  if (options.rubric.empty()) return judge::standardRubric();
  std::ifstream file(options.rubric);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return judge::parseRubric(text).valueOrThrow();
}

void run(const Options& options) {
  const auto log = server::readLogFile(options.log).valueOrThrow();
  const judge::Rubric rubric = rubricOf(options);
  storage::Library library(options.dataDir);
  storage::PcmCache cache(library.pcmFolder(), std::int64_t{16} << 30);
  const judge::Report report = server::judgeLog(log, library, cache, rubric);
  if (options.json) {
    nlohmann::json out = judge::toJson(report, rubric);
    out["battleId"] = log.header.battleId;
    std::cout << out.dump() << '\n';
  } else {
    printTable(log, report.verdict, rubric);
  }
}

}  // namespace

void addJudge(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("judge", "Judge a battle from its log");
  command->add_option("LOG", options->log, "A .djlog")->required()->check(CLI::ExistingFile);
  command->add_option("--data-dir", options->dataDir, "The library with the tracks")
      ->capture_default_str();
  command->add_option("--rubric", options->rubric, "Another rubric, as kept with a stored verdict")
      ->check(CLI::ExistingFile);
  command->add_flag("--json", options->json, "For programs (docs/judging.md)");
  command->callback([options] { run(*options); });
}

}  // namespace dju::app
