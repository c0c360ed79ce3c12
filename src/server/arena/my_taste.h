// What a listener's votes say of their taste, with which mixers and parameters go with it. Slow
// (some hundred plans), so the arena makes it on the raters' thread.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "arena/taste/taste_profile.h"
#include "mixes/shelf.h"
#include "server/arena/overall.h"

namespace dju::server {

// A vote on two mixers' clips as a comparison; nothing where a clip's traits are not known, or both
// were bad.
std::optional<arena::Comparison> comparisonOf(const storage::ArenaVote& vote,
                                              const storage::ArenaClip& a,
                                              const storage::ArenaClip& b);

// Mixers by a listener's own taste, best first.
std::vector<arena::TasteProfile::Ranked> personalRanking(const arena::TasteProfile& profile,
                                                         const Overall& overall);

struct TasteQuestion {
  std::vector<arena::Comparison> votes;                   // the listener's
  std::vector<std::pair<std::string, std::string>> sets;  // tracks to recommend parameters by
  std::shared_ptr<const Overall> overall;
};

// MyTaste of docs/protocol.md.
nlohmann::json tasteJson(const TasteQuestion& question, mixes::Shelf& shelf);

}  // namespace dju::server
