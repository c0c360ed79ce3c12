#include "mixer/order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "judge/evidence.h"
#include "mixer/tempo_match.h"

namespace dju::mixer {
namespace {

constexpr std::size_t kExhaustive = 8;
constexpr double kEnergyWeight = 1.5;

using Order = std::vector<std::size_t>;

// Places among which records may change: all, or all but the ends.
struct Free {
  std::size_t begin, end;
};

class Costs {
 public:
  Costs(std::span<const TrackView> tracks, const MixParameters& parameters)
      : count_(tracks.size()), pairs_(count_ * count_), places_(count_ * count_) {
    // Energy counts by rank: what is wanted is this crate's least to this crate's most.
    Order byEnergy(count_);
    std::iota(byEnergy.begin(), byEnergy.end(), 0);
    std::stable_sort(byEnergy.begin(), byEnergy.end(), [&](std::size_t a, std::size_t b) {
      return tracks[a].meanEnergy() < tracks[b].meanEnergy();
    });
    const double last = std::max(1.0, static_cast<double>(count_ - 1));
    const bool shaped = parameters.energy != EnergyShape::kFlat;
    for (std::size_t rank = 0; rank < count_; ++rank) {
      const std::size_t track = byEnergy[rank];
      for (std::size_t place = 0; place < count_; ++place) {
        const double wanted = wantedEnergy(parameters, static_cast<double>(place) / last);
        places_[track * count_ + place] =
            shaped ? kEnergyWeight * std::abs(static_cast<double>(rank) / last - wanted) : 0;
      }
      for (std::size_t next = 0; next < count_; ++next) {
        if (next != track)
          pairs_[track * count_ + next] = neighbourCost(tracks[track], tracks[next], parameters);
      }
    }
  }

  double of(const Order& order) const {
    double sum = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      sum += places_[order[i] * count_ + i];
      if (i > 0) sum += pairs_[order[i - 1] * count_ + order[i]];
    }
    return sum;
  }

 private:
  std::size_t count_;
  std::vector<double> pairs_, places_;
};

Order best(Order order, Free free, const Costs& costs) {
  const auto begin = order.begin() + static_cast<std::ptrdiff_t>(free.begin);
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(free.end);
  Order found = order;
  double least = costs.of(order);
  // The first permutation is the sorted one, so all of them come.
  std::sort(begin, end);
  do {
    const double cost = costs.of(order);
    if (cost >= least) continue;
    least = cost;
    found = order;
  } while (std::next_permutation(begin, end));
  return found;
}

// Reverses stretches and moves single records for as long as that helps.
Order improved(Order order, Free free, const Costs& costs) {
  double least = costs.of(order);
  const auto take = [&](const Order& tried) {
    const double cost = costs.of(tried);
    if (cost >= least - 1e-12) return false;
    least = cost;
    order = tried;
    return true;
  };
  constexpr int kMostRounds = 40;
  bool better = true;
  for (int round = 0; better && round < kMostRounds; ++round) {
    better = false;
    for (std::size_t i = free.begin; i < free.end; ++i) {
      for (std::size_t j = free.begin; j < free.end; ++j) {
        if (i == j) continue;
        Order moved = order;
        const std::size_t track = moved[i];
        moved.erase(moved.begin() + static_cast<std::ptrdiff_t>(i));
        moved.insert(moved.begin() + static_cast<std::ptrdiff_t>(j), track);
        better = take(moved) || better;
        if (j <= i) continue;
        Order reversed = order;
        std::reverse(reversed.begin() + static_cast<std::ptrdiff_t>(i),
                     reversed.begin() + static_cast<std::ptrdiff_t>(j) + 1);
        better = take(reversed) || better;
      }
    }
  }
  return order;
}

}  // namespace

std::optional<int> wheelSteps(const TrackView& a, const TrackView& b) {
  const int first = a.record().loaded.key, second = b.record().loaded.key;
  if (first == engine::kNoKey || second == engine::kNoKey) return {};
  return judge::keyDistance(first, 0, second, 0).wheelSteps();
}

double keyClash(const TrackView& a, const TrackView& b) {
  const auto steps = wheelSteps(a, b);
  // One step away mixes, four clash.
  return steps ? std::clamp((*steps - 1) / 3.0, 0.0, 1.0) : 0.5;
}

double neighbourCost(const TrackView& outgoing, const TrackView& incoming,
                     const MixParameters& parameters) {
  double cost = parameters.harmonicStrictness * keyClash(outgoing, incoming);
  if (outgoing.steady() && incoming.steady()) {
    const TempoMatch match =
        matchTempos(outgoing.bpmAt(outgoing.lastBar()), incoming.bpmAt(incoming.firstBar()),
                    parameters.tempoRangePercent, parameters.transitionBars);
    const double apart = match.apartPercent / std::max(1.0, parameters.tempoRangePercent);
    cost += match.path == TempoPath::kOwn ? 2 + std::min(apart, 4.0) / 4 : 0.4 * apart;
    if (match.multiple != 1) cost += 0.6;
  } else {
    cost += 1;
  }
  if (!outgoing.genre().empty() && !incoming.genre().empty() &&
      outgoing.genre() != incoming.genre())
    cost += 0.5;
  return cost + 0.04 * timbreDistance(outgoing.timbre(), incoming.timbre());
}

std::vector<std::size_t> orderTracks(std::span<const TrackView> tracks,
                                     const MixParameters& parameters) {
  Order order(tracks.size());
  std::iota(order.begin(), order.end(), 0);
  if (parameters.order == TrackOrder::kGiven) return order;
  const std::size_t kept = parameters.order == TrackOrder::kFixedEnds ? 1 : 0;
  if (order.size() < 2 + kept) return order;
  const Free free{kept, order.size() - kept};
  const Costs costs(tracks, parameters);
  return free.end - free.begin <= kExhaustive ? best(order, free, costs)
                                              : improved(order, free, costs);
}

}  // namespace dju::mixer
