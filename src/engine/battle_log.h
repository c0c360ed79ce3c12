// The battle log, `.djlog`: one JSON object a line. Everything about a battle that cannot be
// computed. docs/battle-log.md gives the format with an example.
//
//   {"djlog":1,"dsp":1,"seed":7,"battle":"b-…","config":{…},"format":"back_to_back","created":"…"}
//   {"track":0,"id":"<sha256 of packets>","pcm":"<sha256>","analysis":"<sha256>","frames":N,
//    "grid":{"anchor":f,"framesPerBeat":f,"changes":[[beat,frame,framesPerBeat],…]},
//    "gain":f,"title":…,"artist":…}   "changes" only where the tempo changes (core/beat_grid.h)
//   {"frame":4800,"seq":3,"control":"play","target":0,"value":1,"player":0,"position":…,
//    "drive":…,"sent":…,"heard":…,"arrived":…}
//   {"event":"round","frame":…,…}           what people did that makes no sound
//   {"mark":9600,"hash":"…16 hex…","crc":"…8 hex…"}   every 100 ms; CRC-32 of all bytes since the
//   last mark
//   {"end":480000,"hash":"…"}
//
// A reader cuts a torn tail at the last mark whose CRC holds. Unknown fields are kept out of the
// way (ignored), an unknown version is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "engine/battle.h"
#include "engine/command.h"
#include "engine/track.h"

namespace dju::engine {

inline constexpr int kLogVersion = 1;

struct LogHeader {
  int version = kLogVersion;
  int dspRevision = kDspRevision;
  std::string battleId;
  std::string name;
  std::string format;                // "back_to_back", "rounds", "free"
  std::string createdAt;             // RFC 3339, UTC
  std::vector<std::string> players;  // display names by PlayerIndex
  BattleConfig config;
};

struct LogTrack {
  std::uint32_t index = 0;
  std::string id;            // SHA-256 of the compressed packets, hex
  std::string pcmHash;       // SHA-256 of the decoded PCM, hex
  std::string analysisHash;  // SHA-256 of the TrackInfo blob that it was played with, hex
  std::int64_t frames = 0;
  BeatGrid grid;
  double gainDb = 0;  // LoadedTrack's
  int key = kNoKey;   // likewise
  std::string title;
  std::string artist;
};

struct LogEvent {
  std::string kind;  // "round", "vote", "chat", "reaction", "join", "leave", "held_by" …
  Frame frame;
  std::string data;  // JSON text of the rest
};

struct LogMark {
  Frame frame;
  std::uint64_t hash = 0;
};

// A whole log as read back.
struct BattleLog {
  LogHeader header;
  std::vector<LogTrack> tracks;
  std::vector<Command> commands;  // by frame, then seq
  std::vector<LogEvent> events;
  std::vector<LogMark> marks;
  std::optional<LogMark> end;  // missing: the battle was cut off
  std::size_t tornBytes = 0;   // bytes after the last good mark that were ignored
};

// Lines, each ending in '\n', ready to append. Pure; any thread.
std::string formatHeader(const LogHeader& header);
std::string formatTrack(const LogTrack& track);
std::string formatCommand(const Command& command);
std::string formatEvent(const LogEvent& event);
// `crc` is CRC-32 (IEEE 802.3) of everything written since the previous mark line (exclusive).
std::string formatMark(const LogMark& mark, std::uint32_t crc);
std::string formatEnd(const LogMark& end, std::uint32_t crc);

// The whole log as a file, checksums included. Commands and events must be in the order of their
// frames; what comes after the last mark is left out, as a reader would cut it off.
std::string formatLog(const BattleLog& log);

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc = 0) noexcept;

// Limits: 512 MiB, 16 KiB a line, 65,536 tracks, 10 million commands. Any thread.
Result<BattleLog> parseLog(std::string_view bytes);

}  // namespace dju::engine
