// Nothing that a hand does may click: a steady 1 kHz sine is played while every control is thrown
// from end to end, and what appears far away from 1 kHz is measured against it.
#include <gtest/gtest.h>

#include "engine/effects/effect.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

// The energy above 6 kHz in the loudest stretch of 512 frames, relative to a full-scale sine, in
// dB: a click's own band, where neither the sine nor a 5 ms fade of it has anything.
double splatterDb(const std::vector<float>& sound) {
  // A high-pass by a windowed sinc of 255 taps at 6 kHz, -90 dB at 1 kHz and below.
  constexpr int kTaps = 255;
  static const std::vector<double> filter = [] {
    std::vector<double> taps(kTaps);
    for (int i = 0; i < kTaps; ++i) {
      const int fromCentre = i - kTaps / 2;
      const double x = fromCentre;
      const double w = 0.42 + 0.5 * std::cos(2 * M_PI * x / (kTaps + 1)) +
                       0.08 * std::cos(4 * M_PI * x / (kTaps + 1));
      taps[i] = -w * (x == 0 ? 0.25 : std::sin(M_PI * x * 0.25) / (M_PI * x));
    }
    taps[kTaps / 2] += 1;
    return taps;
  }();
  double worst = 0;
  for (int channel = 0; channel < 2; ++channel) {
    const auto x = test::channel(sound, channel);
    std::vector<double> high;
    for (std::size_t i = 0; i + kTaps <= x.size(); ++i) {
      double sum = 0;
      for (int t = 0; t < kTaps; ++t) sum += filter[t] * x[i + t];
      high.push_back(sum);
    }
    for (std::size_t i = 0; i + 512 <= high.size(); i += 256) {
      worst = std::max(worst, test::rms({high.begin() + static_cast<long>(i),
                                         high.begin() + static_cast<long>(i) + 512}));
    }
  }
  return test::toDb(worst * M_SQRT2);
}

class Clicks : public ::testing::Test {
 protected:
  Clicks() {
    battle.provide(test::sineTrack(60, 1000, 0.5));
    battle.now(ControlId::kLoad, 0);
    battle.now(ControlId::kCrossfader, -1);
    battle.now(ControlId::kVolume, 1);
    battle.now(ControlId::kPlay, 1, 0, 9600.0);
    battle.render(9600);
  }
  // Throws a control between two values every 50 ms or so, at frames that fit no grid.
  double throwing(ControlId control, double a, double b, int target = 0) {
    for (int i = 0; i < 10; ++i) {
      battle.at(battle->now().index() + 1000 + 2413 * i, control, i % 2 == 0 ? a : b, target);
    }
    const auto sound = battle.render(30000);
    const double level = std::max(splatterDb(sound.master), splatterDb(sound.monitors[0]));
    std::printf("%-20s %.1f dB\n", std::string(info(control).name).c_str(), level);
    return level;
  }

  TestBattle battle;
};

TEST_F(Clicks, SteadySineIsClean) {
  EXPECT_LT(splatterDb(battle.render(20000).master), -85);
}

TEST_F(Clicks, FadersKnobsAndKills) {
  EXPECT_LT(throwing(ControlId::kVolume, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kCrossfader, 1, -1), -80);
  battle.now(ControlId::kCrossfaderCurve, 1);
  EXPECT_LT(throwing(ControlId::kCrossfader, 1, -1), -80);
  EXPECT_LT(throwing(ControlId::kCrossfaderCurve, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kCrossfaderReverse, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kMasterVolume, 0, 0.8), -80);
  EXPECT_LT(throwing(ControlId::kTrim, -12, 0), -80);
  EXPECT_LT(throwing(ControlId::kEqLow, 0, 0.5), -80);
  EXPECT_LT(throwing(ControlId::kEqMid, 0, 0.5), -80);
  EXPECT_LT(throwing(ControlId::kEqHigh, 0, 0.5), -80);
  EXPECT_LT(throwing(ControlId::kKillLow, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kKillMid, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kKillHigh, 1, 0), -80);
}

TEST_F(Clicks, AutoGain) {
  auto track = test::sineTrack(60, 1000, 0.5);
  track.loaded.gainDb = -8;
  battle.now(ControlId::kLoad, battle.provide(track));
  battle.now(ControlId::kPlay, 1, 0, 9600.0);
  battle.render(9600);
  EXPECT_LT(throwing(ControlId::kAutoGain, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kLoad, 0, 1), -80) << "the old track fades out as loud as it was";
}

TEST_F(Clicks, Headphones) {
  EXPECT_LT(throwing(ControlId::kHeadphoneCue1, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kHeadphoneMix, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kHeadphoneVolume, 0, 0.8), -80);
  EXPECT_LT(throwing(ControlId::kHeadphoneSplit, 1, 0), -80);
}

TEST_F(Clicks, TempoAndNudge) {
  EXPECT_LT(throwing(ControlId::kRate, 8, -8), -80);
  EXPECT_LT(throwing(ControlId::kNudge, 10, -10), -80);
}

TEST_F(Clicks, SlewOfATempoThatTravelled) {
  for (int i = 0; i < 6; ++i) {
    battle->applyDue();
    const double position = battle->deckNow(0).deck.position;
    battle.now(ControlId::kRate, i % 2 == 0 ? 4 : -4, 0, position + (i % 2 == 0 ? 900 : -900));
    EXPECT_LT(splatterDb(battle.render(4813).master), -80);
  }
}

