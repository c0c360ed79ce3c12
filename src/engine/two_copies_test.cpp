// Two copies of one track on two decks, judged by what is heard: unlocked and one of them upside
// down, they cancel; with one of them locked to its key, they stay together.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

test::TestTrack upsideDown(test::TestTrack track) {
  track.samples = std::make_shared<std::vector<std::int16_t>>(*track.samples);
  for (std::int16_t& sample : *track.samples) sample = static_cast<std::int16_t>(-sample);
  track.loaded.audio.samples = track.samples->data();
  return track;
}

// The track on deck A and, upside down, on deck B, both at `rate` percent.
class Inverted {
 public:
  explicit Inverted(double rate) {
    const auto track = test::musicTrack(40, 126);
    battle.provide(track);
    battle.provide(upsideDown(track));
    for (int d = 0; d < 2; ++d) {
      battle.now(ControlId::kLoad, d, d);
      battle.now(ControlId::kRate, rate, d);
    }
  }
  void both(std::int64_t frame, ControlId control, double value) {
    for (int d = 0; d < 2; ++d) battle.at(frame, control, value, d);
  }
  // What is left of the two in the next two seconds, relative to one of them, in dB.
  double leftDb() {
    const auto sound = battle.render(2 * kSampleRate);
    const double one = test::rms(test::channel(sound.stems[0], 0));
    EXPECT_GT(one, 0.01) << "there was something to hear";
    return test::toDb(test::rms(test::channel(sound.master, 0)) / one);
  }
  TestBattle battle;
};

struct Way {
  std::string name;
  std::function<void(Inverted&)> go;  // takes the decks apart and together again
};

// Every one of them brings deck B to where deck A is by another way than A's.
const std::vector<Way>& ways() {
  static const std::vector<Way> kWays = {
      {"started where the other is",
       [](Inverted& two) {
         two.battle.now(ControlId::kPlay, 1, 0);
         two.battle.render(50001);
         two.battle->applyDue();
         two.battle.now(ControlId::kPlay, 1, 1, two.battle->deckNow(0).deck.position);
         two.battle.render(9600);
       }},
      {"cue, then both at once",
       [](Inverted& two) {
         two.battle.now(ControlId::kPlay, 1, 1);
         two.battle.at(70000, ControlId::kCue, 1, 1);
         two.battle.at(71000, ControlId::kCue, 0, 1);
         two.both(90001, ControlId::kPlay, 1);
         two.battle.render(96000);
       }},
      {"a hot cue, quantized",
       [](Inverted& two) {
         two.both(0, ControlId::kPlay, 1);
         two.battle.now(ControlId::kQuantize, 1, 1);
         two.battle.at(0, ControlId::kHotcueSet1, 100000, 1);
         two.battle.at(150000, ControlId::kHotcue1, 1, 1);
         two.battle.at(151000, ControlId::kHotcue1, 0, 1);
         // The jump kept the beat: A makes good the whole beats between them.
         two.battle.render(192000);
         const double beat = test::gridOf(126).framesPerBeat;
         const double apart =
             two.battle->deckNow(0).deck.position - two.battle->deckNow(1).deck.position;
         two.battle.now(ControlId::kBeatJump, -std::round(apart / beat), 0);
         two.battle.render(9600);
       }},
      {"a beat jump there and back",
       [](Inverted& two) {
         two.both(0, ControlId::kPlay, 1);
         two.battle.at(100003, ControlId::kBeatJump, 16, 1);
         two.battle.at(130007, ControlId::kBeatJump, -16, 1);
         two.battle.render(150000);
       }},
      {"a loop played three times and its beats jumped",
       [](Inverted& two) {
         two.both(0, ControlId::kPlay, 1);
         two.battle.at(100003, ControlId::kBeatloop, 1, 1);
         two.battle.at(100003 + 60000, ControlId::kLoop, 0, 1);
         two.battle.render(192000);
         const double beat = test::gridOf(126).framesPerBeat;
         const double apart =
             two.battle->deckNow(0).deck.position - two.battle->deckNow(1).deck.position;
         EXPECT_GT(apart, beat / 2) << "the loop held deck B back";
         two.battle.now(ControlId::kBeatJump, std::round(apart / beat), 1);
         two.battle.render(9600);
       }},
      {"a roll, a censor and a scratch with slip",
       [](Inverted& two) {
         two.both(0, ControlId::kPlay, 1);
         two.battle.now(ControlId::kSlip, 1, 1);
         two.battle.at(60000, ControlId::kLoopRoll, 0.25, 1);
         two.battle.at(80000, ControlId::kLoopRoll, 0, 1);
         two.battle.at(90000, ControlId::kCensor, 1, 1);
         two.battle.at(110000, ControlId::kCensor, 0, 1);
         two.battle.at(120000, ControlId::kJogTouch, 1, 1);
         two.battle.at(122000, ControlId::kJog, -0.2, 1);
         two.battle.at(140000, ControlId::kJogTouch, 0, 1);
         two.battle.render(150000);
       }},
      {"key lock on and off again",
       [](Inverted& two) {
         two.both(0, ControlId::kPlay, 1);
         two.battle.at(60000, ControlId::kKeylock, 1, 1);
         two.battle.at(160000, ControlId::kKeylock, 0, 1);
         two.battle.render(192000);
       }},
      {"sync, from half a beat apart",
       [](Inverted& two) {
         two.battle.now(ControlId::kPlay, 1, 0);
         two.battle.at(10007, ControlId::kPlay, 1, 1);
         two.battle.at(20011, ControlId::kSync, 1, 1);
         two.battle.render(480000);
         const double beat = test::gridOf(126).framesPerBeat;
         const double apart =
             two.battle->deckNow(0).deck.position - two.battle->deckNow(1).deck.position;
         two.battle.now(ControlId::kBeatJump, std::round(apart / beat), 1);
         two.battle.render(96000);
       }},
  };
  return kWays;
}

