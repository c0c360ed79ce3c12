#include "music/cues.h"

#include <algorithm>
#include <array>

namespace dju::music {
namespace {

constexpr std::array<std::string_view, kCueKindCount> kKindNames = {"mix_in", "drop", "breakdown",
                                                                    "mix_out"};
constexpr std::array<std::string_view, kCueKindCount> kLabels = {"Mix in", "Drop", "Breakdown",
                                                                 "Mix out"};
// With mix-in and mix-out eight, as many as decks have hot cues.
constexpr std::size_t kMostOfAKind = 3;
// What a mix out of a track needs, as DJs count it.
constexpr int kMixBars = 32;

// A first bar that was cut by less begins with the track: an encoder or an editor did that.
constexpr double kCutUnheard = 0.02;

// The phrase's first bar line that lies in the track.
double startOf(const Phrase& phrase) {
  if (phrase.start >= -kCutUnheard) return std::max(0.0, phrase.start);
  return phrase.start + (phrase.end - phrase.start) / std::max(1, phrase.bars);
}

Cue cueOf(CueKind kind, double seconds) {
  return {seconds, kind, std::string(kLabels[static_cast<std::size_t>(kind)])};
}

// Starts of the first phrases with this label, numbered when there are several.
void addStarts(std::span<const Phrase> phrases, PhraseLabel label, CueKind kind,
               std::vector<Cue>& cues) {
  std::vector<Cue> found;
  for (const Phrase& phrase : phrases) {
    if (phrase.label == label && found.size() < kMostOfAKind) {
      found.push_back(cueOf(kind, startOf(phrase)));
    }
  }
  for (std::size_t i = 0; i < found.size() && found.size() > 1; ++i) {
    found[i].label += ' ';
    found[i].label += std::to_string(i + 1);
  }
  cues.insert(cues.end(), found.begin(), found.end());
}

// The outro. Without one, the bar line 32 bars before the end, or half-way through what is shorter
// than 64 bars.
double mixOutSeconds(std::span<const Phrase> phrases) {
  const Phrase& last = phrases.back();
  if (last.label == PhraseLabel::kOutro) return last.start;
  int bars = 0;
  for (const Phrase& phrase : phrases) bars += phrase.bars;
  const int wanted = std::min(kMixBars, bars / 2);
  int behind = 0;
  for (std::size_t i = phrases.size(); i-- > 0;) {
    const Phrase& phrase = phrases[i];
    if (behind + phrase.bars < wanted) {
      behind += phrase.bars;
      continue;
    }
    const double barSeconds = (phrase.end - phrase.start) / std::max(1, phrase.bars);
    return phrase.end - (wanted - behind) * barSeconds;
  }
  return last.start;
}

}  // namespace

std::string_view cueKindName(CueKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<CueKind> findCueKind(std::string_view name) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<CueKind>(i);
  }
  return std::nullopt;
}

std::vector<Cue> suggestCues(std::span<const Phrase> phrases) {
  if (phrases.empty()) return {};
  std::vector<Cue> cues{cueOf(CueKind::kMixIn, startOf(phrases.front()))};
  addStarts(phrases, PhraseLabel::kDrop, CueKind::kDrop, cues);
  addStarts(phrases, PhraseLabel::kBreakdown, CueKind::kBreakdown, cues);
  cues.push_back(cueOf(CueKind::kMixOut, mixOutSeconds(phrases)));
  std::stable_sort(cues.begin(), cues.end(),
                   [](const Cue& a, const Cue& b) { return a.seconds < b.seconds; });
  return cues;
}

}  // namespace dju::music