TEST_F(Clicks, Transport) {
  EXPECT_LT(throwing(ControlId::kPlay, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kSeek, 300011, 600017), -80);
  EXPECT_LT(throwing(ControlId::kBeatJump, 1.013, -1.031), -80);
  EXPECT_LT(throwing(ControlId::kHotcue1, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kCue, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kLoad, 0, 0), -80);
}

TEST_F(Clicks, FilterAndCrossfaderSide) {
  EXPECT_LT(throwing(ControlId::kFilter, -0.5, 0.5), -80);
  EXPECT_LT(throwing(ControlId::kFilter, 0, -1), -80);
  EXPECT_LT(throwing(ControlId::kFilter, 0, 0.7), -80);
  battle.now(ControlId::kFilter, -0.6);
  EXPECT_LT(throwing(ControlId::kFilterResonance, 0, 1), -80);
  battle.now(ControlId::kFilter, 0);
  EXPECT_LT(throwing(ControlId::kCrossfaderSide, 3, 2), -80);
}

// 12 dB quieter, so that no feedback bends the sine. Crusher and noise are left out: they are made
// of what a click is made of.
TEST_F(Clicks, Effects) {
  battle.now(ControlId::kTrim, -12);
  for (const EffectType type : {EffectType::kEcho, EffectType::kPingPong, EffectType::kReverb,
                                EffectType::kFlanger, EffectType::kPhaser, EffectType::kFilter,
                                EffectType::kGate, EffectType::kRoll, EffectType::kBrake}) {
    std::printf("effect %d\n", static_cast<int>(type));
    const auto number = static_cast<double>(type);
    battle.now(ControlId::kSeek, 4800);
    battle.now(ControlId::kFxType1, number);
    battle.render(4800);
    EXPECT_LT(throwing(ControlId::kFxOn1, 1, 0), -80);
    battle.now(ControlId::kFxOn1, 1);
    EXPECT_LT(throwing(ControlId::kFxMix1, 0, 1), -80);
    EXPECT_LT(throwing(ControlId::kFxAmount1, 0.2, 0.7), -80);
    EXPECT_LT(throwing(ControlId::kFxTone1, 0, 1), -80);
    EXPECT_LT(throwing(ControlId::kFxBeats1, 0.25, 0.5), -80);
    EXPECT_LT(throwing(ControlId::kFxType1, 5, number), -80);
    battle.now(ControlId::kFxOn1, 0);
    battle.render(480000);
  }
}

TEST_F(Clicks, QuickEffects) {
  battle.now(ControlId::kTrim, -12);
  for (int type = 0; type < kQuickEffectCount; ++type) {
    if (static_cast<QuickEffectType>(type) == QuickEffectType::kCrush) continue;
    battle.now(ControlId::kSeek, 4800);
    battle.now(ControlId::kQuickType, type);
    battle.render(4800);
    EXPECT_LT(throwing(ControlId::kFilter, -0.7, 0), -80);
    EXPECT_LT(throwing(ControlId::kFilter, 0.7, -0.3), -80);
    EXPECT_LT(throwing(ControlId::kQuickType, 0, type), -80);
    battle.now(ControlId::kFilter, 0);
    battle.render(480000);
  }
}

TEST_F(Clicks, HandOnTheRecord) {
  EXPECT_LT(throwing(ControlId::kJogTouch, 1, 0), -70);
  EXPECT_LT(throwing(ControlId::kJog, 0.1, -0.1), -80);
}

TEST_F(Clicks, KeyLockAndShift) {
  EXPECT_LT(throwing(ControlId::kKeyShift, 12, -12), -80);
  EXPECT_LT(throwing(ControlId::kKeyShift, 0, 1), -80);
  battle.now(ControlId::kKeyShift, 0);
  battle.now(ControlId::kRate, 6);
  battle.render(24000);
  EXPECT_LT(throwing(ControlId::kKeylock, 1, 0), -80);
}

TEST_F(Clicks, TheFineVoice) {
  battle.now(ControlId::kRate, 6);
  battle.now(ControlId::kKeyVoice, 1);
  battle.now(ControlId::kKeylock, 1);
  battle.render(24000);
  EXPECT_LT(throwing(ControlId::kKeyVoice, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kKeylock, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kKeyShift, 5, -5), -75);
  EXPECT_LT(throwing(ControlId::kPlay, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kSeek, 300011, 600017), -80);
  EXPECT_LT(throwing(ControlId::kJogTouch, 1, 0), -70);
}

// What fades out is what was heard, even in the middle of a splice.
TEST_F(Clicks, TransportUnderKeyLock) {
  battle.now(ControlId::kRateRange, 50);
  battle.now(ControlId::kRate, 30);  // splices follow each other closely
  battle.now(ControlId::kKeylock, 1);
  battle.render(24000);
  EXPECT_LT(throwing(ControlId::kPlay, 0, 1), -80);
  EXPECT_LT(throwing(ControlId::kSeek, 300011, 600017), -80);
  EXPECT_LT(throwing(ControlId::kRate, 50, -50), -75);
  EXPECT_LT(throwing(ControlId::kNudge, 10, -10), -75);
  EXPECT_LT(throwing(ControlId::kJogTouch, 1, 0), -70);
  EXPECT_LT(throwing(ControlId::kJog, 0.1, -0.1), -75);
}

}  // namespace
}  // namespace dju::engine
