// Reading the log back. The bytes may be a stranger's, and a battle may have been killed while
// writing: stretches between marks count only if their CRC holds; within such a stretch anything
// malformed is an error, since no accident made it.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/battle_log.h"

namespace dju::engine {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxBytes = std::size_t{512} << 20;
constexpr std::size_t kMaxLine = 16 << 10;
constexpr std::size_t kMaxTracks = 65536;
constexpr std::size_t kMaxCommands = 10'000'000;
constexpr std::size_t kMaxEvents = 10'000'000;
constexpr std::int64_t kMaxFrame = std::int64_t{1} << 53;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::kInvalid, "battle log: " + what);
}

const Json& need(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) refuse(std::string("a line has no \"") + key + '"');
  return *found;
}

std::int64_t integer(const Json& value, const char* what, std::int64_t low, std::int64_t high) {
  const bool fits = value.is_number_unsigned()
                        ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(high)
                        : value.is_number_integer() && value.get<std::int64_t>() <= high;
  if (!fits || value.get<std::int64_t>() < low) {
    refuse(std::string("\"") + what + "\" is " + value.dump().substr(0, 40) +
           ", not an integer from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return value.get<std::int64_t>();
}

std::int64_t integerOr(const Json& json, const char* key, std::int64_t missing, std::int64_t low,
                       std::int64_t high) {
  const auto found = json.find(key);
  return found == json.end() ? missing : integer(*found, key, low, high);
}

double number(const Json& value, const char* what) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) {
    refuse(std::string("\"") + what + "\" is no finite number");
  }
  return value.get<double>();
}

std::string textOr(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return {};
  if (!found->is_string()) refuse(std::string("\"") + key + "\" is no text");
  return found->get<std::string>();
}

template <typename T>
std::optional<T> fromHex(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return std::nullopt;
  const auto& digits = found->get_ref<const std::string&>();
  T value = 0;
  const char* const end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value, 16);
  if (digits.size() != 2 * sizeof(T) || parsed.ec != std::errc{} || parsed.ptr != end) {
    return std::nullopt;
  }
  return value;
}

LogHeader readHeader(const Json& json) {
  LogHeader header;
  header.version = static_cast<int>(integer(need(json, "djlog"), "djlog", 0, 1'000'000));
  if (header.version != kLogVersion) {
    throw Error(ErrorCode::kUnsupported, "battle log: version " + std::to_string(header.version) +
                                             ", this program reads version " +
                                             std::to_string(kLogVersion));
  }
  header.dspRevision = static_cast<int>(integer(need(json, "dsp"), "dsp", 0, 1'000'000));
  header.battleId = textOr(json, "battle");
  header.name = textOr(json, "name");
  header.format = textOr(json, "format");
  header.createdAt = textOr(json, "created");
  if (const auto players = json.find("players"); players != json.end()) {
    if (!players->is_array() || players->size() > 255) refuse("\"players\" is no short list");
    for (const Json& player : *players) {
      if (!player.is_string()) refuse("a player's name is no text");
      header.players.push_back(player.get<std::string>());
    }
  }
  BattleConfig& config = header.config;
  const Json& seed = need(json, "seed");
  if (!seed.is_number_unsigned()) refuse("\"seed\" is no whole number");
  config.seed = seed.get<std::uint64_t>();
  const Json& given = need(json, "config");
  if (!given.is_object()) refuse("\"config\" is no object");
  config.decks = static_cast<int>(integerOr(given, "decks", config.decks, 1, kMaxDecks));
  config.monitors =
      static_cast<int>(integerOr(given, "monitors", config.monitors, 0, kMaxMonitors));
  config.maxTracks = static_cast<int>(
      integerOr(given, "maxTracks", config.maxTracks, 0, static_cast<std::int64_t>(kMaxTracks)));
  config.maxPendingCommands =
      static_cast<int>(integerOr(given, "maxPendingCommands", config.maxPendingCommands, 1, 65536));
  config.freshSoundAt = Frame(integerOr(given, "freshSoundAt", 0, 0, kMaxFrame));
  if (config.freshSoundAt.index() % kMarkFrames != 0) {
    refuse("\"freshSoundAt\" is no multiple of " + std::to_string(kMarkFrames));
  }
  return header;
}

