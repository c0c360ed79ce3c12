// The figures of our systems on the synthesised set as they last were, kept with the code, so that
// an accuracy that falls fails a test (scripts/test --full). Callers: bench_analysis.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "analysis/scores.h"

namespace dju::bench {

struct Regression {
  std::uint64_t seed = 1;
  int perGenre = 1;
  double seconds = 60;
  // Set, system, figure: accuracies alone, since processor time belongs to a machine.
  std::map<std::string, std::map<std::string, Scores>> accuracies;
};

// Throws Error when the file cannot be read or written, or is not of this form.
Regression readRegression(const std::filesystem::path& path);
void writeRegression(const std::filesystem::path& path, const Regression& regression);

inline constexpr double kAllowedDrop = 0.01;

// What fell by more than kAllowedDrop or is missing now, a line each.
std::vector<std::string> dropsSince(const Regression& before, const Regression& now);
// What is better by more than kAllowedDrop or new: reasons to record again.
std::vector<std::string> gainsSince(const Regression& before, const Regression& now);

}  // namespace dju::bench
