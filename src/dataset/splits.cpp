#include "dataset/splits.h"

#include <algorithm>
#include <cmath>

#include "audio/sha256.h"
#include "core/error.h"

namespace dju::dataset {
namespace {

constexpr double kHeldOut = 0.15;  // for validation, and again for the test

}  // namespace

void Splits::deal(const std::string& group, std::vector<std::string> members, Random random) {
  std::sort(members.begin(), members.end());
  for (std::size_t i = members.size(); i > 1; --i) {
    std::swap(members[i - 1], members[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  }
  std::size_t heldOut = 0;
  if (members.size() >= 3) {
    const double share = kHeldOut * static_cast<double>(members.size());
    heldOut = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(share)));
  }
  auto& dealt = groups_[group];
  for (std::size_t i = 0; i < members.size(); ++i) {
    dealt[members[i]] = i < heldOut       ? SplitName::kTest
                        : i < 2 * heldOut ? SplitName::kValidation
                                          : SplitName::kTrain;
  }
}

SplitName Splits::of(const std::string& group, const std::string& member) const {
  const auto dealt = groups_.find(group);
  if (dealt != groups_.end()) {
    const auto found = dealt->second.find(member);
    if (found != dealt->second.end()) return found->second;
  }
  throw Error(ErrorCode::kNotFound, "splits: " + group + " has no \"" + member + "\"");
}

std::vector<std::string> Splits::members(const std::string& group, SplitName split) const {
  std::vector<std::string> found;
  const auto dealt = groups_.find(group);
  if (dealt == groups_.end()) return found;
  for (const auto& [member, side] : dealt->second) {
    if (side == split) found.push_back(member);
  }
  return found;
}

std::string Splits::text() const {
  std::string text;
  for (const auto& [group, members] : groups_) {
    for (const auto& [member, split] : members) {
      text += group + " " + member + " ";
      text += kSplits[static_cast<std::size_t>(split)];
      text += '\n';
    }
  }
  return text;
}

std::string Splits::hash() const {
  return sha256Hex(text());
}

SplitName drawSplit(Random& random) {
  const double at = random.uniform();
  if (at < kHeldOut) return SplitName::kTest;
  return at < 2 * kHeldOut ? SplitName::kValidation : SplitName::kTrain;
}

}  // namespace dju::dataset
