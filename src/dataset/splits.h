// Who may be seen in training, who is kept for validation and for the test: families of tracks and
// virtual DJs, each on one side only, 70 : 15 : 15. Excerpts are never dealt out: a performance
// takes its DJ and all its tracks from one side. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace dju::dataset {

enum class SplitName { kTrain, kValidation, kTest };
inline constexpr std::array<std::string_view, 3> kSplits = {"train", "validation", "test"};

class Splits {
 public:
  // Deals the members of one group (the families of a genre, the DJs) out by chance. Groups of
  // three or more have somebody on each side; smaller ones are for training.
  void deal(const std::string& group, std::vector<std::string> members, Random random);

  // Throws Error(kNotFound) for a member that was never dealt.
  SplitName of(const std::string& group, const std::string& member) const;
  std::vector<std::string> members(const std::string& group, SplitName split) const;

  // One line a member, "group member split", sorted: what is frozen.
  std::string text() const;
  // SHA-256 of the text.
  std::string hash() const;

 private:
  std::map<std::string, std::map<std::string, SplitName>> groups_;
};

// A side for a performance, with the same shares.
SplitName drawSplit(Random& random);

}  // namespace dju::dataset
