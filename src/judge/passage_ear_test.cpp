// Passages found and measured in sound alone: two little records that differ in key and in their
// drums, faded one into the other by known gains.
#include "judge/passage_ear.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "core/random.h"

namespace dju::judge {
namespace {

constexpr double kBpm = 120;

// Four chords of two beats each around a tonic, held; a kick on each beat, hats between them.
class Record {
 public:
  Record(int tonic, bool minor, double hatGain, double brightness)
      : tonic_(tonic), minor_(minor), hatGain_(hatGain) {
    for (std::size_t i = 0; i < kSize; ++i) {
      for (int h = 1; h <= 6; ++h)
        wave_[i] +=
            std::sin(2 * M_PI * h * static_cast<double>(i) / kSize) * std::pow(h, -brightness);
    }
  }

  double at(double t, double hiss) const {
    const double beat = t * kBpm / 60;
    const double inBeat = (beat - std::floor(beat)) * 60 / kBpm;
    const double inHalf = (2 * beat + 1 - std::floor(2 * beat + 1)) * 30 / kBpm;
    const double kick = 0.4 * std::exp(-inBeat * 14) * std::sin(2 * M_PI * 52 * inBeat);
    return kick + hatGain_ * std::exp(-inHalf * 50) * hiss + chord(t, beat);
  }

 private:
  double chord(double t, double beat) const {
    constexpr std::array<int, 4> kMinorRoots = {0, 8, 3, 10}, kMajorRoots = {0, 7, 9, 5};
    const auto which = static_cast<std::size_t>(beat / 2) % 4;
    const int root = minor_ ? kMinorRoots[which] : kMajorRoots[which];
    // Of minor: i VI III VII; of major: I V vi IV.
    const bool chordIsMinor = minor_ ? which == 0 : which == 2;
    double sum = 0;
    for (const int note : {0, chordIsMinor ? 3 : 4, 7}) {
      const double hz = 440 * std::exp2((57 + (tonic_ + root + note + 3) % 12 - 69) / 12.0);
      const double periods = hz * t;
      sum += wave_[static_cast<std::size_t>((periods - std::floor(periods)) * kSize)];
    }
    return 0.05 * sum;
  }

  static constexpr std::size_t kSize = 4096;

