#include "judge/evidence.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dju::judge {
namespace {

constexpr int kCMajor = 0, kGMajor = 7, kFSharpMajor = 6, kAMinor = 12 + 9, kEMinor = 12 + 4;

DeckEvidence deckAt(double beat, double bpm) {
  DeckEvidence deck;
  deck.audible = deck.steady = true;
  deck.beat = beat;
  deck.tempo = static_cast<float>(bpm);
  deck.phraseBeat = static_cast<float>(beat);
  deck.lowGain = deck.gain = 1;
  return deck;
}

// --- keys, by hand from the wheel

TEST(KeyDistance, CountsFifthsAndModes) {
  EXPECT_EQ(keyDistance(kCMajor, 0, kCMajor, 0).steps, 0);
  EXPECT_EQ(keyDistance(kCMajor, 0, kGMajor, 0).steps, 1);
  EXPECT_EQ(keyDistance(kCMajor, 0, kAMinor, 0).steps, 0);
  EXPECT_EQ(keyDistance(kCMajor, 0, kAMinor, 0).wheelSteps(), 1);
  EXPECT_EQ(keyDistance(kCMajor, 0, kEMinor, 0).wheelSteps(), 2);
  EXPECT_EQ(keyDistance(kCMajor, 0, kFSharpMajor, 0).steps, 6);
}

TEST(KeyDistance, HearsShiftsAndDetuning) {
  // C major seven semitones up is G major.
  EXPECT_EQ(keyDistance(kCMajor, 7, kGMajor, 0).steps, 0);
  // A semitone is five hours away.
  EXPECT_EQ(keyDistance(kCMajor, 0, kCMajor, 1).steps, 5);
  const KeyDistance detuned = keyDistance(kCMajor, 0, kCMajor, 0.25);
  EXPECT_EQ(detuned.steps, 0);
  EXPECT_NEAR(detuned.detuneCents, 25, 1e-9);
  // Both shifted alike: nothing happened.
  EXPECT_EQ(keyDistance(kCMajor, 0.6, kGMajor, 0.6).steps, 1);
  EXPECT_NEAR(keyDistance(kCMajor, 0.6, kGMajor, 0.6).detuneCents, 0, 1e-9);
}

TEST(KeyDistance, IsTheSameFromBothSides) {
  for (int a = 0; a < engine::kKeys; ++a) {
    for (int b = 0; b < engine::kKeys; ++b) {
      const KeyDistance there = keyDistance(a, 0.3, b, -1.1), back = keyDistance(b, -1.1, a, 0.3);
      EXPECT_EQ(there.steps, back.steps);
      EXPECT_LE(there.steps, 6);
      EXPECT_EQ(there.otherMode, back.otherMode);
      EXPECT_NEAR(there.detuneCents, -back.detuneCents, 1e-9);
    }
  }
}

// --- beats

TEST(PairEvidence, TellsTheOffsetInMilliseconds) {
  // At 120 BPM a beat is 500 ms. The second has come 0.02 beats less far: 10 ms late.
  const PairEvidence pair = pairEvidence(deckAt(8.5, 120), deckAt(40.48, 120), 0, 1);
  EXPECT_NEAR(*pair.beatOffsetMs, 10, 1e-3);
  EXPECT_NEAR(*pair.tempoDifferenceBpm, 0, 1e-6);
  EXPECT_EQ(*pair.barOffsetBeats, 0);
  EXPECT_EQ(*pair.phraseOffsetBeats, 0);
}

TEST(PairEvidence, WrapsToHalfABeat) {
  EXPECT_NEAR(*pairEvidence(deckAt(0, 120), deckAt(0.75, 120), 0, 1).beatOffsetMs, 125, 1e-3);
  EXPECT_NEAR(*pairEvidence(deckAt(0, 120), deckAt(0.25, 120), 0, 1).beatOffsetMs, -125, 1e-3);
  EXPECT_NEAR(std::abs(*pairEvidence(deckAt(0, 120), deckAt(0.5, 120), 0, 1).beatOffsetMs), 250,
              1e-3);
}

TEST(PairEvidence, MeetsHalfTempo) {
  // 70 against 140: each beat of the slow one is met by every second of the fast one.
  const PairEvidence pair = pairEvidence(deckAt(3, 70), deckAt(6, 140), 0, 1);
  EXPECT_NEAR(*pair.beatOffsetMs, 0, 1e-3);
  EXPECT_NEAR(*pair.tempoDifferenceBpm, 0, 1e-4);
  EXPECT_EQ(*pair.phraseOffsetBeats, 0);
  // 20 ms of 140 BPM are 0.04667 beats.
  const PairEvidence late = pairEvidence(deckAt(3, 70), deckAt(7 - 0.02 * 140 / 60, 140), 0, 1);
  EXPECT_NEAR(*late.beatOffsetMs, 20, 1e-3);
  EXPECT_EQ(*late.barOffsetBeats, 1);
}

TEST(PairEvidence, TellsTempoDifferences) {
  const PairEvidence pair = pairEvidence(deckAt(0, 124), deckAt(0, 126), 0, 1);
  EXPECT_NEAR(*pair.tempoDifferenceBpm, 2, 1e-4);
  EXPECT_NEAR(*pair.tempoDifferencePercent, 1.6, 1e-4);
}

TEST(PairEvidence, TellsBarsAndPhrases) {
  const PairEvidence pair = pairEvidence(deckAt(32, 128), deckAt(17, 128), 0, 1);
  EXPECT_EQ(*pair.barOffsetBeats, 1);
  EXPECT_EQ(*pair.phraseOffsetBeats, -15);
  EXPECT_EQ(*pairEvidence(deckAt(0, 128), deckAt(16, 128), 0, 1).phraseOffsetBeats, 16);
}

TEST(PairEvidence, ChangesOnlySignsWhenExchanged) {
  for (double beat = 0; beat < 40; beat += 0.37) {
    const DeckEvidence a = deckAt(beat, 122), b = deckAt(3 * beat + 0.11, 127);
    const PairEvidence there = pairEvidence(a, b, 0, 1), back = pairEvidence(b, a, 0, 1);
    EXPECT_NEAR(*there.beatOffsetMs, -*back.beatOffsetMs, 1e-3);
    EXPECT_FLOAT_EQ(*there.tempoDifferenceBpm, -*back.tempoDifferenceBpm);
    EXPECT_FLOAT_EQ(there.bassOverlap, back.bassOverlap);
  }
}

TEST(PairEvidence, SaysNothingOfBeatsThatCannotBeFollowed) {
  DeckEvidence held = deckAt(0, 120);
  held.steady = false;
  EXPECT_FALSE(pairEvidence(held, deckAt(0, 120), 0, 1).beatOffsetMs);
  EXPECT_FALSE(pairEvidence(deckAt(0, 0), deckAt(0, 120), 0, 1).beatOffsetMs);
  EXPECT_FALSE(pairEvidence(deckAt(0, 120), deckAt(0, 120), 0, 1).key);
}

TEST(PairEvidence, TellsDoubleBass) {
  DeckEvidence cut = deckAt(0, 120);
  cut.lowGain = 0.1F;
  EXPECT_TRUE(pairEvidence(deckAt(0, 120), deckAt(0, 120), 0, 1).doubleBass());
  EXPECT_FALSE(pairEvidence(cut, deckAt(0, 120), 0, 1).doubleBass());
}

// --- one deck

engine::DeckTelemetry playing() {
  engine::DeckTelemetry deck;
  deck.flags = engine::kDeckLoaded | engine::kDeckPlaying;
  deck.rate = 1.05F;
  deck.tempoPercent = 5;
  deck.position = 48000;
  return deck;
}

TEST(DeckEvidence, TakesTheTempoAsSet) {
  JudgedTrack track;
  track.grid = BeatGrid::fromBpm(0, 120);
  engine::DeckTelemetry nudged = playing();
  nudged.rate = 1.07F;
  const DeckEvidence deck = deckEvidence(nudged, track, 1);
  EXPECT_NEAR(deck.tempo, 126, 1e-4);
  EXPECT_NEAR(deck.speed, 1.07, 1e-6);
  EXPECT_NEAR(deck.beat, 2, 1e-12);
}

TEST(DeckEvidence, IsNotHeardBehindAClosedFader) {
  engine::DeckTelemetry deck = playing();
  EXPECT_TRUE(deckEvidence(deck, {}, 0.5).audible);
  EXPECT_FALSE(deckEvidence(deck, {}, 0.005).audible);
  deck.crossfaderGain = 0;
  EXPECT_FALSE(deckEvidence(deck, {}, 0.5).audible);
}

TEST(DeckEvidence, KnowsItsLoudnessBehindTheFaders) {
  JudgedTrack track;
  track.lufs = -8;
  engine::DeckTelemetry deck = playing();
  deck.autoGain = 0.5F;
  EXPECT_NEAR(*deckEvidence(deck, track, 1).loudness, -14.0206, 1e-3);
  EXPECT_FALSE(deckEvidence(deck, {}, 1).loudness);
}

TEST(DeckEvidence, LosesItsBassToEqAndFilter) {
  engine::DeckTelemetry deck = playing();
  EXPECT_NEAR(deckEvidence(deck, {}, 1).lowGain, 1, 1e-6);
  deck.eqLow = 0.25F;
  EXPECT_NEAR(deckEvidence(deck, {}, 1).lowGain, 0.25, 1e-6);
  deck.eqLow = 1;
  deck.filter = 0.5F;  // a high-pass at 540 Hz
  EXPECT_LT(deckEvidence(deck, {}, 1).lowGain, 0.01);
  deck.filter = -0.5F;
  EXPECT_NEAR(deckEvidence(deck, {}, 1).lowGain, 1, 1e-6);
}

TEST(DeckEvidence, CountsItsPhrases) {
  JudgedTrack track;
  track.grid = BeatGrid::fromBpm(0, 120);
  track.phraseStarts = {8, 40};
  engine::DeckTelemetry deck = playing();
  deck.position = track.grid.frameAt(42);
  EXPECT_NEAR(*deckEvidence(deck, track, 1).phraseBeat, 2, 1e-5);
  deck.position = track.grid.frameAt(4);
  EXPECT_NEAR(*deckEvidence(deck, track, 1).phraseBeat, -4, 1e-5);
}

}  // namespace
}  // namespace dju::judge
