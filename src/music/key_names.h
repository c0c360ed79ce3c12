// Musical keys as musicians, wheels and other programs write them. One name each in here: "C",
// "F#m" (sharps, except the customary Db, Eb, Ab, Bb); everything else is converted. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dju::music {

enum class KeyMode { kMajor, kMinor };

struct KeyClass {
  int tonic = 0;  // 0 = C … 11 = B
  KeyMode mode = KeyMode::kMajor;

  friend bool operator==(const KeyClass&, const KeyClass&) = default;
};

// Reads "Am", "A minor", "a min", "Bbm", "F♯", Camelot "8A", Open Key "1m", and Traktor's "1d".
std::optional<KeyClass> parseKey(std::string_view text);
std::string keyName(KeyClass key);     // "Am"
std::string camelotOf(KeyClass key);   // "8A" = A minor, "8B" = C major (Mixed In Key's wheel)
std::string openKeyOf(KeyClass key);   // "1m" = A minor, "1d" = C major
// Around the wheel: 1A, 1B, 2A … = 0 … 23; neighbours mix well.
int wheelOrder(KeyClass key);
// Same key, relative key, or one step around the wheel in the same mode: mixes without a clash.
bool mixesWith(KeyClass a, KeyClass b);

}  // namespace dju::music
