#include "evolution/duel.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::bench {
namespace {

constexpr int kRounds = 2000;

struct Share {
  double value = 0, low = 0, high = 0;
};

// Of anything that can be said of pairs drawn with replacement: votes on one pair are not
// independent, pairs are.
template <typename Statistic>
Share bootstrapped(std::size_t pairs, const Statistic& of) {
  std::vector<std::size_t> drawn(pairs);
  for (std::size_t i = 0; i < pairs; ++i) drawn[i] = i;
  Share share;
  share.value = of(drawn);
  Random random(1);
  std::vector<double> draws;
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t& pair : drawn)
      pair = static_cast<std::size_t>(random.below(static_cast<int>(pairs)));
    draws.push_back(of(drawn));
  }
  std::sort(draws.begin(), draws.end());
  share.low = draws[kRounds / 40];
  share.high = draws[kRounds - kRounds / 40 - 1];
  return share;
}

double percent(const Points& byPair, const std::vector<std::size_t>& drawn) {
  double sum = 0, count = 0;
  for (const std::size_t pair : drawn) {
    for (const double won : byPair[pair]) sum += won;
    count += static_cast<double>(byPair[pair].size());
  }
  return 100 * sum / std::max(1.0, count);
}

}  // namespace

Points duel(arena::Stage& heldOut, const Listeners& listeners, std::size_t audience, int votes,
            const Chooser& later, const Chooser& earlier, Random random) {
  using arena::Choice;
  Points byPair(heldOut.size());
  for (std::size_t pair = 0; pair < heldOut.size(); ++pair) {
    for (int i = 0; i < votes; ++i) {
      const mixer::MixerModel &a = later(random), &b = earlier(random);
      const Choice choice =
          listeners.choose(tasteOf(audience, static_cast<std::uint32_t>(i)), heldOut, pair,
                           heldOut.performances(a)[pair].transition,
                           heldOut.performances(b)[pair].transition, random);
      byPair[pair].push_back(choice == Choice::kA ? 1 : choice == Choice::kB ? 0 : 0.5);
    }
  }
  return byPair;
}

void append(Points& all, const Points& more) {
  all.resize(std::max(all.size(), more.size()));
  for (std::size_t i = 0; i < more.size(); ++i)
    all[i].insert(all[i].end(), more[i].begin(), more[i].end());
}

std::string shareText(const Points& byPair) {
  const Share share = bootstrapped(
      byPair.size(), [&](const std::vector<std::size_t>& drawn) { return percent(byPair, drawn); });
  std::size_t count = 0;
  for (const auto& votes : byPair) count += votes.size();
  return fmt::format("{:5.1f} [{:4.1f}, {:4.1f}] {:>5}", share.value, share.low, share.high, count);
}

std::string differenceText(const Points& one, const Points& other) {
  const Share share = bootstrapped(one.size(), [&](const std::vector<std::size_t>& drawn) {
    return percent(one, drawn) - percent(other, drawn);
  });
  return fmt::format("{:+5.1f} [{:+4.1f}, {:+4.1f}]", share.value, share.low, share.high);
}

}  // namespace dju::bench
