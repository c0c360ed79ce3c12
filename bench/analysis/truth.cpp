#include "analysis/truth.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace dju::bench {
namespace {

constexpr std::array<std::string_view, 12> kNames = {"C",  "Db", "D",  "Eb", "E",  "F",
                                                     "F#", "G",  "Ab", "A",  "Bb", "B"};

// The wheel's number 1 is A flat minor and B major; each step is a fifth up.
std::optional<Key> fromWheel(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || number < 1 || number > 12) return std::nullopt;
  if (end + 1 != text.data() + text.size()) return std::nullopt;
  switch (*end) {
    case 'A':
      return Key{(8 + 7 * (number - 1)) % 12, KeyMode::kMinor};
    case 'B':
      return Key{(11 + 7 * (number - 1)) % 12, KeyMode::kMajor};
    case 'm':  // open key: 1m is A minor, 1d is C major
      return Key{(9 + 7 * (number - 1)) % 12, KeyMode::kMinor};
    case 'd':
      return Key{(7 * (number - 1)) % 12, KeyMode::kMajor};
    default:
      return std::nullopt;
  }
}

std::vector<double> timesOf(const std::vector<double>& times, double from, double seconds) {
  std::vector<double> inside;
  for (const double time : times) {
    if (time >= from && time < from + seconds) inside.push_back(time - from);
  }
  return inside;
}

}  // namespace

std::optional<Key> parseKey(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text[0] >= '0' && text[0] <= '9') return fromWheel(text);
  constexpr std::array<int, 7> kNatural = {9, 11, 0, 2, 4, 5, 7};  // A to G
  if (text[0] < 'A' || text[0] > 'G') return std::nullopt;
  int tonic = kNatural[static_cast<std::size_t>(text[0] - 'A')];
  text.remove_prefix(1);
  if (!text.empty() && text[0] == '#') {
    ++tonic;
    text.remove_prefix(1);
  } else if (!text.empty() && text[0] == 'b') {
    --tonic;
    text.remove_prefix(1);
  }
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  const Key key{(tonic + 12) % 12, KeyMode::kMajor};
  if (text.empty() || text == "major" || text == "maj") return key;
  if (text == "minor" || text == "min" || text == "m") return Key{key.tonic, KeyMode::kMinor};
  return std::nullopt;
}

std::string keyName(const Key& key) {
  return std::string(kNames[static_cast<std::size_t>(key.tonic)]) +
         (key.mode == KeyMode::kMinor ? " minor" : " major");
}

Truth excerptOf(const Truth& truth, double from, double seconds) {
  Truth part = truth;
  part.beats = timesOf(truth.beats, from, seconds);
  part.downbeats = timesOf(truth.downbeats, from, seconds);
  part.sections.clear();
  for (LabelledSection section : truth.sections) {
    section.start = std::max(0.0, section.start - from);
    section.end = std::min(seconds, section.end - from);
    if (section.end > section.start) part.sections.push_back(section);
  }
  if (truth.vocals) {
    part.vocals->clear();
    for (const Interval& sung : *truth.vocals) {
      const Interval cut{std::max(0.0, sung.start - from), std::min(seconds, sung.end - from)};
      if (cut.end > cut.start) part.vocals->push_back(cut);
    }
  }
  part.energy = {};
  for (std::size_t i = 0; i < truth.energy.times.size(); ++i) {
    const double time = truth.energy.times[i] - from;
    if (time < 0 || time >= seconds) continue;
    part.energy.times.push_back(time);
    part.energy.values.push_back(truth.energy.values[i]);
  }
  return part;
}

}  // namespace dju::bench
