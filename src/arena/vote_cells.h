// Votes that the model cannot tell apart, counted together: of one pair, genre, side and difference
// in loudness and length. What a fit costs then depends on the cells, not on the votes. Plain
// values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "arena/vote.h"
#include "core/random.h"

namespace dju::arena {

enum class Covariate : std::size_t { kLoudness, kLength, kSide };
inline constexpr std::size_t kCovariates = 3;

struct Cell {
  std::uint32_t a = 0, b = 0;  // a < b
  std::uint32_t genre = 0;
  std::array<double, kCovariates> at{};
};

// How a vote counts for a cell's a. A mix that is as bad as the other is as good as the other.
enum class Outcome : std::size_t { kWon, kTied, kLost };
inline constexpr std::size_t kOutcomes = 3;

class VoteCells {
 public:
  explicit VoteCells(std::span<const RatedVote> votes);

  const std::vector<Cell>& cells() const { return cells_; }
  std::size_t votes() const { return places_.size(); }
  // Sum of weights by cell and outcome: what a fit takes.
  const std::vector<double>& counts() const { return counts_; }
  // The same with voters drawn anew (Poisson bootstrap): voters rather than votes, since those of
  // one voter are not independent. Voters with one vote each, of the same weight in the same place,
  // are drawn together: a sum of Poisson numbers is one.
  void drawCounts(Random& random, std::vector<double>& counts) const;

  static std::size_t place(std::size_t cell, Outcome outcome) {
    return cell * kOutcomes + static_cast<std::size_t>(outcome);
  }
  // By vote, in the order given: where its weight is counted.
  const std::vector<std::size_t>& places() const { return places_; }

 private:
  struct Voice {
    std::uint32_t place;
    std::uint32_t voter;  // of those with several
    double weight;
  };
  std::vector<Cell> cells_;
  std::vector<std::size_t> places_;
  std::vector<double> counts_;
  struct Alike {
    Voice voice;
    double voters = 0;
  };
  std::vector<Voice> voices_;  // of voters with several, in their order
  std::size_t voters_ = 0;     // with several
  std::vector<Alike> singles_;
};

}  // namespace dju::arena
