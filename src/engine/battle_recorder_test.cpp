// What is recorded replays.
#include "engine/battle_recorder.h"

#include <gtest/gtest.h>

#include "engine/render.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

LogHeader smallHeader() {
  LogHeader header;
  header.battleId = "r";
  header.config.maxTracks = 1;
  return header;
}

TEST(BattleRecorder, WhatItRecordsReplaysToTheSameSamples) {
  const test::TestTrack track = test::musicTrack(4, 125, 3);
  BattleRecorder recorder(smallHeader());
  LogTrack entry;
  entry.index = 7;  // the recorder keeps the table
  entry.frames = track.loaded.audio.frames;
  entry.grid = track.loaded.grid;
  EXPECT_EQ(recorder.provide(entry, track.loaded), 0U);
  recorder.act(Frame(0), ControlId::kLoad, 0, 0);
  // Decided early, acts late; and one that is decided afterwards and acts before it.
  recorder.act(Frame(700), ControlId::kEqLow, 0, 0);
  recorder.act(Frame(100), ControlId::kPlay, 0, 1);
  while (recorder.now() < Frame(2 * kMarkFrames)) recorder.render();
  const BattleLog recorded = recorder.finish();
  const BattleLog log = parseLog(formatLog(recorded)).valueOrThrow();
  EXPECT_EQ(log.tornBytes, 0U);
  EXPECT_EQ(log.commands, recorded.commands);
  EXPECT_EQ(log.marks.size(), 2U);
  const LoadedTrack tracks[] = {track.loaded};
  EXPECT_TRUE(renderLog(log, tracks, {}, {}).verified);
}

TEST(BattleRecorder, ATrackForWhichThereIsNoRoomIsNamed) {
  const test::TestTrack track = test::musicTrack(1, 125, 3);
  BattleRecorder recorder(smallHeader());
  LogTrack entry;
  entry.title = "One too many";
  recorder.provide(entry, track.loaded);
  try {
    recorder.provide(entry, track.loaded);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("One too many"), std::string::npos) << error.what();
  }
}

TEST(FormatLog, EventsStandAmongTheCommandsOfTheirTime) {
  BattleLog log;
  log.header = smallHeader();
  log.events.push_back({"chat", Frame(5000), R"({"text":"hey"})"});
  log.marks = {{Frame(4800), 1}, {Frame(9600), 2}};
  log.end = LogMark{Frame(9600), 2};
  const BattleLog read = parseLog(formatLog(log)).valueOrThrow();
  ASSERT_EQ(read.events.size(), 1U);
  EXPECT_EQ(read.events[0].frame, Frame(5000));
  EXPECT_EQ(read.tornBytes, 0U);
}

}  // namespace
}  // namespace dju::engine