  int tonic_;
  bool minor_;
  double hatGain_;
  std::array<double, kSize> wave_{};  // a period
};

// A minor, and E minor one step on the wheel beside it, E flat minor on the other side of it.
const Record kFirst(9, true, 0.06, 1.0);
const Record kNeighbour(4, true, 0.2, 2.2);
const Record kOpposite(3, true, 0.2, 2.2);

using Gains = std::function<std::pair<double, double>(double)>;

// `seconds` of what `gains` makes of two records, in blocks of 5 ms; the second one's beats late.
void play(PassageEar& ear, double seconds, const Record& a, const Record& b, const Gains& gains,
          double lateMs = 0) {
  Random random(7);
  std::vector<float> block(std::size_t{kBlockFrames} * kChannels);
  const auto blocks = static_cast<std::int64_t>(seconds * kSampleRate / kBlockFrames);
  for (std::int64_t i = 0; i < blocks; ++i) {
    for (std::int64_t n = 0; n < kBlockFrames; ++n) {
      const double t = static_cast<double>(i * kBlockFrames + n) / kSampleRate;
      const double hiss = random.uniform(-1, 1);
      const auto [left, right] = gains(t);
      const double v = left * a.at(t, hiss) + right * b.at(t - lateMs / 1000, hiss);
      block[static_cast<std::size_t>(2 * n)] = block[static_cast<std::size_t>(2 * n + 1)] =
          static_cast<float>(v);
    }
    ear.hear(block);
  }
}

// From the first to the second between 20 and 28 s at even power; the second `jump` as loud.
Gains fade(double jump = 1) {
  return [jump](double t) {
    const double angle = M_PI / 2 * std::clamp((t - 20) / 8, 0.0, 1.0);
    return std::pair(std::cos(angle), jump * std::sin(angle));
  };
}

TEST(PassageEarTest, FindsWhereOneRecordGivesWayToAnother) {
  PassageEar ear;
  play(ear, 48, kFirst, kNeighbour, fade());
  const auto passages = ear.passages();
  ASSERT_EQ(passages.size(), 1U);
  EXPECT_NEAR(passages[0].start.seconds(), 20, 3);
  EXPECT_NEAR(passages[0].end.seconds(), 28, 3);
  ASSERT_TRUE(passages[0].key);
  EXPECT_EQ(passages[0].key->wheelSteps(), 1);
  EXPECT_GT(passages[0].keyConfidence, 0);
  EXPECT_LT(passages[0].loudnessRangeLu, 4);
  const TransitionParts parts = passages[0].parts();
  EXPECT_TRUE(parts.quality());
  EXPECT_FALSE(parts.bassHandling);
  EXPECT_TRUE(parts.phraseAlignment);
}

TEST(PassageEarTest, HearsTheBeatJump) {
  for (const double late : {0.0, 40.0}) {
    PassageEar ear;
    play(ear, 48, kFirst, kNeighbour, fade(), late);
    const auto passages = ear.passages();
    ASSERT_EQ(passages.size(), 1U);
    ASSERT_TRUE(passages[0].beats);
    EXPECT_NEAR(passages[0].beats->milliseconds, late, 4);
    EXPECT_NEAR(passages[0].beats->ofFirst, 60 / kBpm, 1e-4);
  }
}

TEST(PassageEarTest, JudgesBeatsAlongTheirCourse) {
  HeardPassage passage;
  passage.start = Frame(10 * kSampleRate);
  passage.end = Frame(18 * kSampleRate);
  EXPECT_FALSE(passage.beatAlignment());
  EXPECT_FALSE(passage.bpmAccuracy());
  passage.beats = BeatJump::Found{14, 0.5, 0.5, 0};
  passage.course = BeatJump::Course{50, 0};
  EXPECT_NEAR(*passage.beatAlignment(), 0.5, 1e-9);
  EXPECT_NEAR(*passage.bpmAccuracy(), 1, 1e-9);
  // On each other in the middle and 60 ms apart at both ends: not as good as it is there.
  passage.course = BeatJump::Course{0, 15};
  EXPECT_GT(*passage.beatAlignment(), 0.75);
  EXPECT_LT(*passage.beatAlignment(), 0.95);
  // 1.5 % of 120 BPM.
  EXPECT_NEAR(*passage.bpmAccuracy(), bpmAccuracy(1.8), 1e-9);
  // A whole beat late is on the beat.
  passage.course = BeatJump::Course{500, 0};
  EXPECT_NEAR(*passage.beatAlignment(), 1, 1e-9);
}

TEST(PassageEarTest, HearsKeysThatClash) {
  PassageEar ear;
  play(ear, 48, kFirst, kOpposite, fade());
  const auto passages = ear.passages();
  ASSERT_EQ(passages.size(), 1U);
  ASSERT_TRUE(passages[0].key);
  EXPECT_EQ(passages[0].key->wheelSteps(), 6);
}

TEST(PassageEarTest, HearsAJumpOfTheLevel) {
  const auto rangeWith = [](double jump) {
    PassageEar ear;
    play(ear, 48, kFirst, kNeighbour, fade(jump));
    const auto passages = ear.passages();
    return passages.size() == 1 ? passages[0].loudnessRangeLu : -1;
  };
  const double even = rangeWith(1);
  // 6 dB more behind the same fade; the records' own loudness is not quite the same, and what their
  // chords move it by is taken for nothing.
  EXPECT_LT(even, 2.5);
  EXPECT_NEAR(rangeWith(2), 6, 2.5);
  EXPECT_NEAR(rangeWith(0.5), 6, 2.5);
  EXPECT_LT(PassageEar().passages().size(), 1U);
}

TEST(PassageEarTest, LevelAloneIsNoPassage) {
  PassageEar ear;
  play(ear, 48, kFirst, kFirst, [](double t) { return std::pair(t < 24 ? 0.3 : 1.0, 0.0); });
  EXPECT_TRUE(ear.passages().empty());
}

TEST(PassageEarTest, OneRecordSilenceNoiseAndScrapsHaveNone) {
  PassageEar one, silence, noise, scrap;
  play(one, 40, kFirst, kFirst, [](double) { return std::pair(1.0, 0.0); });
  EXPECT_TRUE(one.passages().empty());
  play(silence, 40, kFirst, kFirst, [](double) { return std::pair(0.0, 0.0); });
  EXPECT_TRUE(silence.passages().empty());
  play(scrap, 3, kFirst, kFirst, [](double) { return std::pair(1.0, 0.0); });
  EXPECT_TRUE(scrap.passages().empty());
  Random random(3);
  std::vector<float> block(std::size_t{kBlockFrames} * kChannels);
  for (int i = 0; i < 8000; ++i) {
    for (float& sample : block) sample = static_cast<float>(random.uniform(-0.5, 0.5));
    noise.hear(block);
  }
  EXPECT_TRUE(noise.passages().empty());
}

// The next record comes while the ear still lacks nine seconds after it: nothing is made up.
TEST(PassageEarTest, WaitsForWhatComesAfter) {
  PassageEar ear;
  play(ear, 26, kFirst, kOpposite, fade());
  for (const HeardPassage& passage : ear.passages()) {
    EXPECT_TRUE(std::isfinite(passage.loudnessRangeLu));
    EXPECT_LE(passage.end.seconds(), 26.1);
  }
}

}  // namespace
}  // namespace dju::judge
