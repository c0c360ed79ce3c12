// Runs systems over pieces and keeps what came out, then tells it: the table, a CSV of all pieces,
// a plot of the misses. Callers: bench_analysis. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/pieces.h"
#include "analysis/scores.h"
#include "analysis/systems.h"

namespace dju::bench {

// One system on one excerpt or whole track: two outcomes for a system that hears both.
struct Outcome {
  std::string system, set, piece;
  Truth truth;  // of what was heard
  Answer answer;
  Scores scores;
};

struct RunOptions {
  double seconds =
      60;  // of an excerpt; real pieces from their start, synthesised from a drawn place
  std::filesystem::path scratch;
};

// Every system that is here on every piece. A failure is printed and scores as an empty answer.
// Sources of the set "voices" go only to systems that hear whole tracks and tell vocals.
std::vector<Outcome> runAll(const std::vector<System>& systems, const std::vector<Source>& sources,
                            const RunOptions& options);

// The lines of a set in the order of the systems, those of whole tracks below.
void printTable(const std::vector<System>& systems, const std::vector<Outcome>& outcomes,
                const std::string& set);
void printGenres(const std::vector<Outcome>& outcomes);

std::vector<Scores> scoresOf(const std::vector<Outcome>& outcomes, const std::string& system,
                             const std::string& set);

void writeCsv(const std::filesystem::path& path, const std::vector<Outcome>& outcomes);

// For each piece, worst first, the distance of every true beat's nearest found beat over time:
// inside ±20 ms, inside ±70 ms and missed; found beats that match nothing are ticks below.
void writePlot(const std::filesystem::path& path, const std::string& system,
               const std::vector<Outcome>& outcomes);

// "ours live" → "ours-live"
std::string fileName(const std::string& system);

}  // namespace dju::bench
