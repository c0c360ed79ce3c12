#include "analysis/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "analysis/metrics.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/random.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

// Real pieces from their start, as the peers' published figures are; synthesised ones anywhere, so
// that half of them do not begin on a beat or have no kick at first.
double excerptStart(const Piece& piece, const std::string& set, double seconds) {
  const double room = piece.seconds() - seconds;
  if (set == "dev" || room <= 0) return 0;
  return Random(xxh64(piece.name.data(), piece.name.size())).uniform(0, room);
}

Answer answerOf(const System& system, const Hearing& hearing) {
  Answer answer = system.analyse(hearing);
  if (!answer.failure.empty()) {
    fmt::print("  {} on {}: {}\n", system.name, hearing.piece->name, answer.failure);
  }
  return answer;
}

bool hears(const System& system, const std::string& set) {
  if (!system.missing.empty()) return false;
  return set != "voices" || (system.scope == Scope::kWholeTracks && system.does.vocals);
}

void runExcerpt(const std::vector<System>& systems, const Piece& piece, const std::string& set,
                const RunOptions& options, std::vector<Outcome>& outcomes) {
  const Piece excerpt =
      excerptOf(piece, excerptStart(piece, set, options.seconds), options.seconds);
  const Hearing hearing = prepare(excerpt, options.scratch);
  for (const System& system : systems) {
    if (!system.missing.empty()) continue;
    Outcome outcome{system.name, set, piece.name, excerpt.truth, answerOf(system, hearing), {}};
    outcome.scores = scoreExcerpt(excerpt.truth, outcome.answer, system.does, excerpt.seconds());
    outcomes.push_back(std::move(outcome));
  }
}

// Truths about form are exact for synthesised tracks only.
void runWhole(const std::vector<System>& systems, const Piece& piece, const std::string& set,
              std::vector<Outcome>& outcomes) {
  Hearing hearing;
  hearing.piece = &piece;
  for (const System& system : systems) {
    if (!hears(system, set) || system.scope != Scope::kWholeTracks) continue;
    Outcome outcome{system.name, set, piece.name, piece.truth, answerOf(system, hearing), {}};
    outcome.scores = scoreWhole(piece.truth, outcome.answer, system.does, piece.seconds());
    outcomes.push_back(std::move(outcome));
  }
}

std::string cellOf(const Figure& figure, const Scores& line) {
  const auto value = line.find(figure.id);
  return value == line.end() ? "–" : fmt::format("{:.{}f}", value->second, figure.decimals);
}

// Pads by characters, not bytes: a dash takes three.
std::string padded(const std::string& text, std::size_t width) {
  const auto characters =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      }));
  return std::string(width > characters ? width - characters : 0, ' ') + text;
}

void printLines(const std::vector<System>& systems, const std::vector<Outcome>& outcomes,
                const std::string& set, Extent extent) {
  std::vector<Scores> lines;
  for (const System& system : systems)
    lines.push_back(summarise(scoresOf(outcomes, system.name, set)));
  std::vector<const Figure*> columns;
  for (const Figure& figure : figures()) {
    const bool any = std::any_of(lines.begin(), lines.end(), [&](const Scores& line) {
      return line.find(figure.id) != line.end();
    });
    if (figure.extent == extent && any) columns.push_back(&figure);
  }
  if (columns.empty()) return;
  fmt::print("{:22}", extent == Extent::kExcerpt ? "excerpts" : "whole tracks");
  for (const Figure* column : columns) {
    fmt::print("{}", padded(std::string(column->title),
                            std::max<std::size_t>(8, column->title.size() + 1)));
  }
  fmt::print("\n");
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const bool whole = systems[i].scope == Scope::kWholeTracks;
    if (extent == Extent::kWhole && !whole) continue;
    fmt::print("{:22}", systems[i].name + (systems[i].kind == Kind::kCausal ? " (causal)" : ""));
    if (!systems[i].missing.empty()) {
      fmt::print("  not installed: {}\n", systems[i].missing);
      continue;
    }
    for (const Figure* column : columns) {
      fmt::print("{}", padded(cellOf(*column, lines[i]),
                              std::max<std::size_t>(8, column->title.size() + 1)));
    }
    fmt::print("\n");
  }
}

}  // namespace

std::vector<Outcome> runAll(const std::vector<System>& systems, const std::vector<Source>& sources,
                            const RunOptions& options) {
  std::vector<Outcome> outcomes;
  std::size_t done = 0;
  for (const Source& source : sources) {
    ++done;
    const bool wanted = std::any_of(systems.begin(), systems.end(), [&](const System& system) {
      return hears(system, source.set);
    });
    if (!wanted) continue;
    const std::optional<Piece> piece = source.make();
    if (!piece) {
      fmt::print("  a spoken piece is left out: apt install espeak-ng\n");
      continue;
    }
    fmt::print(stderr, "  {}/{} {} {}\n", done, sources.size(), source.set, piece->name);
    if (source.set != "voices") runExcerpt(systems, *piece, source.set, options, outcomes);
    if (source.set != "dev") runWhole(systems, *piece, source.set, outcomes);
  }
  return outcomes;
}

void printTable(const std::vector<System>& systems, const std::vector<Outcome>& outcomes,
                const std::string& set) {
  std::vector<std::string> names;
  for (const Outcome& outcome : outcomes) {
    if (outcome.set == set && std::find(names.begin(), names.end(), outcome.piece) == names.end()) {
      names.push_back(outcome.piece);
    }
  }
  if (names.empty()) return;
  fmt::print("\n{}: {} pieces\n", set, names.size());
  printLines(systems, outcomes, set, Extent::kExcerpt);
  printLines(systems, outcomes, set, Extent::kWhole);
}

void printGenres(const std::vector<Outcome>& outcomes) {
  Confusion confusion;
  for (const Outcome& outcome : outcomes) {
    if (!outcome.scores.contains("genre")) continue;
    confusion.add(outcome.truth.genre,
                  outcome.answer.genre.empty() ? "unknown" : outcome.answer.genre);
  }
  if (confusion.total() > 0)
    fmt::print("\ngenres, synthesised whole tracks\n{}", confusion.table());
}

std::vector<Scores> scoresOf(const std::vector<Outcome>& outcomes, const std::string& system,
                             const std::string& set) {
  std::vector<Scores> scores;
  for (const Outcome& outcome : outcomes) {
    if (outcome.system == system && outcome.set == set) scores.push_back(outcome.scores);
  }
  return scores;
}

void writeCsv(const fs::path& path, const std::vector<Outcome>& outcomes) {
  std::ofstream out(path);
  out << "set,piece,system,bpm_true,bpm,key_true,key";
  for (const Figure& figure : figures()) out << ',' << figure.id;
  out << '\n';
  for (const Outcome& outcome : outcomes) {
    out << fmt::format("{},{},{},{:.3f},{:.3f},{},{}", outcome.set, outcome.piece, outcome.system,
                       outcome.truth.bpm, outcome.answer.bpm,
                       outcome.truth.key ? music::keyName(*outcome.truth.key) : "",
                       outcome.answer.key ? music::keyName(*outcome.answer.key) : "");
    for (const Figure& figure : figures()) {
      const auto value = outcome.scores.find(figure.id);
      out << ',';
      if (value != outcome.scores.end()) out << fmt::format("{:.5g}", value->second);
    }
    out << '\n';
  }
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, path.string() + ": cannot be written");
}

std::string fileName(const std::string& system) {
  std::string name;
  for (const char c : system) {
    if (c == ' ') {
      name += '-';
    } else {
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return name;
}

}  // namespace dju::bench