BeatGrid readGrid(const Json& json) {
  if (!json.is_object()) refuse("\"grid\" is no object");
  BeatGrid grid;
  grid.anchorFrame = number(need(json, "anchor"), "anchor");
  grid.framesPerBeat = number(need(json, "framesPerBeat"), "framesPerBeat");
  if (const auto changes = json.find("changes"); changes != json.end()) {
    if (!changes->is_array()) refuse("\"changes\" is no array");
    for (const Json& change : *changes) {
      if (!change.is_array() || change.size() != 3) {
        refuse("a change of the grid is not [beat, frame, framesPerBeat]");
      }
      if (!grid.addChange({number(change[0], "beat of a change"),
                           number(change[1], "frame of a change"),
                           number(change[2], "framesPerBeat of a change")})) {
        refuse("the changes of the grid do not ascend, or are more than 64");
      }
    }
  }
  if (!grid.sane()) refuse("the grid's numbers are out of range");
  return grid;
}

LogTrack readTrack(const Json& json) {
  LogTrack track;
  track.index = static_cast<std::uint32_t>(
      integer(need(json, "track"), "track", 0, static_cast<std::int64_t>(kMaxTracks) - 1));
  track.id = textOr(json, "id");
  track.pcmHash = textOr(json, "pcm");
  track.analysisHash = textOr(json, "analysis");
  track.frames = integer(need(json, "frames"), "frames", 0, kMaxFrame);
  track.title = textOr(json, "title");
  track.artist = textOr(json, "artist");
  if (const auto grid = json.find("grid"); grid != json.end()) {
    track.grid = readGrid(*grid);
  }
  if (const auto gain = json.find("gain"); gain != json.end()) {
    track.gainDb = number(*gain, "gain");
    if (std::abs(track.gainDb) > kMostGainDb) refuse("\"gain\" is more than 24 dB either way");
  }
  if (const auto key = json.find("key"); key != json.end()) {
    track.key = static_cast<int>(integer(*key, "key", kNoKey, kKeys - 1));
  }
  return track;
}

Command readCommand(const Json& json) {
  Command command;
  command.frame = Frame(integer(need(json, "frame"), "frame", 0, kMaxFrame));
  command.seq = static_cast<std::uint32_t>(integer(need(json, "seq"), "seq", 0, 0xffffffffLL));
  const std::string name = textOr(json, "control");
  const auto control = findControl(name);
  if (!control) {
    throw Error(ErrorCode::kUnsupported, "battle log: control \"" + name.substr(0, 40) +
                                             "\" is not in this program's registry");
  }
  command.control = *control;
  command.target = static_cast<std::uint8_t>(integerOr(json, "target", 0, 0, 255));
  command.player = static_cast<PlayerIndex>(integerOr(json, "player", kServerPlayer, 0, 255));
  command.value = number(need(json, "value"), "value");
  if (const auto position = json.find("position"); position != json.end()) {
    command.position = number(*position, "position");
  }
  if (const auto drive = json.find("drive"); drive != json.end()) {
    command.drive = number(*drive, "drive");
  }
  command.provenance.sentMs = integerOr(json, "sent", 0, -kMaxFrame, kMaxFrame);
  command.provenance.heardFrame = integerOr(json, "heard", -1, -kMaxFrame, kMaxFrame);
  command.provenance.arrivedFrame = integerOr(json, "arrived", -1, -kMaxFrame, kMaxFrame);
  return command;
}

LogEvent readEvent(Json json) {
  LogEvent event;
  event.kind = textOr(json, "event");
  event.frame = Frame(integer(need(json, "frame"), "frame", 0, kMaxFrame));
  json.erase("event");
  json.erase("frame");
  event.data = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return event;
}

