// Which items to have labelled next, out of many without labels: those from which a model would
// learn most (Settles, "Active Learning Literature Survey", 2009; diversity: Sener and Savarese
// 2018). Pure functions over what models say; no LibTorch. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dju::learning {

enum class Strategy {
  kChance,       // what the others are measured against
  kUncertainty,  // largest entropy of the scores
  kMargin,       // scores nearest to the middle, of the head that is nearest
  kCommittee,    // members that differ most (query by committee)
  kDiversity,    // farthest from what is labelled already (k-center)
};
// Throws Error listing what there is.
Strategy strategyNamed(std::string_view name);
std::string_view nameOf(Strategy strategy);

struct Pool {
  // What each member of the committee says of each item: [member][item][target], 0 to 1. One
  // member is enough but for kCommittee.
  std::vector<std::vector<std::vector<double>>> scores;
  // What each item sounds like: [item][dimension]. For kDiversity alone.
  std::vector<std::vector<float>> descriptions;
};

// `count` items of `unlabelled`, the most useful first; all where there are fewer. Equal items in
// their order. Throws Error when the pool has not what the strategy needs.
std::vector<std::size_t> choose(Strategy strategy, const Pool& pool,
                                const std::vector<std::size_t>& labelled,
                                const std::vector<std::size_t>& unlabelled, std::size_t count,
                                std::uint64_t seed);

// One round: how many labels there were, and how good the model then was.
struct LabelledRound {
  std::size_t labels = 0;
  double error = 0;
};

// How many labels a curve needs to be as good as `error`, between its rounds by a straight line;
// NaN where it never is.
double labelsFor(const std::vector<LabelledRound>& curve, double error);

}  // namespace dju::learning
