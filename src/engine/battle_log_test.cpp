#include "engine/battle_log.h"

#include <gtest/gtest.h>

#include <string>

namespace dju::engine {
namespace {

LogHeader someHeader() {
  LogHeader header;
  header.battleId = "b-1";
  header.name = "Friday \"late\" \xc3\xb1";
  header.format = "back_to_back";
  header.createdAt = "2026-01-02T03:04:05Z";
  header.players = {"Ana", "Bo"};
  header.config = {.decks = 4, .monitors = 1, .seed = 0xfedcba9876543210ULL};
  return header;
}

LogTrack someTrack() {
  return {3,     "aa", "bb",      "cc",    480000, {-12.25, 22500.000000000004},
          -5.51, 21,   "Title\n", "Artist"};
}

Command someCommand() {
  Command command;
  command.frame = Frame(4801);
  command.seq = 4000000000U;
  command.control = ControlId::kSeek;
  command.target = 1;
  command.player = 1;
  command.value = 0.1 + 0.2;
  command.position = -1.0 / 3;
  command.drive = 2.0 / 3;
  command.provenance = {1760000000123, 4700, 4790};
  return command;
}

// A log as a server writes it: a mark closes all lines since the one before.
class Writer {
 public:
  Writer& add(const std::string& line) {
    text += line;
    crc_ = crc32(line, crc_);
    return *this;
  }
  Writer& mark(std::int64_t frame, std::uint64_t hash) {
    text += formatMark({Frame(frame), hash}, crc_);
    crc_ = 0;
    return *this;
  }
  Writer& end(std::int64_t frame, std::uint64_t hash) {
    text += formatEnd({Frame(frame), hash}, crc_);
    return *this;
  }
  std::string text;

