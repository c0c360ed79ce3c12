// A musical key and the ways to write it. Callers: the key estimator, importers of other programs'
// libraries, whoever shows a key. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace dju::music {

enum class KeyMode { kMajor, kMinor };

struct Key {
  int tonic = 0;  // pitch class, 0 = C … 11 = B
  KeyMode mode = KeyMode::kMajor;

  friend bool operator==(const Key&, const Key&) = default;
};

// "A minor", spelled as musicians do: C sharp minor, but D flat major.
std::string keyName(const Key& key);
// Round the circle of fifths: "8A" = A minor, "8B" = C major; "1m" = A minor, "1d" = C major.
std::string camelotName(const Key& key);
std::string openKeyName(const Key& key);
// Any of these, and what DJ programs write besides: "Am", "C#m", "Gbmaj", "A flat minor", "08A".
// Expected to fail.
Result<Key> parseKey(std::string_view text);

// The score of the MIREX key task: 1 for the same key, 0.5 a fifth apart in the same mode, 0.3 for
// the relative, 0.2 for the parallel, 0 else.
double mirexScore(const Key& truth, const Key& found);

}  // namespace dju::music
