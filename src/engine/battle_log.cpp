// Writing the log: one line a call. Reading is battle_log_parse.cpp.
#include "engine/battle_log.h"

#include <array>
#include <nlohmann/json.hpp>

#include "core/hash.h"

namespace dju::engine {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    table[i] = crc;
  }
  return table;
}();

// Names of people may hold bytes that are no UTF-8; the line must be JSON all the same.
std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string hex32(std::uint32_t value) {
  return hex64(value).substr(8);
}

std::string closing(const char* key, const LogMark& mark, std::uint32_t crc) {
  return line({{key, mark.frame.index()}, {"hash", hex64(mark.hash)}, {"crc", hex32(crc)}});
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc) noexcept {
  crc = ~crc;
  for (const char c : bytes) {
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return ~crc;
}

std::string formatHeader(const LogHeader& header) {
  const BattleConfig& config = header.config;
  Json settings = {{"decks", config.decks},
                   {"monitors", config.monitors},
                   {"maxTracks", config.maxTracks},
                   {"maxPendingCommands", config.maxPendingCommands}};
  if (config.freshSoundAt > Frame()) settings["freshSoundAt"] = config.freshSoundAt.index();
  return line({{"djlog", header.version},
               {"dsp", header.dspRevision},
               {"seed", config.seed},
               {"battle", header.battleId},
               {"name", header.name},
               {"format", header.format},
               {"created", header.createdAt},
               {"players", header.players},
               {"config", std::move(settings)}});
}

namespace {

Json gridJson(const BeatGrid& grid) {
  Json json = {{"anchor", grid.anchorFrame}, {"framesPerBeat", grid.framesPerBeat}};
  for (const TempoChange& change : grid.changes()) {
    json["changes"].push_back({change.beat, change.frame, change.framesPerBeat});
  }
  return json;
}

}  // namespace

std::string formatTrack(const LogTrack& track) {
  return line({{"track", track.index},
               {"id", track.id},
               {"pcm", track.pcmHash},
               {"analysis", track.analysisHash},
               {"frames", track.frames},
               {"grid", gridJson(track.grid)},
               {"gain", track.gainDb},
               {"key", track.key},
               {"title", track.title},
               {"artist", track.artist}});
}

std::string formatCommand(const Command& command) {
  Json json = {{"frame", command.frame.index()},
               {"seq", command.seq},
               {"control", info(command.control).name},
               {"target", command.target},
               {"value", command.value},
               {"player", command.player}};
  if (command.position) json["position"] = *command.position;
  if (command.drive) json["drive"] = *command.drive;
  const Provenance& provenance = command.provenance;
  if (provenance.sentMs != 0) json["sent"] = provenance.sentMs;
  if (provenance.heardFrame != -1) json["heard"] = provenance.heardFrame;
  if (provenance.arrivedFrame != -1) json["arrived"] = provenance.arrivedFrame;
  return line(json);
}

std::string formatEvent(const LogEvent& event) {
  Json json = {{"event", event.kind}, {"frame", event.frame.index()}};
  const Json rest = Json::parse(event.data, nullptr, false);
  if (rest.is_object()) {
    for (const auto& [key, value] : rest.items()) {
      if (key != "event" && key != "frame") json[key] = value;
    }
  }
  return line(json);
}

std::string formatMark(const LogMark& mark, std::uint32_t crc) {
  return closing("mark", mark, crc);
}
std::string formatEnd(const LogMark& end, std::uint32_t crc) {
  return closing("end", end, crc);
}

std::string formatLog(const BattleLog& log) {
  std::string text, since = formatHeader(log.header);
  for (const LogTrack& track : log.tracks) since += formatTrack(track);
  std::size_t command = 0, event = 0;
  for (const LogMark& mark : log.marks) {
    for (; event < log.events.size() && log.events[event].frame < mark.frame; ++event)
      since += formatEvent(log.events[event]);
    for (; command < log.commands.size() && log.commands[command].frame < mark.frame; ++command)
      since += formatCommand(log.commands[command]);
    text += since + formatMark(mark, crc32(since));
    since.clear();
  }
  if (log.end) text += formatEnd(*log.end, crc32(since));
  return text;
}

}  // namespace dju::engine
