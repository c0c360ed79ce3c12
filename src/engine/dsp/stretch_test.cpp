#include "engine/dsp/stretch.h"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestTrack;

struct Played {
  std::vector<double> left, right;  // in [-1, 1]
};

// A record on a steady motor, the lock on from the start.
Played play(const TestTrack& track, double speed, double semitones, double seconds,
            double from = 4800, int block = kBlockFrames, KeyVoice voice = KeyVoice::kFast) {
  StretchReader reader(VarispeedBank::shared());
  reader.lock(true);
  reader.setVoice(voice);
  if (semitones != 0) reader.shift(semitones, 20);
  const auto frames = static_cast<int>(seconds * kSampleRate);
  Played played;
  std::vector<double> positions(block), speeds(block, speed);
  std::vector<float> left(block), right(block);
  for (int done = 0; done < frames; done += block) {
    for (int i = 0; i < block; ++i) positions[i] = from + speed * (done + i);
    reader.read(track.loaded.audio, positions.data(), speeds.data(), block, Hold::kMotor,
                left.data(), right.data());
    for (int i = 0; i < block; ++i) {
      played.left.push_back(left[i] * track.loaded.audio.scale);
      played.right.push_back(right[i] * track.loaded.audio.scale);
    }
  }
  return played;
}

// The frequency of a nearly pure tone near `hz`: how far its phase turns from the first third of
// the sound to the last, over many windows so that no turn is lost.
double frequencyOf(const std::vector<double>& x, double hz) {
  constexpr int kWindow = 9600;
  double turned = 0, last = 0;
  int windows = 0;
  for (std::size_t at = 0; at + kWindow <= x.size(); at += kWindow / 4) {
    double re = 0, im = 0;
    for (int i = 0; i < kWindow; ++i) {
      const double w = 0.5 - 0.5 * std::cos(2 * M_PI * (i + 0.5) / kWindow);
      const double phase = 2 * M_PI * hz * static_cast<double>(at + i) / kSampleRate;
      re += w * x[at + i] * std::cos(phase);
      im -= w * x[at + i] * std::sin(phase);
    }
    const double phase = std::atan2(im, re);
    if (windows++ > 0) turned += std::remainder(phase - last, 2 * M_PI);
    last = phase;
  }
  const double seconds = (windows - 1) * (kWindow / 4.0) / kSampleRate;
  return hz + turned / (2 * M_PI) / seconds;
}

TEST(Stretch, ASineKeepsItsPitchAtEveryRate) {
  const TestTrack track = test::sineTrack(40, 440, 0.8);
  for (const double percent : {-50.0, -33.0, -8.0, -2.0, -0.3, 0.0, 0.7, 4.0, 8.0, 25.0, 50.0}) {
    const Played played = play(track, 1 + percent / 100, 0, 12);
    const std::vector<double> settled(played.left.begin() + 9600, played.left.end());
    const double cents = 1200 * std::log2(frequencyOf(settled, 440) / 440);
    EXPECT_NEAR(cents, 0, 2) << percent << " %";
    EXPECT_LT(test::peak(settled), 0.85) << percent << " %";
  }
}

TEST(Stretch, AShiftIsThatManySemitones) {
  const TestTrack track = test::sineTrack(40, 440, 0.8);
  for (const double speed : {1.0, 0.92, 1.5}) {
    for (const double semitones : {-12.0, -5.0, -1.0, 0.5, 3.0, 7.0, 12.0}) {
      const double hz = 440 * std::exp2(semitones / 12);
      const Played played = play(track, speed, semitones, 6);
      const std::vector<double> settled(played.left.begin() + 9600, played.left.end());
      const double cents = 1200 * std::log2(frequencyOf(settled, hz) / hz);
      EXPECT_NEAR(cents, 0, 2) << semitones << " semitones at speed " << speed;
    }
  }
}

// Clicks are transients: each must sound exactly when the record passes it.
TEST(Stretch, TheFineVoiceKeepsAndShiftsPitchToo) {
  const TestTrack track = test::sineTrack(40, 440, 0.8);
  for (const double percent : {-50.0, -8.0, 0.0, 3.0, 50.0}) {
    for (const double semitones : {-12.0, 0.0, 7.0}) {
      const double hz = 440 * std::exp2(semitones / 12);
      const Played played =
          play(track, 1 + percent / 100, semitones, 6, 4800, kBlockFrames, KeyVoice::kFine);
      const std::vector<double> settled(played.left.begin() + 9600, played.left.end());
      const double cents = 1200 * std::log2(frequencyOf(settled, hz) / hz);
      EXPECT_NEAR(cents, 0, 2) << percent << " %, " << semitones << " semitones";
      EXPECT_NEAR(test::rms(settled), 0.8 / M_SQRT2, 0.03) << percent << " %, " << semitones;
    }
  }
}

