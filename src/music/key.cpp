#include "music/key.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace dju::music {
namespace {

constexpr std::array<std::string_view, 12> kMajorNames = {"C",  "Db", "D",  "Eb", "E",  "F",
                                                          "F#", "G",  "Ab", "A",  "Bb", "B"};
constexpr std::array<std::string_view, 12> kMinorNames = {"C",  "C#", "D",  "Eb", "E",  "F",
                                                          "F#", "G",  "G#", "A",  "Bb", "B"};
constexpr std::array<int, 7> kNaturals = {9, 11, 0, 2, 4, 5, 7};  // A … G

// The tonic of the relative major, and how many fifths it lies above C.
int fifthsAboveC(const Key& key) {
  const int major = key.mode == KeyMode::kMinor ? (key.tonic + 3) % 12 : key.tonic;
  return major * 7 % 12;
}

Key keyAtFifths(int fifths, KeyMode mode) {
  const int major = fifths * 7 % 12;
  return {mode == KeyMode::kMinor ? (major + 9) % 12 : major, mode};
}

bool takePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "8A", "08B", "1m", "12d".
std::optional<Key> parseWheel(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view letter = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || number < 1 || number > 12) return {};
  if (letter == "a") return keyAtFifths((number + 4) % 12, KeyMode::kMinor);
  if (letter == "b") return keyAtFifths((number + 4) % 12, KeyMode::kMajor);
  if (letter == "m") return keyAtFifths((number + 11) % 12, KeyMode::kMinor);
  if (letter == "d") return keyAtFifths((number + 11) % 12, KeyMode::kMajor);
  return {};
}

std::optional<Key> parseNote(std::string_view text) {
  if (text.empty() || text[0] < 'a' || text[0] > 'g') return {};
  int tonic = kNaturals[static_cast<std::size_t>(text[0] - 'a')];
  text.remove_prefix(1);
  if (takePrefix(text, "#") || takePrefix(text, "sharp") || takePrefix(text, "\u266f")) {
    tonic += 1;
  } else if (takePrefix(text, "b") || takePrefix(text, "flat") || takePrefix(text, "\u266d")) {
    tonic += 11;
  }
  tonic %= 12;
  if (text.empty() || text == "maj" || text == "major") return Key{tonic, KeyMode::kMajor};
  if (text == "m" || text == "min" || text == "minor") return Key{tonic, KeyMode::kMinor};
  return {};
}

}  // namespace

std::string keyName(const Key& key) {
  const auto tonic = static_cast<std::size_t>(key.tonic);
  return key.mode == KeyMode::kMajor ? std::string(kMajorNames[tonic]) + " major"
                                     : std::string(kMinorNames[tonic]) + " minor";
}

std::string camelotName(const Key& key) {
  const int number = (fifthsAboveC(key) + 7) % 12 + 1;
  return std::to_string(number) + (key.mode == KeyMode::kMinor ? "A" : "B");
}

std::string openKeyName(const Key& key) {
  return std::to_string(fifthsAboveC(key) + 1) + (key.mode == KeyMode::kMinor ? "m" : "d");
}

Result<Key> parseKey(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ' ') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (const auto key = parseWheel(plain)) return *key;
  if (const auto key = parseNote(plain)) return *key;
  return Error(ErrorCode::kInvalid, "key \"" + std::string(text.substr(0, 40)) +
                                        "\" is none; write it like \"A minor\", \"8A\" or \"1m\"");
}

double mirexScore(const Key& truth, const Key& found) {
  if (truth == found) return 1;
  const int up = (found.tonic - truth.tonic + 12) % 12;
  if (truth.mode == found.mode) return up == 7 || up == 5 ? 0.5 : 0;
  if (up == 0) return 0.2;
  return up == (truth.mode == KeyMode::kMajor ? 9 : 3) ? 0.3 : 0;
}

}  // namespace dju::music
