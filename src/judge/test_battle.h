// Battles for the judge's tests: two records with exact grids, mixed by commands on the engine, as
// a log and as what was judged. Header only; not for the product.
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/test_support.h"
#include "judge/performance.h"

namespace dju::judge::test {

// A log of what a TestBattle was told, `seconds` long, with its tracks as the log names them.
struct Played {
  engine::BattleLog log;
  std::vector<engine::LoadedTrack> audio;
  std::vector<JudgedTrack> tracks;
};

// musicTrack of 60 seconds, made once a program.
inline const engine::test::TestTrack& record(double bpm, std::uint64_t seed) {
  static std::map<std::pair<double, std::uint64_t>, engine::test::TestTrack> made;
  const auto [at, missing] = made.try_emplace({bpm, seed});
  if (missing) at->second = engine::test::musicTrack(60, bpm, seed);
  return at->second;
}

class Mix {
 public:
  using Id = engine::ControlId;

  int add(engine::test::TestTrack track, int key = engine::kNoKey, double lufs = -14) {
    track.loaded.key = key;
    JudgedTrack judged;
    judged.grid = track.loaded.grid;
    judged.key = key;
    judged.lufs = lufs;
    judged_.push_back(judged);
    records_.push_back(std::move(track));
    return static_cast<int>(records_.size()) - 1;
  }
  JudgedTrack& judged(int track) { return judged_[track]; }

  Mix& at(double seconds, Id control, double value, int target = 0, int player = -1) {
    engine::Command command;
    command.frame = Frame(static_cast<std::int64_t>(std::llround(seconds * kSampleRate)));
    command.seq = static_cast<std::uint32_t>(commands_.size()) + 1;
    command.control = control;
    command.target = static_cast<std::uint8_t>(target);
    command.player = static_cast<engine::PlayerIndex>(player < 0 ? target : player);
    command.value = value;
    commands_.push_back(command);
    return *this;
  }
  // Loads a record without auto gain and key lock, and plays it from `fromSeconds` of it on.
  Mix& play(double seconds, int deck, int track, double fromSeconds = 0) {
    return at(seconds, Id::kLoad, track, deck)
        .at(seconds, Id::kAutoGain, 0, deck)
        .at(seconds, Id::kKeylock, 0, deck)
        .at(seconds, Id::kVolume, 0.8, deck)
        .at(seconds, Id::kSeek, fromSeconds * kSampleRate, deck)
        .at(seconds, Id::kPlay, 1, deck);
  }

  // The commands are sorted by their frames; those of one frame act in the order they were given.
  Played played(double seconds) const {
    Played played;
    played.log.header.battleId = "test";
    played.log.commands = commands_;
    std::stable_sort(played.log.commands.begin(), played.log.commands.end(),
                     [](const auto& a, const auto& b) { return a.frame < b.frame; });
    std::uint32_t seq = 1;
    for (engine::Command& command : played.log.commands) command.seq = seq++;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      engine::LogTrack track;
      track.index = static_cast<std::uint32_t>(i);
      track.grid = records_[i].loaded.grid;
      track.frames = records_[i].loaded.audio.frames;
      track.key = records_[i].loaded.key;
      played.log.tracks.push_back(track);
      played.audio.push_back(records_[i].loaded);
    }
    played.tracks = judged_;
    const auto end = static_cast<std::int64_t>(seconds * kSampleRate);
    played.log.end = engine::LogMark{Frame(end), 0};
    return played;
  }
  Performance perform(double seconds) const {
    const Played battle = played(seconds);
    return readPerformance(battle.log, battle.audio, battle.tracks).valueOrThrow();
  }

 private:
  std::vector<engine::test::TestTrack> records_;
  std::vector<JudgedTrack> judged_;
  std::vector<engine::Command> commands_;
};

// Back to back: deck `own` of player `first` plays, the other player mixes into deck 1 - own at 6
// s, the first back into his at 20 s. Offsets in ms by who brings in.
struct Plan {
  double firstLateMs = 0, secondLateMs = 0;
  double firstFadeSeconds = 8, secondFadeSeconds = 8;
  bool firstSyncs = false;
};

inline void fade(Mix& mix, double at, double seconds, double from, double to, int player) {
  for (int i = 0; i <= 100; ++i)
    mix.at(at + seconds * i / 100, engine::ControlId::kCrossfader, from + (to - from) * i / 100, 0,
           player);
}

inline Mix mixOf(const Plan& plan, bool exchanged = false) {
  Mix mix;
  mix.add(record(120, 1), 0);
  mix.add(record(120, 2), 7);
  mix.add(record(120, 3), 2);
  const int x = exchanged ? 1 : 0, y = 1 - x;
  const double side = exchanged ? 1 : -1;
  mix.play(0, x, 0, 2).at(0, engine::ControlId::kCrossfader, side, 0, x);
  mix.play(4, y, 1, 2 - plan.secondLateMs / 1000);
  fade(mix, 6, plan.secondFadeSeconds, side, -side, y);
  // Late against what plays then, which is late itself.
  const double firstLate = plan.firstLateMs + plan.secondLateMs;
  mix.at(16, engine::ControlId::kPlay, 0, x).play(18, x, 2, 2 - firstLate / 1000);
  if (plan.firstSyncs) mix.at(18.5, engine::ControlId::kSync, 1, x);
  fade(mix, 20, plan.firstFadeSeconds, -side, side, x);
  return mix;
}
inline constexpr double kPlanSeconds = 34;
inline Performance battle(const Plan& plan, bool exchanged = false) {
  return mixOf(plan, exchanged).perform(kPlanSeconds);
}

}  // namespace dju::judge::test
