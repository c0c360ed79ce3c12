// Sound that begins anew (BattleConfig::freshSoundAt): whether what came before was rendered or
// skipped, everything is the same to the bit from there on; the decks are where they would be in a
// battle that knows nothing of it; and where all of it is heard, it does not click.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/battle_log.h"
#include "engine/random_commands_test_support.h"
#include "engine/render.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

constexpr FrameCount kBehind = 2 * kSampleRate;  // that is compared
constexpr FrameCount kMostBlock = 1999;
constexpr int kSeeds = 10;

enum class Before { kRendered, kSkipped };

// The random battles' tracks; made once.
const std::vector<LoadedTrack>& tracks() {
  static const std::vector<test::TestTrack> made = {
      test::musicTrack(20, 126), test::noiseTrack(20, 3, 0.5), test::clickTrack(20, 87)};
  static const std::vector<LoadedTrack> loaded = {made[0].loaded, made[1].loaded, made[2].loaded};
  return loaded;
}

// A battle that is fed from a list of commands, in calls of chance sizes.
class Fed {
 public:
  Battle battle;

  Fed(Frame freshSoundAt, const std::vector<Command>& commands, std::uint64_t blocks)
      : battle({.decks = kMaxDecks, .seed = 7, .freshSoundAt = freshSoundAt}),
        commands_(commands),
        random_(blocks) {
    for (std::uint32_t i = 0; i < tracks().size(); ++i) battle.provide(i, tracks()[i]);
  }

  void goTo(Frame until, Before how) {
    while (battle.now() < until) {
      const auto frames = std::min<FrameCount>(1 + random_.below(kMostBlock), until - battle.now());
      feed(battle.now() + frames);
      if (how == Before::kSkipped) {
        battle.skip(frames);
      } else {
        battle.render(frames, {});
      }
    }
  }

  // All that the next `frames` frames give: master, monitors, stems and telemetry.
  std::vector<float> hear(FrameCount frames, std::vector<std::uint8_t>& telemetry) {
    std::vector<float> all;
    std::array<std::array<float, 2 * kBlockFrames>, 1 + kMaxMonitors + kMaxDecks> sounds{};
    for (FrameCount done = 0; done < frames; done += kBlockFrames) {
      feed(battle.now() + kBlockFrames);
      Outputs outputs;
      outputs.master = sounds[0].data();
      for (int m = 0; m < 2; ++m) outputs.monitors[m] = sounds[1 + m].data();
      for (int d = 0; d < kMaxDecks; ++d) outputs.stems[d] = sounds[1 + kMaxMonitors + d].data();
      battle.render(kBlockFrames, outputs);
      for (const auto& sound : sounds) all.insert(all.end(), sound.begin(), sound.end());
      const auto bytes = encode(battle.telemetry());
      telemetry.insert(telemetry.end(), bytes.begin(), bytes.end());
    }
    return all;
  }

 private:
  void feed(Frame until) {
    for (; next_ < commands_.size() && commands_[next_].frame < until; ++next_)
      battle.schedule(commands_[next_]);
  }

  const std::vector<Command>& commands_;
  std::size_t next_ = 0;
  Random random_;
};

// All that a deck knows of itself, as bytes, but the pitch that is heard: key lock's way there
// begins anew with the sound.
std::vector<std::uint8_t> decksOf(const Battle& battle) {
  Telemetry told;
  std::vector<double> rest;
  for (int d = 0; d < kMaxDecks; ++d) {
    const Battle::DeckNow now = battle.deckNow(d);
    told.decks[d] = now.deck;
    told.decks[d].keyShift = 0;
    rest.insert(rest.end(), {now.speed, now.owed, now.drive, now.driveStep});
  }
  auto bytes = encode(told);
  const auto* raw = reinterpret_cast<const std::uint8_t*>(rest.data());
  bytes.insert(bytes.end(), raw, raw + rest.size() * sizeof(double));
  return bytes;
}

std::vector<double> controlsOf(const Battle& battle) {
  std::vector<double> values;
  for (const ControlInfo& control : kControls) {
    for (int target = 0; target < kMaxTargets; ++target)
      values.push_back(battle.value(control.id, target));
  }
  return values;
}

double loudest(const std::vector<float>& sound) {
  double most = 0;
  for (const float x : sound) most = std::max(most, std::abs(static_cast<double>(x)));
  return most;
}

TEST(FreshSound, IsTheSameWhetherWhatCameBeforeWasRenderedOrSkipped) {
  int audible = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const Frame at(kMarkFrames * (10 + 10 * static_cast<std::int64_t>(seed % 12)));
    const auto commands = test::commandsOf(100 + seed, 20);
    Fed rendered(at, commands, seed), skipped(at, commands, 1000 + seed);
    rendered.goTo(at, Before::kRendered);
    skipped.goTo(at, Before::kSkipped);
    EXPECT_EQ(skipped.battle.now(), at);
    EXPECT_EQ(decksOf(skipped.battle), decksOf(rendered.battle));
    EXPECT_EQ(controlsOf(skipped.battle), controlsOf(rendered.battle));
    EXPECT_EQ(skipped.battle.mark().frame, at);
    EXPECT_EQ(skipped.battle.mark().hash, 7U) << "the chain begins with the seed";
    std::vector<std::uint8_t> told, toldAlike;
    const auto heard = skipped.hear(kBehind, told), alike = rendered.hear(kBehind, toldAlike);
    EXPECT_TRUE(heard == alike);
    EXPECT_TRUE(told == toldAlike);
    EXPECT_EQ(skipped.battle.mark().hash, rendered.battle.mark().hash);
    audible += loudest(heard) > 0.01 ? 1 : 0;
  }
  EXPECT_GT(audible, kSeeds / 2) << "there was something to hear";
}