 private:
  std::uint32_t crc_ = 0;
};

std::string someLog() {
  Command second = someCommand();
  second.frame = Frame(100);
  second.seq = 2;
  second.position.reset();
  second.drive.reset();
  second.provenance = {};
  return Writer()
      .add(formatHeader(someHeader()))
      .add(formatTrack(someTrack()))
      .add(formatCommand(someCommand()))
      .mark(4800, 0x0123456789abcdefULL)
      .add(formatCommand(second))
      .add(formatEvent({"chat", Frame(5000), R"({"name":"Ana","text":"hey"})"}))
      .mark(9600, 7)
      .end(9700, 7)
      .text;
}

TEST(BattleLog, CrcIsThatOfIeee8023) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
}

TEST(BattleLog, ComesBackAsItWasWritten) {
  const auto log = parseLog(someLog());
  ASSERT_TRUE(log.ok()) << log.error().what();
  EXPECT_EQ(log->header.battleId, "b-1");
  EXPECT_EQ(log->header.name, someHeader().name);
  EXPECT_EQ(log->header.players, someHeader().players);
  EXPECT_EQ(log->header.config, someHeader().config);
  EXPECT_EQ(log->header.dspRevision, kDspRevision);
  ASSERT_EQ(log->tracks.size(), 1U);
  EXPECT_EQ(log->tracks[0].grid.framesPerBeat, someTrack().grid.framesPerBeat);
  EXPECT_EQ(log->tracks[0].title, "Title\n");
  ASSERT_EQ(log->commands.size(), 2U);
  EXPECT_EQ(log->commands[0].frame, Frame(100)) << "sorted by frame";
  EXPECT_FALSE(log->commands[0].position);
  EXPECT_FALSE(log->commands[0].drive);
  EXPECT_EQ(log->commands[1], someCommand()) << "doubles and provenance to the bit";
  ASSERT_EQ(log->events.size(), 1U);
  EXPECT_EQ(log->events[0].kind, "chat");
  EXPECT_EQ(log->events[0].data, R"({"name":"Ana","text":"hey"})");
  ASSERT_EQ(log->marks.size(), 2U);
  EXPECT_EQ(log->marks[0].hash, 0x0123456789abcdefULL);
  ASSERT_TRUE(log->end);
  EXPECT_EQ(log->end->frame, Frame(9700));
  EXPECT_EQ(log->tornBytes, 0U);
}

TEST(BattleLog, AGridWithTempoChangesComesBackAndABrokenOneIsRefused) {
  LogTrack track = someTrack();
  track.grid = BeatGrid::fromBpm(0.25, 120);
  ASSERT_TRUE(track.grid.addChange({64, track.grid.frameAt(64) + 100, 23000.25}));
  const auto logWith = [](const std::string& line) {
    return parseLog(Writer().add(formatHeader(someHeader())).add(line).mark(4800, 1).text);
  };
  const std::string line = formatTrack(track);
  const auto log = logWith(line);
  ASSERT_TRUE(log.ok()) << log.error().what();
  ASSERT_EQ(log->tracks.size(), 1U);
  EXPECT_EQ(log->tracks[0].grid, track.grid);
  for (const std::string broken : {"[[64,5,23000.25]]", "[[64,1e9]]", "7", "[[64.5,2e6,9]]"}) {
    std::string bad = line;
    const std::size_t from = bad.find("[["), to = bad.find("]]") + 2;
    bad.replace(from, to - from, broken);
    EXPECT_FALSE(logWith(bad).ok()) << bad;
  }
}

TEST(BattleLog, TheGainComesBackAndNonsenseIsRefused) {
  const auto logWith = [](const std::string& line) {
    return parseLog(Writer().add(formatHeader(someHeader())).add(line).mark(4800, 1).text);
  };
  std::string line = formatTrack(someTrack());
  const std::string written = R"("gain":-5.51)";
  const std::size_t at = line.find(written);
  ASSERT_NE(at, std::string::npos) << line;
  EXPECT_EQ(logWith(line)->tracks.at(0).gainDb, -5.51);
  for (const std::string bad : {R"("gain":-24.1)", R"("gain":1e99)", R"("gain":"x")"}) {
    EXPECT_FALSE(logWith(std::string(line).replace(at, written.size(), bad)).ok()) << bad;
  }
  line.replace(at, written.size(), R"("no":0)");
  EXPECT_EQ(logWith(line)->tracks.at(0).gainDb, 0) << "logs from before there was one";
}

TEST(BattleLog, TheKeyComesBackAndNonsenseIsRefused) {
  const auto logWith = [](const std::string& line) {
    return parseLog(Writer().add(formatHeader(someHeader())).add(line).mark(4800, 1).text);
  };
  std::string line = formatTrack(someTrack());
  const std::string written = R"("key":21)";
  const std::size_t at = line.find(written);
  ASSERT_NE(at, std::string::npos) << line;
  EXPECT_EQ(logWith(line)->tracks.at(0).key, 21);
  for (const std::string bad : {R"("key":24)", R"("key":-2)", R"("key":"Am")"}) {
    EXPECT_FALSE(logWith(std::string(line).replace(at, written.size(), bad)).ok()) << bad;
  }
  line.replace(at, written.size(), R"("no":0)");
  EXPECT_EQ(logWith(line)->tracks.at(0).key, kNoKey) << "logs from before there was one";
}

TEST(BattleLog, EveryTruncationIsCutAtTheLastGoodMark) {
  const std::string text = someLog();
  const std::size_t header = text.find('\n') + 1;
  const std::size_t first = text.find('\n', text.find("{\"mark\":4800")) + 1;
  const std::size_t second = text.find('\n', text.find("{\"mark\":9600")) + 1;
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto log = parseLog(std::string_view(text).substr(0, size));
    if (size < header) {
      EXPECT_FALSE(log.ok());
      continue;
    }
    ASSERT_TRUE(log.ok()) << size;
    const std::size_t good = size >= second ? second : size >= first ? first : header;
    EXPECT_EQ(log->tornBytes, size - good);
    EXPECT_EQ(log->marks.size(), good == header ? 0U : good == first ? 1U : 2U);
    EXPECT_EQ(log->commands.size(), log->marks.size());
    EXPECT_FALSE(log->end);
  }
}

