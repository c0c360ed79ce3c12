#include "arena/honesty/groups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

namespace dju::arena {
namespace {

constexpr std::int64_t kBurstMs = 10LL * 60 * 1000;
constexpr std::size_t kFewestTogether = 3;

// A copier takes over this share of the other's choices.
constexpr double kCopied = 0.85;
constexpr double kFalseAlarm = 1e-3;  // over all pairs of voters
// Of the voters about one subject; a subject that thousands have judged links no more by the rest.
constexpr std::size_t kMostCompared = 400;

// The choice as it is about the subject, whichever way round it was put.
Choice choiceOf(const RatedVote& vote) {
  if (vote.a < vote.b || vote.choice == Choice::kTie || vote.choice == Choice::kBothBad)
    return vote.choice;
  return vote.choice == Choice::kA ? Choice::kB : Choice::kA;
}

std::vector<Group> linked(std::size_t voters,
                          const std::vector<std::pair<std::uint32_t, std::uint32_t>>& links) {
  std::vector<std::uint32_t> parent(voters);
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::uint32_t voter) {
    while (parent[voter] != voter) voter = parent[voter] = parent[parent[voter]];
    return voter;
  };
  for (const auto& [x, y] : links) parent[root(x)] = root(y);
  std::map<std::uint32_t, Group> groups;
  for (std::uint32_t i = 0; i < voters; ++i) groups[root(i)].push_back(i);
  std::vector<Group> found;
  for (auto& [first, group] : groups) {
    if (group.size() > 1) found.push_back(std::move(group));
  }
  return found;
}

}  // namespace

std::vector<Group> sharedOrigins(std::span<const Voter> voters) {
  std::map<std::string_view, Group> byAddress;
  for (std::uint32_t i = 0; i < voters.size(); ++i) {
    if (!voters[i].address.empty()) byAddress[voters[i].address].push_back(i);
  }
  std::vector<Group> found;
  const auto keep = [&](Group& group) {
    if (group.size() >= kFewestTogether) found.push_back(group);
    group.clear();
  };
  for (auto& [address, all] : byAddress) {
    std::stable_sort(all.begin(), all.end(), [&](std::uint32_t x, std::uint32_t y) {
      return voters[x].firstSeen < voters[y].firstSeen;
    });
    Group together;
    for (const std::uint32_t voter : all) {
      if (!together.empty() &&
          voters[voter].firstSeen - voters[together.back()].firstSeen > kBurstMs)
        keep(together);
      together.push_back(voter);
    }
    keep(together);
  }
  return found;
}

std::vector<Group> copies(std::span<const CastVote> votes, std::size_t voters,
                          const std::function<double(const CastVote&)>& agreement) {
  std::map<std::uint32_t, std::vector<const CastVote*>> bySubject;
  for (const CastVote& vote : votes) bySubject[vote.subject].push_back(&vote);
  // Logarithm of how much likelier a copy is, by pair of voters.
  std::unordered_map<std::uint64_t, double> evidence;
  for (const auto& [subject, cast] : bySubject) {
    const double chance = std::clamp(agreement(*cast.front()), 0.05, 0.95);
    const double alike = std::log((kCopied + (1 - kCopied) * chance) / chance);
    const double unlike = std::log(1 - kCopied);
    const std::size_t compared = std::min(cast.size(), kMostCompared);
    for (std::size_t i = 0; i < compared; ++i) {
      for (std::size_t j = i + 1; j < compared; ++j) {
        const auto [low, high] = std::minmax(cast[i]->vote.voter, cast[j]->vote.voter);
        const bool same = choiceOf(cast[i]->vote) == choiceOf(cast[j]->vote);
        evidence[std::uint64_t{low} << 32 | high] += same ? alike : unlike;
      }
    }
  }
  const double bound = std::log(static_cast<double>(evidence.size()) / kFalseAlarm);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> links;
  for (const auto& [pair, ratio] : evidence) {
    if (ratio > bound)
      links.emplace_back(static_cast<std::uint32_t>(pair >> 32), static_cast<std::uint32_t>(pair));
  }
  std::sort(links.begin(), links.end());
  return linked(voters, links);
}

}  // namespace dju::arena
