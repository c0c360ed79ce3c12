// Any sequence of valid commands (random_commands_test_support.h). The sound stays finite and
// within the limiter's ceiling, decks stay somewhere sensible, and the same commands at other block
// sizes give the same samples. Played with sines, nothing clicks.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/random_commands_test_support.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::commandsOf;

// Seconds of battle; DJU_RANDOM_BATTLE_SECONDS=3600 is what the full suite plays.
double battleSeconds() {
  const char* wanted = std::getenv("DJU_RANDOM_BATTLE_SECONDS");
  return wanted != nullptr ? std::atof(wanted) : 60;
}

struct Played {
  std::uint64_t hash = 0;
  double peak = 0;
  double farthest = 0, farthestSlip = 0, fastest = 0;
  bool finite = true, loopsInOrder = true;
};

Played play(const std::vector<Command>& commands, double seconds, std::uint64_t blocks) {
  Battle battle(BattleConfig{.decks = kMaxDecks});
  const test::TestTrack tracks[] = {test::musicTrack(20, 126), test::noiseTrack(20, 3, 0.5),
                                    test::clickTrack(20, 87)};
  for (std::uint32_t i = 0; i < 3; ++i) battle.provide(i, tracks[i].loaded);
  Random random(blocks);
  const auto frames = kMarkFrames * static_cast<std::int64_t>(seconds * kSampleRate / kMarkFrames);
  std::vector<float> master(2 * 2000), stem(2 * 2000);
  Played played;
  std::size_t next = 0;
  while (battle.now() < Frame(frames)) {
    const auto n = std::min<FrameCount>(1 + random.below(1999), Frame(frames) - battle.now());
    while (next < commands.size() && commands[next].frame < battle.now() + n) {
      battle.schedule(commands[next++]);
    }
    Outputs outputs;
    outputs.master = master.data();
    outputs.stems[3] = stem.data();
    battle.render(n, outputs);
    for (FrameCount i = 0; i < 2 * n; ++i) {
      const double x = master[static_cast<std::size_t>(i)];
      if (!std::isfinite(x) || !std::isfinite(stem[static_cast<std::size_t>(i)])) {
        played.finite = false;
      }
      played.peak = std::max(played.peak, std::abs(x));
    }
    for (const DeckTelemetry& deck : battle.telemetry().decks) {
      // A hand may turn a record 120 s beyond either end.
      const bool slipping = (deck.flags & kDeckSlipping) != 0;
      played.farthest = std::max(played.farthest, std::abs(deck.position));
      played.fastest = std::max(played.fastest, std::abs(static_cast<double>(deck.rate)));
      if (slipping) played.farthestSlip = std::max(played.farthestSlip, deck.slipPosition);
      if (deck.loopOut < deck.loopIn) played.loopsInOrder = false;
    }
  }
  played.hash = battle.mark().hash;
  return played;
}

// Whether a control makes sound of its own above 6 kHz, drives the limiter, or turns a record so
// fast that its tone comes there: what would hide a click, or look like one.
bool coversClicks(ControlId id) {
  const std::string_view name = info(id).name;
  return name.find("fx_type") != std::string_view::npos || name == "quick_type" || name == "trim" ||
         name == "jog" || name == "key_shift" || name == "rate_range";
}

// A tone with nothing else above 6 kHz, whatever is done to it. It comes and goes softly, since a
// deck may cross either end of its record.
test::TestTrack softSine(double hz, double bpm) {
  constexpr double kSeconds = 60, kSoft = 0.05;
  return test::makeTrack(
      kSeconds,
      [=](std::int64_t i) {
        const double at = static_cast<double>(i) / kSampleRate;
        const double open = std::min({1.0, at / kSoft, (kSeconds - at) / kSoft});
        const double v = 0.1 * (0.5 - 0.5 * std::cos(M_PI * open)) * std::sin(2 * M_PI * hz * at);
        return std::pair(v, v);
      },
      test::gridOf(bpm));
}

TEST(RandomBattle, OfSinesDoesNotClick) {
  const double seconds = battleSeconds() / 3;
  double worst = -200;
  for (std::uint64_t seed = 11; seed <= 13; ++seed) {
    SCOPED_TRACE(seed);
    Battle battle(BattleConfig{.decks = kMaxDecks});
    const test::TestTrack tracks[] = {softSine(211, 126), softSine(307, 87), softSine(397, 140)};
    for (std::uint32_t i = 0; i < 3; ++i) battle.provide(i, tracks[i].loaded);
    std::vector<Command> commands = commandsOf(seed, seconds);
    std::erase_if(commands, [](const Command& c) { return coversClicks(c.control); });
    for (Command& command : commands) {
      const std::string_view name = info(command.control).name;
      if (name.rfind("eq_", 0) == 0) command.value = std::min(command.value, 0.5);
      if (name == "nudge" || name == "rate") command.position.reset();  // slews are tempos, too
    }
    std::vector<float> master(2 * kSampleRate);
    std::size_t next = 0;
    for (int second = 0; second < seconds; ++second) {
      Outputs outputs;
      for (int done = 0; done < kSampleRate; done += kBlockFrames) {
        while (next < commands.size() && commands[next].frame < battle.now() + kBlockFrames) {
          battle.schedule(commands[next++]);
        }
        outputs.master = master.data() + 2 * static_cast<std::size_t>(done);
        battle.render(kBlockFrames, outputs);
      }
      const double level = test::splatterDb(master);
      if (level > worst)
        std::printf("seed %d, second %d: %.1f dB\n", static_cast<int>(seed), second, level);
      worst = std::max(worst, level);
    }
  }
  EXPECT_LT(worst, -80);
}

TEST(RandomBattle, StaysFiniteBoundedAndTheSame) {
  const double seconds = battleSeconds();
  double loudest = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE(seed);
    const auto commands = commandsOf(seed, seconds / 3);
    const Played once = play(commands, seconds / 3, 10 * seed);
    const Played again = play(commands, seconds / 3, 10 * seed + 1);
    EXPECT_TRUE(once.finite);
    EXPECT_TRUE(once.loopsInOrder);
    EXPECT_LE(once.farthest, (20 + 120) * kSampleRate);
    EXPECT_LT(once.farthestSlip, 20 * kSampleRate + 16) << "ends with the record";
    EXPECT_LT(once.fastest, 18);
    EXPECT_LT(once.peak, 0.892);  // -1 dB
    EXPECT_EQ(once.hash, again.hash);
    loudest = std::max(loudest, once.peak);
  }
  EXPECT_GT(loudest, 0.01) << "there was something to hear";
}

}  // namespace
}  // namespace dju::engine
