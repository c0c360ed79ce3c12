// MAP-Elites (Mouret, Clune, "Illuminating search spaces by mapping elites", 2015): the best mixer
// of each kind, so that taste does not collapse to one style. A kind is a cell of three traits:
// transition length, energy slope, density of effects. Plain values; any thread.
#pragma once

#include <map>
#include <string>

#include "arena/evolution/traits.h"

namespace dju::arena {

inline constexpr int kLengthBins = 4, kSlopeBins = 3, kEffectBins = 3;
inline constexpr int kArchiveCells = kLengthBins * kSlopeBins * kEffectBins;

// 0 … kArchiveCells - 1, from the mean traits of a mixer.
int archiveCell(const Traits& traits);

class Archive {
 public:
  struct Elite {
    std::string id;
    double points = 0;
  };
  // Taken in where its cell is empty or held by one with fewer points; the first of equals stays.
  void offer(const std::string& id, const Traits& traits, double points);

  const std::map<int, Elite>& elites() const { return elites_; }
  bool holds(int cell) const { return elites_.count(cell) > 0; }
  double coverage() const { return static_cast<double>(elites_.size()) / kArchiveCells; }

 private:
  std::map<int, Elite> elites_;
};

}  // namespace dju::arena
