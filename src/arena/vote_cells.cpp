#include "arena/vote_cells.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "arena/draws.h"

namespace dju::arena {
namespace {

// Far below what is heard, and few enough steps that cells are few.
constexpr double kLoudnessStep = 0.05, kLengthStep = 0.02;

double rounded(double value, double step) {
  return std::round(value / step) * step;
}

Outcome outcomeOf(Choice choice, bool turned) {
  if (choice == Choice::kTie || choice == Choice::kBothBad) return Outcome::kTied;
  return (choice == Choice::kA) != turned ? Outcome::kWon : Outcome::kLost;
}

Cell cellOf(const RatedVote& vote) {
  const double sign = vote.a < vote.b ? 1 : -1;
  return {std::min(vote.a, vote.b),
          std::max(vote.a, vote.b),
          vote.at.genre,
          {sign * rounded(vote.at.loudnessDb, kLoudnessStep),
           sign * rounded(vote.at.lengthLog, kLengthStep), sign * vote.at.side}};
}

bool before(const Cell& x, const Cell& y) {
  return std::tie(x.a, x.b, x.genre, x.at) < std::tie(y.a, y.b, y.genre, y.at);
}

}  // namespace

VoteCells::VoteCells(std::span<const RatedVote> votes) {
  std::map<Cell, std::size_t, decltype(&before)> known(&before);
  for (const RatedVote& vote : votes) {
    const auto [entry, isNew] = known.try_emplace(cellOf(vote), cells_.size());
    if (isNew) cells_.push_back(entry->first);
    places_.push_back(place(entry->second, outcomeOf(vote.choice, vote.a > vote.b)));
  }
  counts_.assign(cells_.size() * kOutcomes, 0.0);
  for (std::size_t i = 0; i < votes.size(); ++i) counts_[places_[i]] += votes[i].weight;

  std::vector<std::size_t> order(votes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return votes[x].voter < votes[y].voter; });
  std::map<std::pair<std::size_t, double>, double> singles;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && votes[order[end]].voter == votes[order[begin]].voter) ++end;
    if (end == begin + 1) {
      singles[{places_[order[begin]], votes[order[begin]].weight}] += 1;
    } else {
      for (std::size_t i = begin; i < end; ++i)
        voices_.push_back({static_cast<std::uint32_t>(places_[order[i]]),
                           static_cast<std::uint32_t>(voters_), votes[order[i]].weight});
      ++voters_;
    }
    begin = end;
  }
  for (const auto& [voice, voters] : singles)
    singles_.push_back({{static_cast<std::uint32_t>(voice.first), 0, voice.second}, voters});
}

void VoteCells::drawCounts(Random& random, std::vector<double>& counts) const {
  counts.assign(counts_.size(), 0.0);
  static const PoissonOfOne kPoisson;
  std::vector<std::uint8_t> times(voters_);
  for (std::uint8_t& each : times) each = static_cast<std::uint8_t>(kPoisson.draw(random));
  for (const Voice& voice : voices_) counts[voice.place] += times[voice.voter] * voice.weight;
  for (const Alike& each : singles_)
    counts[each.voice.place] += each.voice.weight * poissonDraw(random, each.voters);
}

}  // namespace dju::arena