TEST(BattleLog, AFlippedBitCutsTheLogBeforeIt) {
  const std::string text = someLog();
  const std::size_t header = text.find('\n') + 1;
  for (std::size_t at = header; at < text.size(); ++at) {
    std::string broken = text;
    broken[at] = static_cast<char>(broken[at] ^ 1);
    const auto log = parseLog(broken);
    if (!log.ok()) continue;
    const bool whole = log->end && log->marks.size() == 2;
    // Only the hash and frame of the closing lines are outside of the CRC; rendering finds those.
    const std::size_t line = text.rfind('\n', at - (text[at] == '\n' ? 1 : 0)) + 1;
    const bool closing =
        text.compare(line, 8, "{\"mark\":") == 0 || text.compare(line, 7, "{\"end\":") == 0;
    EXPECT_TRUE(!whole || closing) << at;
  }
}

TEST(BattleLog, NamesWhatItRefuses) {
  const auto refused = [](const std::string& text) {
    const auto log = parseLog(text);
    EXPECT_FALSE(log.ok()) << text;
    return log.ok() ? ErrorCode::kInternal : log.error().code();
  };
  EXPECT_EQ(refused(""), ErrorCode::kInvalid);
  EXPECT_EQ(refused("\n"), ErrorCode::kInvalid);
  EXPECT_EQ(refused("garbage\n"), ErrorCode::kInvalid);
  EXPECT_EQ(refused("[1]\n"), ErrorCode::kInvalid);
  EXPECT_EQ(refused(R"({"djlog":2,"dsp":1,"seed":0,"config":{}})"
                    "\n"),
            ErrorCode::kUnsupported);
  EXPECT_EQ(refused(R"({"djlog":1,"dsp":1,"seed":-1,"config":{}})"
                    "\n"),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused(R"({"djlog":1,"dsp":1,"seed":0,"config":{"decks":5}})"
                    "\n"),
            ErrorCode::kInvalid);
  const std::string header = formatHeader(someHeader());
  const auto with = [&](const std::string& line) {
    return Writer().add(header).add(line + '\n').mark(4800, 1).text;
  };
  EXPECT_EQ(refused(with("{\"control\":\"warp\",\"frame\":1,\"seq\":1,\"value\":1}")),
            ErrorCode::kUnsupported);
  EXPECT_EQ(refused(with("{\"control\":\"play\",\"frame\":-1,\"seq\":1,\"value\":1}")),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused(with("{\"control\":\"play\",\"frame\":1,\"seq\":1,\"value\":1e999}")),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused(with("{\"control\":\"play\",\"frame\":1e3,\"seq\":1,\"value\":1}")),
            ErrorCode::kInvalid);
  EXPECT_EQ(refused(with("{\"track\":70000,\"frames\":1}")), ErrorCode::kInvalid);
  EXPECT_EQ(refused(with(std::string(20000, ' '))), ErrorCode::kTooLarge);
}

TEST(BattleLog, QuotesWhatIsNoLogInAscii) {
  const std::string message = parseLog("\x1b[31m\xff\xc3\xb1\n").error().what();
  EXPECT_EQ(message, R"(battle log: "\u001b[31m\ufffd\u00f1" is no JSON object)");
}

TEST(BattleLog, IgnoresWhatALaterWriterAdds) {
  const std::string text =
      Writer()
          .add(formatHeader(someHeader()))
          .add("{\"weather\":\"rain\"}\n")
          .add("{\"frame\":1,\"seq\":1,\"control\":\"play\",\"target\":0,\"value\":1,\"mood\":3}\n")
          .mark(4800, 1)
          .text;
  const auto log = parseLog(text);
  ASSERT_TRUE(log.ok()) << log.error().what();
  EXPECT_EQ(log->commands.size(), 1U);
}

TEST(BattleLog, NamesThatAreNotUtf8StillMakeALine) {
  LogHeader header = someHeader();
  header.name = "\xff\xfe";
  EXPECT_TRUE(parseLog(Writer().add(formatHeader(header)).mark(4800, 1).text).ok());
}

}  // namespace
}  // namespace dju::engine
