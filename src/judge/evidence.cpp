#include "judge/evidence.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dju::judge {
namespace {

using engine::DeckTelemetry;

constexpr double kBassHz = 90;  // in the middle of kicks and basses

// Camelot's hour of a key less eight, 0 to 11: each fifth up is one more.
int hourOf(int key) {
  const int tonic = key % 12;
  const bool minor = key >= 12;
  return (minor ? tonic + 3 : tonic) * 7 % 12;
}

// The quick knob's high-pass (engine/dsp/sweep_filter.h) as kBassHz meets it: 4th order
// Butterworth.
double throughHighPass(double knob) {
  if (knob <= 0) return 1;
  const double cornerHz = 20 * std::exp2(0.3 + 8.9 * knob);
  return 1 / std::sqrt(1 + std::pow(cornerHz / kBassHz, 8));
}

std::optional<float> phraseBeatOf(const std::vector<double>& starts, double beat) {
  if (starts.empty()) return {};
  const auto next = std::upper_bound(starts.begin(), starts.end(), beat);
  // Before the first phrase: counted back from it.
  const double start = next == starts.begin() ? starts.front() : *(next - 1);
  return static_cast<float>(beat - start);
}

bool steady(const DeckTelemetry& deck) {
  using namespace engine;
  constexpr std::uint32_t kByHand = kDeckScratching | kDeckBraking | kDeckReverse | kDeckRolling;
  if ((deck.flags & kDeckPlaying) == 0 || (deck.flags & (kByHand | kDeckAtEnd)) != 0) return false;
  const bool shortLoop = (deck.flags & kDeckLooping) != 0 && deck.loopBeats < 1;
  return deck.rate > 0 && !shortLoop;
}

// Whole beats `n` as the way round a circle of `size`: -size / 2 + 1 to size / 2.
std::int8_t around(double n, int size) {
  const double half = size / 2.0;
  double way = std::fmod(n, size);
  if (way > half) way -= size;
  if (way <= -half) way += size;
  return static_cast<std::int8_t>(way);
}

// How often each deck's beats count so that both have the faster one's.
std::pair<int, int> octaves(double first, double second) {
  constexpr double kRoot2 = 1.4142135623730951;
  if (second > kRoot2 * first) return {2, 1};
  if (first > kRoot2 * second) return {1, 2};
  return {1, 1};
}

void compareBeats(const DeckEvidence& first, const DeckEvidence& second, PairEvidence& pair) {
  const auto [firstTimes, secondTimes] = octaves(first.tempo, second.tempo);
  const double firstBpm = static_cast<double>(first.tempo) * firstTimes;
  const double secondBpm = static_cast<double>(second.tempo) * secondTimes;
  const double bpm = (firstBpm + secondBpm) / 2;
  pair.tempoDifferenceBpm = static_cast<float>(secondBpm - firstBpm);
  pair.tempoDifferencePercent = static_cast<float>(100 * (secondBpm - firstBpm) / bpm);

  const double ahead = second.beat * secondTimes - first.beat * firstTimes;
  const double whole = std::nearbyint(ahead);
  pair.beatOffsetMs = static_cast<float>((whole - ahead) * 60000 / bpm);
  pair.barOffsetBeats = around(whole, kBeatsPerBar);
  if (first.phraseBeat && second.phraseBeat) {
    const double phraseAhead = static_cast<double>(*second.phraseBeat) * secondTimes -
                               static_cast<double>(*first.phraseBeat) * firstTimes;
    pair.phraseOffsetBeats = around(std::nearbyint(phraseAhead), kBeatsPerPhrase);
  }
}

}  // namespace

KeyDistance keyDistance(int firstKey, double firstShift, int secondKey, double secondShift) {
  const double shift = secondShift - firstShift;
  const double whole = std::nearbyint(shift);
  // A semitone is seven fifths.
  const int hours = hourOf(secondKey) - hourOf(firstKey) + 7 * static_cast<int>(whole);
  const int way = ((hours % 12) + 12) % 12;
  const bool otherMode = (firstKey >= 12) != (secondKey >= 12);
  return {std::min(way, 12 - way), otherMode, 100 * (shift - whole)};
}

DeckEvidence deckEvidence(const DeckTelemetry& deck, const JudgedTrack& track, double share) {
  DeckEvidence evidence;
  evidence.flags = deck.flags;
  evidence.lastControl = deck.lastControl;
  evidence.lastPlayer = deck.lastPlayer;
  evidence.fxOn = deck.fxOn;
  evidence.filter = deck.filter;
  evidence.share = static_cast<float>(share);
  const double mixed = static_cast<double>(deck.faderGain) * deck.crossfaderGain;
  const double gain = mixed * deck.trimGain * deck.autoGain;
  evidence.gain = static_cast<float>(gain);
  evidence.lowGain = static_cast<float>(gain * deck.eqLow * throughHighPass(deck.filter));
  if ((deck.flags & engine::kDeckLoaded) == 0) return evidence;

  evidence.track = deck.track;
  evidence.speed = deck.rate;
  evidence.audible = deck.rate != 0 && share >= kAudibleShare && mixed >= kOpenGain;
  evidence.steady = steady(deck);
  if (track.grid.valid()) {
    evidence.beat = track.grid.beatAt(deck.position);
    evidence.tempo = static_cast<float>(track.grid.bpmAt(deck.position) *
                                        (1 + static_cast<double>(deck.tempoPercent) / 100));
    evidence.phraseBeat = phraseBeatOf(track.phraseStarts, evidence.beat);
  }
  if (track.lufs && gain > 0)
    evidence.loudness = static_cast<float>(*track.lufs + 20 * std::log10(gain));
  if (!track.energy.empty()) {
    const double second =
        std::clamp(deck.position / kSampleRate, 0.0, static_cast<double>(track.energy.size() - 1));
    evidence.energy = track.energy[static_cast<std::size_t>(second)];
  }
  if (track.key != engine::kNoKey) {
    evidence.key = static_cast<std::int8_t>(track.key);
    evidence.keyShift = static_cast<float>(deck.keyShift + track.tuningCents / 100);
  }
  return evidence;
}

PairEvidence pairEvidence(const DeckEvidence& firstDeck, const DeckEvidence& secondDeck,
                          std::uint8_t first, std::uint8_t second) {
  PairEvidence pair;
  pair.first = first;
  pair.second = second;
  const bool beats = firstDeck.tempo > 0 && secondDeck.tempo > 0;
  if (beats && firstDeck.steady && secondDeck.steady) compareBeats(firstDeck, secondDeck, pair);
  if (firstDeck.keyShift && secondDeck.keyShift)
    pair.key =
        keyDistance(firstDeck.key, *firstDeck.keyShift, secondDeck.key, *secondDeck.keyShift);
  const auto [weaker, stronger] = std::minmax(firstDeck.lowGain, secondDeck.lowGain);
  pair.bassOverlap = stronger > 0 ? weaker / stronger : 0;
  return pair;
}

}  // namespace dju::judge
