// Whether a new version of a mixer may take over from its predecessor: both play the same pairs of
// synthesised records, and what is measured by their true beats may not fall beyond stated margins.
// It guards craft, not taste, on which people vote. Any thread; a minute of sound a pair and mixer.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "arena/gate/pair_figures.h"

namespace dju::arena {

enum class Better { kLower, kHigher };

struct GateFigure {
  std::string_view name;
  std::string_view unit;
  Better better = Better::kLower;
  double margin = 0;  // by which the new one may be worse
  double before = 0, after = 0;

  bool passed() const {
    return better == Better::kLower ? after <= before + margin : after >= before - margin;
  }
};

struct GateReport {
  std::size_t pairs = 0;
  std::vector<GateFigure> figures;
  bool passed() const;
};

struct GateQuestion {
  int genres = 8, perGenre = 2;  // synthesised records
  double seconds = 120;          // their length
  int pairs = 24;                // three of four within a genre
  std::uint64_t seed = 4711;
};

// Figures of pairs as the gate sees them; both lists are of the same pairs.
GateReport gateReport(const std::vector<PairFigures>& before,
                      const std::vector<PairFigures>& after);

// `progress`: after each pair, how many of how many.
GateReport compareVersions(const mixer::Contestant& before, const mixer::Contestant& after,
                           const GateQuestion& question,
                           const std::function<void(int, int)>& progress);

}  // namespace dju::arena
