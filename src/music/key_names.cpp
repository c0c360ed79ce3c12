#include "music/key_names.h"

#include <array>
#include <cctype>
#include <cstdlib>

namespace dju::music {
namespace {

constexpr std::array<const char*, 12> kMajorNames = {"C",  "Db", "D",  "Eb", "E",  "F",
                                                     "F#", "G",  "Ab", "A",  "Bb", "B"};
constexpr std::array<const char*, 12> kMinorNames = {"C",  "C#", "D",  "Eb", "E",  "F",
                                                     "F#", "G",  "G#", "A",  "Bb", "B"};

int modulo(int value, int by) {
  return ((value % by) + by) % by;
}

// Steps along the circle of fifths from C major (A minor): 0 to 11.
int fifthsOf(KeyClass key) {
  const int major = key.mode == KeyMode::kMajor ? key.tonic : key.tonic + 3;
  return modulo(major * 7, 12);
}

KeyClass fromFifths(int fifths, KeyMode mode) {
  const int major = modulo(fifths * 7, 12);
  return {mode == KeyMode::kMajor ? major : modulo(major - 3, 12), mode};
}

// "8A", "12B" and "1m", "1d": a number of the wheel and a letter.
std::optional<KeyClass> parseWheel(std::string_view text) {
  int number = 0;
  std::size_t at = 0;
  while (at < text.size() && at < 2 && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
    number = number * 10 + (text[at++] - '0');
  }
  if (at == 0 || at + 1 != text.size() || number < 1 || number > 12) return std::nullopt;
  const int letter = std::tolower(static_cast<unsigned char>(text[at]));
  if (letter == 'a' || letter == 'b') {
    return fromFifths(number - 8, letter == 'b' ? KeyMode::kMajor : KeyMode::kMinor);
  }
  if (letter == 'm' || letter == 'd') {
    return fromFifths(number - 1, letter == 'd' ? KeyMode::kMajor : KeyMode::kMinor);
  }
  return std::nullopt;
}

bool takePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<KeyMode> parseMode(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '-')) text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty() || text == "M") return KeyMode::kMajor;
  std::string lower;
  for (const char c : text)
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower == "maj" || lower == "major" || lower == "dur") return KeyMode::kMajor;
  if (lower == "m" || lower == "min" || lower == "minor" || lower == "moll") return KeyMode::kMinor;
  return std::nullopt;
}

}  // namespace

std::optional<KeyClass> parseKey(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.empty() || text.size() > 16) return std::nullopt;
  if (const auto wheel = parseWheel(text)) return wheel;
  static constexpr std::array<int, 7> kLetters = {9, 11, 0, 2, 4, 5, 7};
  const int letter = std::tolower(static_cast<unsigned char>(text.front()));
  if (letter < 'a' || letter > 'g') return std::nullopt;
  int tonic = kLetters[static_cast<std::size_t>(letter - 'a')];
  text.remove_prefix(1);
  if (takePrefix(text, "#") || takePrefix(text, "\u266f")) {
    ++tonic;
  } else if (takePrefix(text, "b") || takePrefix(text, "\u266d")) {
    --tonic;
  }
  const auto mode = parseMode(text);
  if (!mode) return std::nullopt;
  return KeyClass{modulo(tonic, 12), *mode};
}

std::string keyName(KeyClass key) {
  const auto index = static_cast<std::size_t>(modulo(key.tonic, 12));
  return key.mode == KeyMode::kMajor ? kMajorNames[index] : std::string(kMinorNames[index]) + "m";
}

std::string camelotOf(KeyClass key) {
  const int number = modulo(fifthsOf(key) + 7, 12) + 1;
  return std::to_string(number) + (key.mode == KeyMode::kMajor ? "B" : "A");
}

std::string openKeyOf(KeyClass key) {
  return std::to_string(fifthsOf(key) + 1) + (key.mode == KeyMode::kMajor ? "d" : "m");
}

int wheelOrder(KeyClass key) {
  return 2 * modulo(fifthsOf(key) + 7, 12) + (key.mode == KeyMode::kMajor ? 1 : 0);
}

bool mixesWith(KeyClass a, KeyClass b) {
  const int apart = modulo(fifthsOf(a) - fifthsOf(b), 12);
  return a.mode == b.mode ? apart == 0 || apart == 1 || apart == 11 : apart == 0;
}

}  // namespace dju::music
