// Nothing that a hand does may click: a steady sine is played while every control is thrown from
// end to end, and what appears far away from it is measured.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/effects/effect.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

// Throws a control between two values every 50 ms or so, at frames that fit no grid. What is then
// above 6 kHz, relative to a full-scale sine, in dB.
double thrown(TestBattle& battle, ControlId control, double a, double b, int target = 0) {
  for (int i = 0; i < 10; ++i) {
    battle.at(battle->now().index() + 1000 + 2413 * i, control, i % 2 == 0 ? a : b, target);
  }
  const auto sound = battle.render(30000);
  const double level =
      std::max(test::splatterDb(sound.master), test::splatterDb(sound.monitors[0]));
  std::printf("%-20s %.1f dB\n", std::string(info(control).name).c_str(), level);
  return level;
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
  double throwing(ControlId control, double a, double b, int target = 0) {
    return thrown(battle, control, a, b, target);
  }

  TestBattle battle;
};

TEST_F(Clicks, SteadySineIsClean) {
  EXPECT_LT(test::splatterDb(battle.render(20000).master), -85);
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
    EXPECT_LT(test::splatterDb(battle.render(4813).master), -80);
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
  EXPECT_LT(throwing(ControlId::kJogTouch, 1, 0), -80);
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
  EXPECT_LT(throwing(ControlId::kJogTouch, 1, 0), -80);
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
  EXPECT_LT(throwing(ControlId::kJogTouch, 1, 0), -80);
  EXPECT_LT(throwing(ControlId::kJog, 0.1, -0.1), -75);
}

// --- Every control there is, as the registry has it, so that none can be forgotten.

// A battle at work, with the pad and the effects that its controls need. The tone is 14 dB below
// full scale, so that no knob drives the limiter.
constexpr double kToneDb = -14;
struct Desk {
  const char* name;
  void (*prepare)(TestBattle&);
};
const Desk kDesks[] = {
    {"a deck that plays", [](TestBattle&) {}},
    {"key lock at +6 %",
     [](TestBattle& battle) {
       battle.now(ControlId::kRate, 6);
       battle.now(ControlId::kKeylock, 1);
     }},
    {"a loop, slipping, an echo",
     [](TestBattle& battle) {
       battle.now(ControlId::kSlip, 1);
       battle.now(ControlId::kBeatloop, 0.5);
       battle.now(ControlId::kFxType1, 0);
       battle.now(ControlId::kFxOn1, 1);
     }},
    {"a hot cue, a sample, the master's reverb",
     [](TestBattle& battle) {
       battle.now(ControlId::kHotcueSet1, 500003);
       battle.now(ControlId::kHotcueSet2, 700001);
       battle.now(ControlId::kMasterFxType, 2);
       battle.now(ControlId::kMasterFxOn, 1);
       battle.now(ControlId::kSamplerLoad, 0);
       battle.now(ControlId::kSamplerMode, 2);
       battle.now(ControlId::kSamplerPlay, 1);
     }},
};

// The ends between which a control is thrown.
std::pair<double, double> endsOf(const ControlInfo& control) {
  if (takesTrack(control.id)) return {0, 0};
  if (control.unit == "frames") return {300011, 600017};
  if (control.unit == "beats" && control.kind == ControlKind::kAction) {
    return {std::clamp(1.013, control.min, control.max),
            std::clamp(-1.031, control.min, control.max)};
  }
  switch (control.kind) {
    case ControlKind::kRelative:
      return {0.1, -0.1};
    case ControlKind::kChoice:
      return {control.choices[0], control.choices[control.choiceCount - 1]};
    case ControlKind::kToggle:
    case ControlKind::kHold:
    case ControlKind::kTrigger:
      return {1, 0};
    default:
      return {control.min, control.max};
  }
}

// The choice between effects: some of them are made of what a click is made of.
bool choosesEffect(const ControlInfo& control) {
  return control.name.find("fx_type") != std::string_view::npos || control.name == "quick_type";
}

TEST(EveryControl, ThrownFromEndToEndDoesNotClick) {
  const auto track = test::sineTrack(30, 997, std::pow(10, kToneDb / 20));
  double worst = -200;
  for (const Desk& desk : kDesks) {
    std::printf("%s\n", desk.name);
    for (const ControlInfo& control : kControls) {
      if (choosesEffect(control)) continue;
      TestBattle battle;
      battle.provide(track);
      battle.now(ControlId::kLoad, 0);
      battle.now(ControlId::kCrossfader, -1);
      battle.now(ControlId::kHeadphoneCue1, 1);
      battle.now(ControlId::kPlay, 1, 0, 9600.0);
      battle.render(9600);
      desk.prepare(battle);
      battle.render(14400);
      const auto [a, b] = endsOf(control);
      const double toneDb = kToneDb + (control.id == ControlId::kTrim ? control.max : 0);
      const double level = thrown(battle, control.id, a, b) - toneDb;
      EXPECT_LT(level, -72) << control.name << ", " << desk.name;
      worst = std::max(worst, level);
    }
  }
  std::printf("the worst: %.1f dB below the tone\n", worst);
}

