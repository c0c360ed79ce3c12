// Keys: their names, and what is heard in chords of all 24, detuned, modulating, or absent.
#include "music/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <utility>
#include <vector>

#include "core/random.h"
#include "core/time.h"
#include "music/key_estimate.h"

namespace dju::music {
namespace {

TEST(KeyTest, HasTheNamesOfTheWheel) {
  const Key aMinor{9, KeyMode::kMinor}, cMajor{0, KeyMode::kMajor}, dFlat{1, KeyMode::kMajor};
  EXPECT_EQ(keyName(aMinor), "A minor");
  EXPECT_EQ(camelotName(aMinor), "8A");
  EXPECT_EQ(openKeyName(aMinor), "1m");
  EXPECT_EQ(keyName(cMajor), "C major");
  EXPECT_EQ(camelotName(cMajor), "8B");
  EXPECT_EQ(openKeyName(cMajor), "1d");
  EXPECT_EQ(keyName(dFlat), "Db major");
  EXPECT_EQ(camelotName(dFlat), "3B");
  EXPECT_EQ(openKeyName(dFlat), "8d");
}

TEST(KeyTest, ReadsEveryNameBack) {
  for (int i = 0; i < 24; ++i) {
    const Key key{i % 12, i < 12 ? KeyMode::kMajor : KeyMode::kMinor};
    for (const std::string& name : {keyName(key), camelotName(key), openKeyName(key)}) {
      const Result<Key> back = parseKey(name);
      ASSERT_TRUE(back.ok()) << name;
      EXPECT_EQ(*back, key) << name;
    }
  }
  EXPECT_EQ(*parseKey("Am"), *parseKey("A minor"));
  EXPECT_EQ(*parseKey("Abm"), *parseKey("G sharp minor"));
  EXPECT_EQ(*parseKey("A flat minor"), *parseKey("G#min"));
  EXPECT_EQ(*parseKey("08A"), *parseKey("8a"));
  for (const char* bad : {"", "H", "0A", "13A", "8C", "A minory", "Amm", "-1A", "8", "m"}) {
    EXPECT_FALSE(parseKey(bad).ok()) << bad;
  }
}

TEST(KeyTest, IsScoredAsMirexDoes) {
  const Key aMinor{9, KeyMode::kMinor};
  EXPECT_EQ(mirexScore(aMinor, aMinor), 1);
  EXPECT_EQ(mirexScore(aMinor, {4, KeyMode::kMinor}), 0.5);
  EXPECT_EQ(mirexScore(aMinor, {2, KeyMode::kMinor}), 0.5);
  EXPECT_EQ(mirexScore(aMinor, {0, KeyMode::kMajor}), 0.3);
  EXPECT_EQ(mirexScore({0, KeyMode::kMajor}, aMinor), 0.3);
  EXPECT_EQ(mirexScore(aMinor, {9, KeyMode::kMajor}), 0.2);
  EXPECT_EQ(mirexScore(aMinor, {10, KeyMode::kMinor}), 0);
}

struct Sound {
  std::vector<std::int16_t> samples;
  audio::PcmView view() const {
    return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale};
  }
};

// Two seconds of these notes, MIDI numbers with their fractions, as saw-like tones over a kick.
void addChord(Sound& sound, std::initializer_list<double> notes) {
  constexpr int kChord = 2 * kSampleRate;
  std::vector<double> tones(kChord);
  for (const double note : notes) {
    const double hz = 440 * std::exp2((note - 69) / 12);
    for (int harmonic = 1; harmonic <= 5; ++harmonic) {
      // A sine by recurrence: sin(n w) = 2 cos(w) sin((n-1) w) - sin((n-2) w).
      const double w = 2 * std::numbers::pi * hz * harmonic / kSampleRate;
      const double twoCos = 2 * std::cos(w);
      double now = 0, before = -std::sin(w);
      for (double& tone : tones) {
        tone += 0.06 / harmonic * now;
        before = std::exchange(now, twoCos * now - before);
      }
    }
  }
  for (int n = 0; n < kChord; ++n) {
    const double t = (n % (kSampleRate / 2)) / static_cast<double>(kSampleRate);
    const double kick = 0.4 * std::exp(-12 * t) *
                        std::sin(2 * std::numbers::pi * (50 * t + 6 * (1 - std::exp(-30 * t))));
    const auto value = static_cast<std::int16_t>(
        std::lround(32767 * std::clamp(tones[static_cast<std::size_t>(n)] + kick, -1.0, 1.0)));
    sound.samples.insert(sound.samples.end(), {value, value});
  }
}

// Chords I IV V I, or i iv v i, with their basses.
void addCadence(Sound& sound, const Key& key, double cents, int repeats) {
  const int third = key.mode == KeyMode::kMajor ? 4 : 3;
  for (int i = 0; i < 4 * repeats; ++i) {
    const double root =
        key.tonic + std::array{0, 5, 7, 0}[static_cast<std::size_t>(i % 4)] + cents / 100;
    addChord(sound, {36 + root, 60 + root, 60 + root + third, 60 + root + 7});
  }
}

TEST(KeyEstimateTest, HearsAll24Keys) {
  for (int i = 0; i < 24; ++i) {
    const Key key{i % 12, i < 12 ? KeyMode::kMajor : KeyMode::kMinor};
    Sound sound;
    addCadence(sound, key, 0, 1);
    const KeyEstimate found = estimateKey(sound.view());
    ASSERT_TRUE(found.key.has_value()) << keyName(key);
    EXPECT_EQ(keyName(*found.key), keyName(key));
    EXPECT_GT(found.confidence, 0.3) << keyName(key);
    EXPECT_NEAR(found.tuningCents, 0, 3);
    EXPECT_EQ(found.segments.size(), 1U);
  }
}

// The same chords C, G, F and C above: only the bass tells which of the relatives it is.
TEST(KeyEstimateTest, HearsTheTonicByTheBass) {
  for (const auto& [bass, name] : {std::pair{36.0, "C major"}, std::pair{45.0, "A minor"}}) {
    Sound sound;
    addChord(sound, {bass, 60, 64, 67});
    addChord(sound, {bass, 62, 67, 71});
    addChord(sound, {bass, 60, 65, 69});
    addChord(sound, {bass, 60, 64, 67});
    const KeyEstimate found = estimateKey(sound.view());
    ASSERT_TRUE(found.key.has_value()) << name;
    EXPECT_EQ(keyName(*found.key), name);
  }
}

TEST(KeyEstimateTest, HearsDetunedMusicInItsKey) {
  for (const double cents : {-30.0, 30.0}) {
    for (const Key key : {Key{9, KeyMode::kMinor}, Key{3, KeyMode::kMajor}}) {
      Sound sound;
      addCadence(sound, key, cents, 1);
      const KeyEstimate found = estimateKey(sound.view());
      ASSERT_TRUE(found.key.has_value());
      EXPECT_EQ(keyName(*found.key), keyName(key));
      EXPECT_NEAR(found.tuningCents, cents, 3);
    }
  }
}

TEST(KeyEstimateTest, NotesAModulation) {
  Sound sound;
  addCadence(sound, {9, KeyMode::kMinor}, 0, 6);
  addCadence(sound, {0, KeyMode::kMinor}, 0, 5);
  const KeyEstimate found = estimateKey(sound.view());
  ASSERT_EQ(found.segments.size(), 2U);
  EXPECT_EQ(keyName(found.segments[0].key), "A minor");
  EXPECT_EQ(keyName(found.segments[1].key), "C minor");
  EXPECT_EQ(found.segments[0].startSeconds, 0);
  EXPECT_NEAR(found.segments[1].startSeconds, 48, 8);
  EXPECT_EQ(keyName(*found.key), "A minor") << "the longer one";
}

TEST(KeyEstimateTest, HearsNoKeyWhereThereIsNone) {
  Random random(3);
  Sound noise, silence, brief, dc;
  for (int n = 0; n < 20 * kSampleRate; ++n) {
    const auto value = static_cast<std::int16_t>(random.uniform(-12000, 12000));
    noise.samples.insert(noise.samples.end(), {value, value});
  }
  silence.samples.resize(20 * kSampleRate);
  brief.samples.assign(2000, 1000);
  dc.samples.assign(10 * kSampleRate, 16000);
  for (const Sound* sound : {&noise, &silence, &brief, &dc}) {
    const KeyEstimate found = estimateKey(sound->view());
    EXPECT_FALSE(found.key.has_value()) << keyName(*found.key) << " " << found.confidence;
    EXPECT_EQ(found.confidence, 0);
    EXPECT_TRUE(found.segments.empty());
  }
  EXPECT_FALSE(estimateKey({}).key.has_value());
}

}  // namespace
}  // namespace dju::music
