#include "engine/render.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

// A live battle of three seconds and the log that a server would have kept of it.
class Render : public ::testing::Test {
 protected:
  Render() : live(kConfig) {
    tracks.push_back(test::musicTrack(10, 124).loaded);
    for (int i = 0; i < 2; ++i) {
      auto track = test::musicTrack(10, 124 + 3 * i, 7 + i);
      track.loaded.gainDb = -1.5 * i;
      owned.push_back(track);
      live.provide(track);
      log.tracks.push_back({static_cast<std::uint32_t>(i), "", "", "", track.loaded.audio.frames,
                            track.loaded.grid, track.loaded.gainDb, track.loaded.key, "", ""});
    }
    tracks = {owned[0].loaded, owned[1].loaded};
    log.header.config = kConfig;
    for (int d = 0; d < 2; ++d) {
      live.at(0, ControlId::kLoad, d, d);
      live.at(1234 + d, ControlId::kPlay, 1, d);
      live.at(30001, ControlId::kRate, 2 - d, d);
      live.at(40000 + d, ControlId::kFxType1, 2 + d, d);
      live.at(40001 + d, ControlId::kFxOn1, 1, d);
      live.at(50000 + d, ControlId::kKillLow, 1, d);
    }
    live.at(72345, ControlId::kCrossfader, 0.7);
    for (int mark = 0; mark < 30; ++mark) {
      const auto sound = live.render(kMarkFrames);
      master.insert(master.end(), sound.master.begin(), sound.master.end());
      log.marks.push_back({live->mark().frame, live->mark().hash});
    }
    log.commands = live.commands();
    std::stable_sort(log.commands.begin(), log.commands.end(),
                     [](const Command& a, const Command& b) { return a.frame < b.frame; });
    log.end = log.marks.back();
  }

  RenderResult render(const RenderOptions& options = {}, const RenderSink& sink = {}) {
    return renderLog(log, tracks, options, sink);
  }

  static constexpr BattleConfig kConfig{.seed = 5};
  TestBattle live;
  std::vector<test::TestTrack> owned;
  std::vector<LoadedTrack> tracks;
  std::vector<float> master;
  BattleLog log;
};

TEST_F(Render, RepeatsTheBattleToTheBit) {
  std::vector<float> again;
  const RenderResult result =
      render({}, [&](FrameCount n, const Outputs& outputs, const Telemetry&) {
        again.insert(again.end(), outputs.master, outputs.master + 2 * n);
        return true;
      });
  EXPECT_TRUE(result.verified);
  EXPECT_EQ(result.end, Frame(144000));
  EXPECT_EQ(result.hash, log.end->hash);
  EXPECT_EQ(again, master);
}

TEST_F(Render, AnyBlockSizeVerifies) {
  Random random(1);
  RenderOptions options;
  options.nextBlock = [&] { return FrameCount{1 + random.below(10000)}; };
  EXPECT_TRUE(render(options).verified);
  options.nextBlock = nullptr;
  options.blockFrames = 1'000'000;
  EXPECT_TRUE(render(options).verified);
}