// At no stretch every window keeps its phases: what is put together again is the track.
TEST(Stretch, TheFineVoiceAtTheTracksOwnSpeedIsTheTrack) {
  const TestTrack track = test::musicTrack(10, 124);
  const Played played = play(track, 1, 0, 4, 4800, kBlockFrames, KeyVoice::kFine);
  const std::int16_t* samples = track.samples->data();
  for (std::size_t i = 9600; i < played.left.size(); ++i) {
    ASSERT_NEAR(played.left[i], samples[2 * (4800 + i)] / 32768.0, 1e-3) << i;
  }
}

TEST(Stretch, TransientsStayOnTheGrid) {
  const double bpm = 125;
  const TestTrack track = test::clickTrack(40, bpm);
  for (const double percent : {-50.0, -8.0, -4.0, 2.0, 8.0, 50.0}) {
    const double speed = 1 + percent / 100;
    const double from = 4800;
    const Played played = play(track, speed, 0, 10, from);
    const double beat = kSampleRate * 60 / bpm;
    for (int n = 3; (n * beat - from) / speed + 960 < static_cast<double>(played.left.size());
         ++n) {
      const auto at = static_cast<int>(std::lround((n * beat - from) / speed));
      // The first frame of the click is its loudest.
      int loudest = at - 480;
      for (int i = at - 480; i < at + 480; ++i) {
        if (std::abs(played.left[i]) > std::abs(played.left[loudest])) loudest = i;
      }
      EXPECT_NEAR(loudest, at, 48) << "beat " << n << " at " << percent << " %";
    }
  }
}

// A head that drifts slowly, far from any transient, has minutes until it must be put right: the
// search for a place must not look so far ahead, where it has no sound.
TEST(Stretch, ATempoThatComesNearTheTracksOwnStaysWithinTheSearch) {
  const TestTrack track = test::sineTrack(40, 440, 0.8);
  StretchReader reader(VarispeedBank::shared());
  reader.lock(true);
  std::vector<double> positions(kBlockFrames), speeds(kBlockFrames), sound;
  std::vector<float> left(kBlockFrames), right(kBlockFrames);
  double at = 4800;
  // Until just before the drift at which a place is looked for; then as good as no further.
  constexpr int kOff = 9840;
  for (int done = 0; done < 8 * kSampleRate; done += kBlockFrames) {
    const double speed = done < kOff ? 0.95 : 1 - 2e-5;
    for (int i = 0; i < kBlockFrames; ++i, at += speed) positions[i] = at;
    speeds.assign(kBlockFrames, speed);
    reader.read(track.loaded.audio, positions.data(), speeds.data(), kBlockFrames, Hold::kMotor,
                left.data(), right.data());
    for (const float value : left) sound.push_back(value * track.loaded.audio.scale);
  }
  sound.erase(sound.begin(), sound.begin() + kSampleRate);
  EXPECT_NEAR(test::rms(sound), 0.8 / M_SQRT2, 0.02);
}

TEST(Stretch, AtTheTracksOwnSpeedItIsTheTrack) {
  const TestTrack track = test::musicTrack(10, 124);
  const Played played = play(track, 1, 0, 5);
  const std::int16_t* samples = track.samples->data();
  for (std::size_t i = 0; i < played.left.size(); ++i) {
    ASSERT_EQ(static_cast<float>(played.left[i]),
              static_cast<float>(samples[2 * (4800 + i)]) * track.loaded.audio.scale);
  }
}

TEST(Stretch, AnySizesGiveTheSameSamples) {
  const TestTrack track = test::musicTrack(12, 124);
  const Played whole = play(track, 1.05, 0, 6);
  const Played fine = play(track, 1.05, 2, 2, 4800, kBlockFrames, KeyVoice::kFine);
  for (const int block : {1, 7, 64, 239}) {
    const Played parts = play(track, 1.05, 0, 6, 4800, block);
    for (std::size_t i = 0; i < 280000; ++i) {
      ASSERT_EQ(whole.left[i], parts.left[i]) << block << " frame " << i;
    }
    const Played fineParts = play(track, 1.05, 2, 2, 4800, block, KeyVoice::kFine);
    for (std::size_t i = 0; i < 95000; ++i) {
      ASSERT_EQ(fine.left[i], fineParts.left[i]) << block << " frame " << i;
    }
  }
}

}  // namespace
}  // namespace dju::engine
