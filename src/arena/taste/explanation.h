// A taste in words: "You prefer long transitions." Only leanings whose interval leaves no doubt are
// said. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arena/taste/taste_profile.h"

namespace dju::arena {

struct TasteSentence {
  std::string key;  // "taste.length.more", for clients with texts of their own
  std::string en, es;
};

// The strongest first, up to `most`. One sentence that says so where nothing is sure yet.
std::vector<TasteSentence> explain(const TasteProfile& profile, std::size_t most = 4);

}  // namespace dju::arena