// --- Every way in which a record goes on elsewhere or otherwise. 997 Hz and frames that fit no
// period: the phase jumps, at the loop's seam by half a period.
struct Turn {
  const char* name;
  void (*make)(TestBattle&, std::int64_t at);
};
const Turn kTurns[] = {
    {"loop seam",
     [](TestBattle& battle, std::int64_t at) { battle.at(at, ControlId::kBeatloop, 0.25); }},
    {"loop seam, backwards",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBeatloop, 0.25);
       battle.at(at + 3000, ControlId::kReverse, 1);
     }},
    {"loop exit and reloop",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBeatloop, 0.25);
       battle.at(at + 9001, ControlId::kLoop, 0);
       battle.at(at + 19001, ControlId::kLoop, 1);
     }},
    {"loop moved",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBeatloop, 1);
       battle.at(at + 9001, ControlId::kLoopMove, 0.3);
     }},
    {"loop roll and its exit",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kLoopRoll, 0.125);
       battle.at(at + 10007, ControlId::kLoopRoll, 0);
     }},
    {"beat jump",
     [](TestBattle& battle, std::int64_t at) { battle.at(at, ControlId::kBeatJump, 1.017); }},
    {"hot cue",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kHotcueSet1, 300011);
       battle.at(at + 1, ControlId::kHotcue1, 1);
     }},
    {"cue and play from there",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kCue, 1);
       battle.at(at + 400, ControlId::kPlay, 1);
     }},
    {"slip return from a loop",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kSlip, 1);
       battle.at(at, ControlId::kBeatloop, 0.25);
       battle.at(at + 10007, ControlId::kLoop, 0);
     }},
    {"slip return from a scratch",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kSlip, 1);
       battle.at(at, ControlId::kJogTouch, 1);
       battle.at(at + 2000, ControlId::kJog, -0.02);
       battle.at(at + 4007, ControlId::kJogTouch, 0);
     }},
    {"reverse and back",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kReverse, 1);
       battle.at(at + 9001, ControlId::kReverse, 0);
     }},
    {"censor",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kCensor, 1);
       battle.at(at + 9001, ControlId::kCensor, 0);
     }},
    {"brake to a stop",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBrakeTime, 0.2);
       battle.at(at, ControlId::kBrake, 1);
     }},
    {"brake turned around",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBrakeTime, 0.2);
       battle.at(at, ControlId::kBrake, 1);
       battle.at(at + 7001, ControlId::kSpinUp, 1);
     }},
    {"brake ended by play",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBrake, 1);
       battle.at(at + 7001, ControlId::kPlay, 1);
     }},
    {"spin up",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kBrakeTime, 0.2);
       battle.at(at, ControlId::kPlay, 0);
       battle.at(at + 2001, ControlId::kSpinUp, 1);
     }},
    {"key lock on and off",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kKeylock, 1);
       battle.at(at + 9001, ControlId::kKeylock, 0);
     }},
    {"fine key lock on and off",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kKeyVoice, 1);
       battle.at(at, ControlId::kKeylock, 1);
       battle.at(at + 9001, ControlId::kKeylock, 0);
     }},
    {"a hand on the record and off",
     [](TestBattle& battle, std::int64_t at) {
       battle.at(at, ControlId::kJogTouch, 1);
       battle.at(at + 9001, ControlId::kJogTouch, 0);
     }},
};

TEST(Jumps, SpreadNothingOverTheSpectrum) {
  const auto track = test::sineTrack(20, 997, 0.5);
  for (const double rate : {0.0, 3.7}) {
    for (const Turn& turn : kTurns) {
      TestBattle battle;
      battle.provide(track);
      battle.now(ControlId::kLoad, 0);
      battle.now(ControlId::kCrossfader, -1);
      battle.now(ControlId::kVolume, 1);
      battle.now(ControlId::kRate, rate);
      battle.now(ControlId::kPlay, 1, 0, 9600.0);
      battle.render(9600);
      turn.make(battle, battle->now().index() + 4001);
      const double level = test::splatterDb(battle.render(36000).master);
      std::printf("%-30s at %.1f %%: %.1f dB\n", turn.name, rate, level);
      EXPECT_LT(level, -80) << turn.name << " at " << rate << " %";
    }
  }
}

}  // namespace
}  // namespace dju::engine