TEST(TwoCopies, UnlockedCancelWhateverWasDoneBefore) {
  for (const double rate : {0.0, 3.7, -2.9, 7.99}) {
    for (const Way& way : ways()) {
      SCOPED_TRACE(way.name + " at " + std::to_string(rate) + " %");
      Inverted two(rate);
      way.go(two);
      const double left = two.leftDb();
      std::printf("%+5.2f %%, %-48s %.1f dB\n", rate, way.name.c_str(), left);
      EXPECT_LT(left, -40);
    }
  }
}

// How loud the sound is from moment to moment: its attacks, whatever its pitch. One value every
// eight frames.
constexpr int kStep = 8;
std::vector<double> attacksOf(const std::vector<double>& x) {
  constexpr int kWindow = 48;  // 1 ms
  std::vector<double> energy(x.size() + 1);
  for (std::size_t i = 1; i < x.size(); ++i) {
    const double edge = x[i] - x[i - 1];  // what is high, and short
    energy[i + 1] = energy[i] + edge * edge;
  }
  std::vector<double> attacks;
  double before = 0;
  for (std::size_t i = 0; i + kWindow < x.size(); i += kStep) {
    const double now = std::sqrt(energy[i + kWindow] - energy[i]);
    attacks.push_back(std::max(0.0, now - before));
    before = now;
  }
  return attacks;
}

// By how many ms `b` comes after `a`: where their cross-correlation within 20 ms is highest.
double lateMs(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr int kReach = 960 / kStep;
  const auto at = [&](int lag) {
    double sum = 0;
    for (std::size_t i = kReach; i + kReach < a.size(); ++i) sum += a[i] * b[i + lag];
    return sum;
  };
  int best = 0;
  double most = -1;
  for (int lag = -kReach; lag <= kReach; ++lag) {
    const double sum = at(lag);
    if (sum > most) {
      most = sum;
      best = lag;
    }
  }
  // A parabola through the three highest finds the top between them.
  const double left = at(best - 1), right = at(best + 1);
  const double curve = left - 2 * most + right;
  const double top = best + (curve < 0 ? 0.5 * (left - right) / curve : 0);
  return top * kStep * 1000 / kSampleRate;
}

// The locked copy against the unlocked one, second by second.
double farthestMs(const test::TestTrack& track, double rate, double voice) {
  TestBattle battle;
  battle.provide(track);
  for (int d = 0; d < 2; ++d) {
    battle.now(ControlId::kLoad, 0, d);
    battle.now(ControlId::kRate, rate, d);
    battle.now(ControlId::kPlay, 1, d);
  }
  battle.now(ControlId::kKeyVoice, voice, 0);
  battle.now(ControlId::kKeylock, 1, 0);
  battle.render(kSampleRate);
  double farthest = 0;
  for (int second = 0; second < 8; ++second) {
    const auto sound = battle.render(2 * kSampleRate);
    const double late = lateMs(attacksOf(test::channel(sound.stems[1], 0)),
                               attacksOf(test::channel(sound.stems[0], 0)));
    farthest = std::max(farthest, std::abs(late));
  }
  return farthest;
}

TEST(TwoCopies, OneLockedTheyStayWithinAMillisecond) {
  const test::TestTrack tracks[] = {test::musicTrack(24, 126), test::clickTrack(24, 97)};
  for (const double rate : {0.0, 2.0, -2.0, 4.0, -4.0, 8.0, -8.0}) {
    for (const double voice : {0.0, 1.0}) {
      double farthest = 0;
      for (const test::TestTrack& track : tracks) {
        farthest = std::max(farthest, farthestMs(track, rate, voice));
      }
      std::printf("%+.0f %%, %s voice: %.2f ms at most\n", rate, voice > 0 ? "fine" : "fast",
                  farthest);
      EXPECT_LT(farthest, 1) << rate << " %, voice " << voice;
    }
  }
}

}  // namespace
}  // namespace dju::engine
