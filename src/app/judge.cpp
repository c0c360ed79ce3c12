// `dju judge LOG`: judges a battle from its log: both DJs side by side, every transition, and what
// the points rest on; beside it what the model says that hears the sound alone. `dju judge A B`:
// recordings, by the sound alone.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/clock_text.h"
#include "app/commands.h"
#include "app/sound_opinion.h"
#include "judge/judge_json.h"
#include "judge/sound_ruling.h"
#include "server/api/verdicts.h"
#include "server/battle/log_file.h"

namespace dju::app {
namespace {

struct Options {
  std::vector<std::string> files;  // a log, or one or two recordings
  std::string dataDir = "var";
  std::string models = "data/models";
  std::string model;   // "technical@3"; empty: the one in use
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

void printSound(const std::array<std::optional<judge::SoundOpinion>, judge::kSeats>& sound) {
  const auto named = std::find_if(sound.begin(), sound.end(), [](const auto& o) { return !!o; });
  if (named == sound.end()) return;
  std::cout << fmt::format("\nby sound alone (model {}), with confidence in brackets\n",
                           (*named)->model);
  for (std::size_t h = 0; h < judge::kHeadCount; ++h) {
    const auto head = static_cast<judge::Head>(h);
    const auto said = [&](const std::optional<judge::SoundOpinion>& opinion) -> std::string {
      if (!opinion || !opinion->heads[head]) return "-";
      return fmt::format("{:.2f} ({:.2f})", *opinion->heads[head], opinion->confidence[h]);
    };
    const std::string a = said(sound[0]), b = said(sound[1]);
    if (a != "-" || b != "-")
      std::cout << fmt::format("{:<20} {:>12} {:>12}\n", judge::headName(head), a, b);
  }
}

void judgeRecordings(const Options& options, const judge::Rubric& rubric) {
  std::array<std::optional<judge::SoundOpinion>, judge::kSeats> opinions, ofModel;
  std::array<std::vector<serving::GenreEar::Share>, judge::kSeats> genres;
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    const auto model = soundModelIn(options.models, options.model);
    if (model == nullptr)
      throw Error(ErrorCode::kNotFound,
                  options.models +
                      ": no technical model in use; recordings can be judged by their "
                      "sound alone (dju models promote)");
    const auto genre = genreEarIn(options.models);
    hearFile(options.files[i], [&](const judge::Evidence& now, std::span<const float> master) {
      model->hear(now, master);
      if (genre) genre->hear(now, master);
    });
    if (genre) genres[i] = genre->genres();
    opinions[i] = model->opinion(0);
    ofModel[i] = model->opinionOfModel(0);
    if (!opinions[i])
      throw Error(ErrorCode::kInvalid,
                  options.files[i] + ": shorter than the ten seconds that the model hears at once");
  }
  judge::SoundRuling ruling;
  if (opinions[1]) ruling = judge::soundRulingOf({*opinions[0], *opinions[1]}, rubric);
  if (options.json) {
    nlohmann::json out = {{"sound", nlohmann::json::array()},
                          {"model", nlohmann::json::array()},
                          {"genres", nlohmann::json::array()}};
    for (std::size_t i = 0; i < options.files.size(); ++i) {
      out["sound"].push_back(judge::toJson(*opinions[i]));
      out["model"].push_back(judge::toJson(*ofModel[i]));
      auto shares = nlohmann::json::object();
      for (const auto& [name, share] : genres[i]) shares[name] = share;
      out["genres"].push_back(std::move(shares));
    }
    if (ruling.probabilityA) {
      out["totals"] = ruling.totals;
      out["confidences"] = ruling.confidences;
      out["probabilityA"] = *ruling.probabilityA;
    }
    std::cout << out.dump() << '\n';
    return;
  }
  printSound(opinions);
  const auto likeliest = [&](std::size_t i) -> std::string {
    if (genres[i].empty()) return "-";
    return fmt::format("{} ({:.2f})", genres[i].front().genre, genres[i].front().share);
  };
  if (!genres[0].empty())
    std::cout << fmt::format("{:<20} {:>12} {:>12}\n", "genre", likeliest(0), likeliest(1));
  if (!ruling.probabilityA) return;
  std::cout << fmt::format("{:<20} {:>12} {:>12}\n", "total",
                           fmt::format("{:.3f}", ruling.totals[0]),
                           fmt::format("{:.3f}", ruling.totals[1]));
  std::cout << fmt::format(
      "A is better with probability {:.2f} (rubric {}; confidence {:.2f}: nobody knows what the "
      "hands did)\n",
      *ruling.probabilityA, rubric.name(), std::min(ruling.confidences[0], ruling.confidences[1]));
}

void judgeBattle(const Options& options, const judge::Rubric& rubric) {
  const auto log = server::readLogFile(options.files.front()).valueOrThrow();
  storage::Library library(options.dataDir);
  storage::PcmCache cache(library.pcmFolder(), std::int64_t{16} << 30);
  const auto sound = soundModelIn(options.models, options.model);
  const judge::Report report = server::judgeLog(log, library, cache, rubric, {}, sound.get());
  if (options.json) {
    nlohmann::json out = judge::toJson(report, rubric);
    out["battleId"] = log.header.battleId;
    std::cout << out.dump() << '\n';
    return;
  }
  printTable(log, report.verdict, rubric);
  printSound(report.sound);
}

void run(const Options& options) {
  const judge::Rubric rubric = rubricOf(options);
  if (!server::isLogFile(options.files.front())) return judgeRecordings(options, rubric);
  if (options.files.size() > 1)
    throw Error(ErrorCode::kInvalid, "a log has both sides of its battle; give it alone");
  judgeBattle(options, rubric);
}
}  // namespace

void addJudge(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("judge", "Judge a battle from its log, or recordings by their sound");
  command->add_option("FILE", options->files, "A .djlog, or one or two recordings")
      ->required()
      ->expected(1, 2)
      ->check(CLI::ExistingFile);
  command->add_option("--data-dir", options->dataDir, "The library with the tracks")
      ->capture_default_str();
  command->add_option("--models", options->models, "The registry with the model that listens")
      ->capture_default_str();
  command->add_option("--model", options->model,
                      "NAME@VERSION that listened before, instead of the one in use");
  command->add_option("--rubric", options->rubric, "Another rubric, as kept with a stored verdict")
      ->check(CLI::ExistingFile);
  command->add_flag("--json", options->json, "For programs (docs/judging.md)");
  command->callback([options] { run(*options); });
}

}  // namespace dju::app