Json readObject(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    // Quoted in ASCII: what is no log may hold anything, and the message goes to terminals.
    const Json begins = std::string(text.substr(0, 40));
    refuse(begins.dump(-1, ' ', true, Json::error_handler_t::replace) + " is no JSON object");
  }
  return json;
}

// Takes whole lines off the front of the log.
class Lines {
 public:
  explicit Lines(std::string_view bytes) : bytes_(bytes) {}

  // False where no whole line is left.
  bool next(std::string_view& line) {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) return false;
    if (end - at_ > kMaxLine) {
      throw Error(ErrorCode::kTooLarge, "battle log: a line of " + std::to_string(end - at_) +
                                            " bytes, at most " + std::to_string(kMaxLine) +
                                            " are allowed");
    }
    line = bytes_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }
  std::size_t at() const { return at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view bytes) : bytes_(bytes), lines_(bytes) {}

  BattleLog parse() {
    std::string_view line;
    if (bytes_.size() > kMaxBytes) {
      throw Error(ErrorCode::kTooLarge, "battle log: " + std::to_string(bytes_.size()) +
                                            " bytes, at most " + std::to_string(kMaxBytes));
    }
    if (!lines_.next(line)) refuse("no whole header line");
    log_.header = readHeader(readObject(line));
    std::size_t good = lines_.at();
    std::size_t stretch = 0;  // where the present stretch begins; the header is in the first one
    while (!log_.end && lines_.next(line)) {
      if (!line.starts_with(R"({"mark":)") && !line.starts_with(R"({"end":)")) continue;
      const std::size_t from = static_cast<std::size_t>(line.data() - bytes_.data());
      if (!takeStretch(bytes_.substr(stretch, from - stretch), line)) break;
      good = stretch = lines_.at();
    }
    log_.tornBytes = bytes_.size() - good;
    std::stable_sort(log_.commands.begin(), log_.commands.end(), [](const auto& a, const auto& b) {
      return a.frame != b.frame ? a.frame < b.frame : a.seq < b.seq;
    });
    return std::move(log_);
  }

 private:
  // False if it is torn.
  bool takeStretch(std::string_view stretch, std::string_view closing) {
    const Json json = Json::parse(closing, nullptr, false);
    if (!json.is_object()) return false;
    const auto crc = fromHex<std::uint32_t>(json, "crc");
    const auto hash = fromHex<std::uint64_t>(json, "hash");
    if (!crc || !hash || *crc != crc32(stretch)) return false;
    Lines lines(stretch);
    for (std::string_view line; lines.next(line);) takeLine(line);
    const char* key = json.contains("mark") ? "mark" : "end";
    const LogMark mark{Frame(integer(need(json, key), key, 0, kMaxFrame)), *hash};
    if (!log_.marks.empty() && mark.frame < log_.marks.back().frame) {
      refuse("mark " + std::to_string(mark.frame.index()) + " comes after a later one");
    }
    if (json.contains("mark")) {
      log_.marks.push_back(mark);
    } else {
      log_.end = mark;
    }
    return true;
  }

  void takeLine(std::string_view line) {
    const Json json = readObject(line);
    if (json.contains("track")) {
      log_.tracks.push_back(readTrack(json));
    } else if (json.contains("control")) {
      log_.commands.push_back(readCommand(json));
    } else if (json.contains("event")) {
      log_.events.push_back(readEvent(json));
    }
    if (log_.tracks.size() > kMaxTracks || log_.commands.size() > kMaxCommands ||
        log_.events.size() > kMaxEvents) {
      throw Error(ErrorCode::kTooLarge, "battle log: more than " + std::to_string(kMaxTracks) +
                                            " tracks or " + std::to_string(kMaxCommands) +
                                            " commands or events");
    }
  }

  std::string_view bytes_;
  Lines lines_;
  BattleLog log_;
};

}  // namespace

Result<BattleLog> parseLog(std::string_view bytes) {
  try {
    return Parser(bytes).parse();
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace dju::engine
