// Evidence: what a battle's telemetry says about how it is mixed, in the units that a DJ would use.
// These formulas exist once: labels of the learning part, live scores, verdicts and reports call
// them. docs/judging.md explains each. Callers: PerformanceReader (performance.h). Pure functions
// and plain values; any thread, no allocation.
//
// A pair is two decks that are both heard, the one with the smaller index first. Everything signed
// says how the second lies to the first, so exchanging them changes signs and nothing else. Where
// the tempos lie nearer to half or double than to each other, the slower deck's beats count twice:
// "beats" of a pair are those of its faster deck.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/telemetry.h"
#include "judge/judged_track.h"

namespace dju::judge {

// A deck is heard when it has this part of the decks' energy (-20 dB below the rest) ...
inline constexpr double kAudibleShare = 0.01;
// ... and fader and crossfader let this much through (-40 dB): an echo's tail is not the deck.
inline constexpr double kOpenGain = 0.01;
inline constexpr int kBeatsPerBar = 4;
inline constexpr int kBeatsPerPhrase = 32;  // eight bars
// Two basses sound at once when the weaker is within 6 dB of the stronger.
inline constexpr double kBassOverlap = 0.5;

// Where a key lies from another, as heard.
struct KeyDistance {
  int steps = 0;           // around the circle of fifths, 0 to 6; relative keys share a place
  bool otherMode = false;  // major against minor
  double detuneCents = 0;  // what is left to whole semitones, -50 to 50

  // As DJs count on the Camelot wheel: hours, and one for the other mode.
  int wheelSteps() const { return steps + (otherMode ? 1 : 0); }
};

// Keys as engine::LoadedTrack's, 0 to 23; shifts in semitones (key shift, varispeed, tuning).
KeyDistance keyDistance(int firstKey, double firstShift, int secondKey, double secondShift);

struct DeckEvidence {
  bool audible = false;
  // Runs forward on its motor, not scratched, braked or rolled: its beats can be followed.
  bool steady = false;
  float share = 0;                     // of the decks' energy, over the last 400 ms
  float tempo = 0;                     // BPM as set by fader or sync; 0 without grid
  float speed = 0;                     // as it turns now: 1 as recorded, nudges included
  double beat = 0;                     // in beats of its grid
  std::optional<float> phraseBeat;     // beats since its phrase began; where phrases are known
  float gain = 0;                      // linear: trim, auto gain, fader, crossfader
  float lowGain = 0;                   // linear: that, low EQ and a high-pass of the quick knob
  std::optional<float> loudness;       // LUFS of the track behind `gain`; where that is known
  std::optional<float> energy;         // 0 to 1, of the track here; where that is known
  std::optional<float> keyShift;       // semitones, tuning included; where the key is known
  std::int8_t key = engine::kNoKey;    // of the track, as recorded
  std::uint32_t track = 0;             // index in the track table
  std::uint32_t flags = 0;             // engine::DeckFlags
  std::uint16_t lastControl = 0xffff;  // as in the telemetry
  std::uint8_t lastPlayer = 255;
  std::uint8_t fxOn = 0;
  float filter = 0;
};

struct PairEvidence {
  std::uint8_t first = 0, second = 0;  // decks
  // Milliseconds by which the second deck's beats come after the nearest of the first's, within
  // half a beat; positive: late. Only where both are steady and have grids, as the next four.
  std::optional<float> beatOffsetMs;
  std::optional<float> tempoDifferenceBpm;  // second less first, as set, in the faster beat
  std::optional<float> tempoDifferencePercent;
  std::optional<std::int8_t> barOffsetBeats;     // whole beats between the bar lines, -1 to 2
  std::optional<std::int8_t> phraseOffsetBeats;  // between the phrases' beginnings, -15 to 16
  std::optional<KeyDistance> key;
  float bassOverlap = 0;  // weaker low gain / stronger, 0 to 1

  bool doubleBass() const { return bassOverlap > kBassOverlap; }
};

struct Evidence {
  static constexpr std::uint8_t kNoDeck = 255;

  Frame frame;  // first of the block
  std::uint8_t deckCount = 0;
  std::uint8_t carrier = kNoDeck;  // the deck that is heard most
  std::uint8_t player = 255;       // who answers for what is heard: brought in the newest deck
  std::array<DeckEvidence, engine::kMaxDecks> decks{};
  std::optional<PairEvidence> pair;  // of the two decks that are heard most
  float masterDb = -120;             // RMS over the last 400 ms, dB full scale
  std::optional<float> loudness;     // LUFS that the heard decks should add up to
  std::optional<float> energy;       // 0 to 1, of the heard tracks by their shares
  // How the master's spectrum has changed within the last second, in dB (spectral_change.h); where
  // it was listened to.
  std::optional<float> spectralChange;
};

// One deck of a block. `share` is smoothed (Shares, performance.h).
DeckEvidence deckEvidence(const engine::DeckTelemetry& deck, const JudgedTrack& track,
                          double share);
// Two decks that are heard; `first` and `second` are their indices.
PairEvidence pairEvidence(const DeckEvidence& firstDeck, const DeckEvidence& secondDeck,
                          std::uint8_t first, std::uint8_t second);

}  // namespace dju::judge