TEST(FreshSound, FindsTheDecksWhereABattleWithoutItHasThem) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const Frame at(kMarkFrames * (20 + 10 * static_cast<std::int64_t>(seed % 12)));
    const auto commands = test::commandsOf(200 + seed, 20);
    Fed whole(Frame(), commands, seed), skipped(at, commands, 1000 + seed);
    whole.goTo(at, Before::kRendered);
    skipped.goTo(at, Before::kSkipped);
    EXPECT_EQ(decksOf(skipped.battle), decksOf(whole.battle));
    EXPECT_EQ(controlsOf(skipped.battle), controlsOf(whole.battle));
    std::vector<std::uint8_t> unused;
    skipped.hear(kBehind, unused);
    whole.hear(kBehind, unused);
    EXPECT_EQ(decksOf(skipped.battle), decksOf(whole.battle)) << "also some way behind";
  }
}

// What a log says: from the mark on, a battle that skipped and a render that did not agree.
TEST(FreshSound, ALogThatWasSkippedThroughReplaysToTheBit) {
  const Frame at(kMarkFrames * 60);
  BattleLog log;
  log.commands = test::commandsOf(31, 10);
  Fed live(at, log.commands, 1);
  live.goTo(at, Before::kSkipped);
  log.header.config = {.decks = kMaxDecks, .seed = 7, .freshSoundAt = at};
  for (std::uint32_t i = 0; i < tracks().size(); ++i)
    log.tracks.push_back({i, "", "", "", tracks()[i].audio.frames, tracks()[i].grid, 0, 0, "", ""});
  log.marks.push_back({live.battle.mark().frame, live.battle.mark().hash});
  std::vector<std::uint8_t> unused;
  for (int mark = 0; mark < 20; ++mark) {
    live.hear(kMarkFrames, unused);
    log.marks.push_back({live.battle.mark().frame, live.battle.mark().hash});
  }
  log.end = log.marks.back();
  std::erase_if(log.commands, [&](const Command& c) { return c.frame >= log.end->frame; });
  const auto parsed = parseLog(formatLog(log));
  ASSERT_TRUE(parsed.ok()) << parsed.error().what();
  EXPECT_EQ(parsed->header.config, log.header.config);
  ASSERT_EQ(parsed->commands.size(), log.commands.size());
  EXPECT_TRUE(renderLog(*parsed, tracks(), {}, {}).verified);
  auto other = *parsed;
  other.header.config.freshSoundAt = at + kMarkFrames;
  EXPECT_FALSE(renderLog(other, tracks(), {}, {}).verified);
}

TEST(FreshSound, IsNotSkippedBeyond) {
  Fed fed(Frame(kMarkFrames), {}, 1);
  fed.battle.skip(3 * kMarkFrames);
  EXPECT_EQ(fed.battle.now(), Frame(kMarkFrames));
  fed.battle.skip(1);
  EXPECT_EQ(fed.battle.now(), Frame(kMarkFrames));
  Fed never(Frame(), {}, 1);
  never.battle.skip(1);
  EXPECT_EQ(never.battle.now(), Frame());
}

TEST(FreshSound, DoesNotClick) {
  for (const bool locked : {false, true}) {
    SCOPED_TRACE(locked ? "key lock" : "no key lock");
    const Frame at(kMarkFrames * 20);
    test::TestBattle battle(BattleConfig{.freshSoundAt = at});
    battle.provide(test::sineTrack(10, 997, 0.5));
    battle.now(ControlId::kLoad, 0);
    battle.now(ControlId::kRate, 3.7);
    battle.now(ControlId::kKeylock, locked ? 1 : 0);
    battle.now(ControlId::kPlay, 1);
    battle.render(kSampleRate);
    const auto about = battle.render(2 * kSampleRate);
    EXPECT_GT(test::peak(test::channel(about.master, 0)), 0.2) << "it plays";
    const std::size_t middle = static_cast<std::size_t>(at.index()) - kSampleRate;
    EXPECT_EQ(about.master[2 * middle], 0);
    EXPECT_LT(test::splatterDb(about.master), -80);
  }
}

TEST(FreshSound, BeginsOnAMark) {
  LogHeader header;
  header.config.freshSoundAt = Frame(kMarkFrames * 60);
  const std::string text = formatHeader(header);
  const auto parsed = parseLog(text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().what();
  EXPECT_EQ(parsed->header.config, header.config);
  EXPECT_EQ(formatHeader(LogHeader{}).find("freshSoundAt"), std::string::npos);
  for (const char* wrong : {"288001", "-4800", "1.5", "\"0\"", "9007199254742400"}) {
    std::string other = text;
    other.replace(other.find("288000"), 6, wrong);
    EXPECT_FALSE(parseLog(other).ok()) << wrong;
  }
}

}  // namespace
}  // namespace dju::engine