// Key lock looks ahead, searches and remembers; none of that may depend on how it is called.
TEST_F(Render, KeyLockReplaysFromItsLogAtAnyBlockSize) {
  TestBattle battle(kConfig);
  for (const auto& track : owned) battle.provide(track);
  const std::tuple<int, ControlId, double> moves[] = {
      {0, ControlId::kRate, 6.5},       {2011, ControlId::kKeylock, 1},
      {21001, ControlId::kKeyShift, 3}, {35003, ControlId::kKeyVoice, 1},
      {52007, ControlId::kRate, -4.2},  {61013, ControlId::kHotcue1, 1},
      {61014, ControlId::kSeek, 90000}, {70001, ControlId::kKeyVoice, 0},
      {83003, ControlId::kKeylock, 0},  {90001, ControlId::kKeylock, 1},
      {99001, ControlId::kBeatloop, 1}, {121003, ControlId::kJogTouch, 1},
      {122007, ControlId::kJog, -0.1},  {126001, ControlId::kJogTouch, 0},
      {133001, ControlId::kKeyShift, 0}};
  for (int d = 0; d < 2; ++d) {
    battle.at(0, ControlId::kLoad, d, d);
    battle.at(777 * d, ControlId::kPlay, 1, d);
    for (const auto& [at, control, value] : moves) {
      battle.at(at + 1501 * d, control, d == 0 ? value : value * 0.9, d);
    }
  }
  std::string text = formatHeader(log.header);
  for (const LogTrack& track : log.tracks) text += formatTrack(track);
  for (const Command& command : battle.commands()) text += formatCommand(command);
  std::uint32_t crc = crc32(text);
  for (int mark = 0; mark < 36; ++mark) {
    battle.render(kMarkFrames);
    const auto now = battle->mark();
    const std::string line =
        mark < 35 ? formatMark({now.frame, now.hash}, crc) : formatEnd({now.frame, now.hash}, crc);
    text += line;
    crc = 0;
  }
  const auto parsed = parseLog(text);
  ASSERT_TRUE(parsed.ok()) << parsed.error().what();
  ASSERT_EQ(parsed->commands.size(), battle.commands().size());
  for (const std::uint64_t seed : {1, 2, 3}) {
    Random random(seed);
    RenderOptions options;
    options.nextBlock = [&] { return FrameCount{1 + random.below(seed == 1 ? 50 : 2000)}; };
    const RenderResult result = renderLog(*parsed, tracks, options, {});
    EXPECT_TRUE(result.verified) << "seed " << seed;
    EXPECT_EQ(result.hash, battle->mark().hash);
  }
}

TEST_F(Render, FindsADifferenceAtItsPlace) {
  for (Command& command : log.commands) {
    if (command.control == ControlId::kCrossfader) command.value = 0.7001;
  }
  const RenderResult result = render();
  EXPECT_FALSE(result.verified);
  EXPECT_TRUE(result.sameRevision);
  ASSERT_TRUE(result.firstDifference);
  EXPECT_EQ(result.firstDifference->frame, Frame(76800)) << "the first mark after frame 72345";
}

TEST_F(Render, AnotherRevisionIsRenderedButNotVerified) {
  log.header.dspRevision = kDspRevision + 1;
  const RenderResult result = render();
  EXPECT_FALSE(result.sameRevision);
  EXPECT_FALSE(result.verified);
  EXPECT_EQ(result.end, Frame(144000));
}

TEST_F(Render, ATornLogRendersToItsLastMark) {
  log.marks.resize(12);
  log.end.reset();
  const RenderResult result = render();
  EXPECT_TRUE(result.verified);
  EXPECT_EQ(result.end, Frame(12 * kMarkFrames));
}

TEST_F(Render, AMissingTrackDoesNotVerify) {
  tracks[1] = {};
  EXPECT_FALSE(render().verified);
}

TEST_F(Render, StemsAddUpToTheMaster) {
  RenderOptions options;
  options.stems = true;
  std::vector<float> sum;
  render(options, [&](FrameCount n, const Outputs& outputs, const Telemetry&) {
    for (FrameCount i = 0; i < 2 * n; ++i) sum.push_back(outputs.stems[0][i] + outputs.stems[1][i]);
    return true;
  });
  const std::size_t delay = 2 * Battle::latency();
  double most = 0;
  for (std::size_t i = delay; i < master.size(); ++i) {
    most = std::max(most, std::abs(static_cast<double>(master[i] - sum[i - delay])));
  }
  EXPECT_LT(most, 1e-6);
}

TEST_F(Render, TheSinkCanStop) {
  int calls = 0;
  const RenderResult result =
      render({}, [&](FrameCount, const Outputs&, const Telemetry&) { return ++calls < 3; });
  EXPECT_EQ(calls, 3);
  EXPECT_FALSE(result.verified);
}

TEST_F(Render, MoreCommandsInABlockThanTheQueueHoldsStillAct) {
  log.commands.clear();
  for (std::uint32_t i = 0; i < 10000; ++i) {
    Command command;
    command.frame = Frame(i);
    command.seq = i;
    command.control = ControlId::kTrim;
    command.value = i % 2 == 0 ? 3 : -3;
    log.commands.push_back(command);
  }
  log.header.config.maxPendingCommands = 16;
  RenderOptions options;
  options.blockFrames = 4800;
  float trim = 0;
  render(options, [&](FrameCount, const Outputs&, const Telemetry& telemetry) {
    trim = telemetry.decks[0].trimGain;
    return true;
  });
  EXPECT_NEAR(trim, 0.7079, 0.001);
}

}  // namespace
}  // namespace dju::engine
