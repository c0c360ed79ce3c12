#include "music/streaming_beats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "core/random.h"
#include "core/test_support/allocation_count.h"
#include "core/time.h"

namespace dju::music {
namespace {

constexpr double kRate = kSampleRate;

// A kick that falls in pitch, and a hat between the beats as loud as house music has it.
class Groove {
 public:
  void kick(double seconds) {
    add(seconds, 0.3, [](double t) {
      const double phase = 2 * std::numbers::pi * (50 * t + 3 * (1 - std::exp(-t * 40)));
      return 0.7 * std::exp(-t * 12) * std::sin(phase);
    });
  }
  void hat(double seconds) {
    add(seconds, 0.08,
        [this](double t) { return 0.25 * std::exp(-t * 60) * noise_.uniform(-1, 1); });
  }
  void snare(double seconds) {
    add(seconds, 0.2, [this](double t) {
      return 0.4 * std::exp(-t * 25) *
             (noise_.uniform(-1, 1) + std::sin(2 * std::numbers::pi * 190 * t));
    });
  }
  // Four to the floor from `from` to `to` seconds; returns the beats.
  std::vector<double> play(double from, double to, double bpm) {
    std::vector<double> beats;
    int beat = 0;
    for (double time = from; time < to; time += 60 / bpm, ++beat) {
      kick(time);
      hat(time + 30 / bpm);
      if (beat % 2 == 1) snare(time);
      beats.push_back(time);
    }
    return beats;
  }
  std::vector<float>& sound() { return sound_; }

 private:
  template <typename Wave>
  void add(double seconds, double length, Wave wave) {
    const auto from = static_cast<std::size_t>(seconds * kRate);
    const auto count = static_cast<std::size_t>(length * kRate);
    if (sound_.size() < from + count) sound_.resize(from + count);
    for (std::size_t i = 0; i < count; ++i) {
      sound_[from + i] += static_cast<float>(wave(static_cast<double>(i) / kRate));
    }
  }
  std::vector<float> sound_;
  Random noise_{7};
};

std::vector<StreamedBeat> track(std::span<const float> sound, std::size_t block = 240,
                                EvidenceKind kind = EvidenceKind::kCombined) {
  StreamingBeats tracker(kind);
  std::vector<StreamedBeat> beats;
  while (!sound.empty()) {
    const auto now = sound.first(std::min(block, sound.size()));
    tracker.push(now, [&](const StreamedBeat& beat) { beats.push_back(beat); });
    if (tracker.reviewDue()) tracker.review();
    sound = sound.subspan(now.size());
  }
  return beats;
}

// F-measure of the beats from `from` to `to` seconds within `tolerance` seconds.
double fMeasure(const std::vector<double>& truth, const std::vector<StreamedBeat>& found,
                double from, double to, double tolerance) {
  int wanted = 0, given = 0, hits = 0;
  for (const double time : truth) wanted += time >= from && time < to ? 1 : 0;
  for (const StreamedBeat& beat : found) {
    if (beat.seconds < from || beat.seconds >= to) continue;
    ++given;
    for (const double time : truth) {
      if (std::fabs(time - beat.seconds) <= tolerance) {
        ++hits;
        break;
      }
    }
  }
  return wanted + given == 0 ? 0 : 2.0 * hits / (wanted + given);
}

class Streaming : public ::testing::TestWithParam<EvidenceKind> {};
INSTANTIATE_TEST_SUITE_P(All, Streaming,
                         ::testing::Values(EvidenceKind::kCombined, EvidenceKind::kNetwork,
                                           EvidenceKind::kFlux));

TEST_P(Streaming, LocksWithinFourSecondsAndPredicts) {
  Groove groove;
  const std::vector<double> truth = groove.play(0.31, 20, 126);
  const auto beats = track(groove.sound(), 240, GetParam());
  EXPECT_GE(fMeasure(truth, beats, 4.31, 19.5, 0.02), 0.97);
  for (const StreamedBeat& beat : beats) {
    EXPECT_LE(beat.emittedSeconds - beat.seconds, 0.020);
    if (beat.seconds > 5) {
      EXPECT_NEAR(beat.bpm, 126, 2);
    }
  }
}

TEST_P(Streaming, RecoversWithinFourSecondsOfATempoJump) {
  Groove groove;
  groove.play(0.2, 12, 122);
  const std::vector<double> after = groove.play(12.05, 26, 140);
  const auto beats = track(groove.sound(), 240, GetParam());
  EXPECT_GE(fMeasure(after, beats, 16.05, 25.5, 0.03), 0.95);
}

// A review that looks back over the change must not hold on to the tempo before it.
TEST_P(Streaming, RecoversLateInAPieceToo) {
  Groove groove;
  groove.play(0.2, 30, 122);
  const std::vector<double> after = groove.play(30.05, 44, 140);
  const auto beats = track(groove.sound(), 240, GetParam());
  EXPECT_GE(fMeasure(after, beats, 34.05, 43.5, 0.03), 0.95);
}

TEST(StreamingBeats, BlocksDoNotMatter) {
  Groove groove;
  groove.play(0.2, 8, 128);
  const auto small = track(groove.sound(), 240);
  const auto large = track(groove.sound(), 4800);
  ASSERT_EQ(small.size(), large.size());
  for (std::size_t i = 0; i < small.size(); ++i) EXPECT_EQ(small[i].seconds, large[i].seconds);
}

TEST(StreamingBeats, AllocatesOnlyWhenItIsMade) {
  Groove groove;
  groove.play(0.2, 12, 128);
  StreamingBeats tracker;
  int beats = 0;
  const auto count = [&](const StreamedBeat&) { ++beats; };
  std::span<const float> sound = groove.sound();
  tracker.push(sound.first(48000), count);  // the C library may allocate once, for its own tables
  sound = sound.subspan(48000);
  const long before = testing::allocationCount();
  while (!tracker.reviewDue()) {
    tracker.push(sound.first(240), count);
    sound = sound.subspan(240);
  }
  EXPECT_EQ(testing::allocationCount(), before);
  tracker.review();  // allocates, and may
  const long reviewed = testing::allocationCount();
  tracker.push(sound, count);
  EXPECT_EQ(testing::allocationCount(), reviewed);
  EXPECT_GT(beats, 10);
}

TEST(StreamingBeats, SaysNothingInSilence) {
  EXPECT_TRUE(track(std::vector<float>(10 * kSampleRate)).empty());
  EXPECT_TRUE(track(std::vector<float>(10 * kSampleRate, 0.5F)).empty());
  EXPECT_TRUE(track({}).empty());
}

TEST(StreamingBeats, NoiseIsNoCertainBeat) {
  Random random(3);
  std::vector<float> noise(10 * kSampleRate);
  for (float& sample : noise) sample = static_cast<float>(random.uniform(-0.5, 0.5));
  for (const StreamedBeat& beat : track(noise)) {
    EXPECT_TRUE(std::isfinite(beat.seconds));
    EXPECT_LT(beat.confidence, 0.9);
  }
}

TEST(StreamingBeats, ClippedAndVeryLoudSoundStaysFinite) {
  Groove groove;
  groove.play(0.2, 6, 128);
  for (float& sample : groove.sound()) sample = sample > 0 ? 100.0F : -100.0F;
  for (const StreamedBeat& beat : track(groove.sound())) {
    EXPECT_TRUE(std::isfinite(beat.seconds) && std::isfinite(beat.bpm));
  }
}

TEST(BeatPointer, TakesALead) {
  constexpr double kPeriod = 50;
  BeatPointer pointer;
  for (int frame = 0; frame < 600; ++frame) pointer.step(frame % 50 == 0 ? 2.5F : -1.5F);
  pointer.lead(kPeriod, 24);  // half a beat off: 49 frames since the beat
  const BeatPointer::Estimate led = pointer.estimate();
  EXPECT_NEAR(led.period, kPeriod, 0.5);
  EXPECT_NEAR(led.sinceBeat, 24, 1);
  EXPECT_GT(led.confidence, 0.9);
}

// Stronger evidence at the off-beat draws a free pointer there, a guided one not; it goes back when
// it is let go.
TEST(BeatDecoder, KeepsToItsGuide) {
  constexpr int kPeriod = 50;
  BeatDecoder decoder(2, 0);
  const auto hear = [&](int from, int to) {
    for (int frame = from; frame < to; ++frame)
      decoder.hear({frame % kPeriod == kPeriod / 2 ? 2.0F
                    : frame % kPeriod == 0         ? -1.0F
                                                   : -5.0F,
                    0});
    return std::remainder(decoder.estimateFrame() - decoder.estimate().sinceBeat, kPeriod);
  };
  EXPECT_NEAR(std::fabs(hear(0, 1000)), kPeriod / 2.0, 2);
  decoder.guide(1000, kPeriod);
  EXPECT_NEAR(hear(1000, 2000), 0, 3);
  decoder.unguide();
  EXPECT_NEAR(std::fabs(hear(2000, 2001)), kPeriod / 2.0, 2);
}

TEST(BeatPointer, FollowsPulsesBetweenFrames) {
  // 130 BPM is 46.15 frames: no whole number.
  constexpr double kPeriod = 46.1538;
  BeatPointer pointer;
  for (int frame = 0; frame < 1200; ++frame) {
    const double nearest = std::fabs(frame / kPeriod - std::round(frame / kPeriod)) * kPeriod;
    pointer.step(nearest < 1 ? 2.5F : -1.5F);
  }
  const BeatPointer::Estimate estimate = pointer.estimate();
  EXPECT_NEAR(estimate.period, kPeriod, 0.5);
  const double since = 1199 - std::floor(1199 / kPeriod) * kPeriod;
  EXPECT_NEAR(std::remainder(estimate.sinceBeat - since, kPeriod), 0, 1.0);
  EXPECT_GT(estimate.confidence, 0.5);
}

}  // namespace
}  // namespace dju::music
