#include "server/battle/command_parser.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace dju::server {
namespace {

using engine::ControlId;
using engine::ControlScope;
using nlohmann::json;

constexpr int kBendCentre = 8192;  // of a 14-bit MIDI pitch bend
constexpr double kTurnsAtFullBend = 0.25;
constexpr std::size_t kMaxTrackId = 64;

// The beginning of a value, for an error message.
std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  return text.size() > 40 ? text.substr(0, 40) + "…" : text;
}

Error invalid(std::string_view field, const json& value, std::string_view right) {
  return {ErrorCode::kInvalid,
          fmt::format("midi-command: {} is {}; {}", field, shown(value), right)};
}

const json& member(const json& object, const char* key) {
  static const json missing;
  const auto at = object.find(key);
  return at == object.end() ? missing : *at;
}

Result<int> midiNumber(const json& command, const char* key, int maximum) {
  const json& value = member(command, key);
  if (!value.is_number_integer() || value < 0 || value > maximum)
    return invalid(key, value, fmt::format("send a whole number from 0 to {}", maximum));
  return value.get<int>();
}

Result<Intent> fromNote(const json& command) {
  const auto note = midiNumber(command, "note", 127);
  if (!note) return note.error();
  const auto control = engine::findNote(*note);
  if (!control) return invalid("note", *note, "GET /api/v1/controls lists the notes");
  // The document's client leaves the velocity out when it means "pressed".
  const char* key = command.contains("velocity") ? "velocity" : "value";
  int velocity = 127;
  if (command.contains(key)) {
    const auto given = midiNumber(command, key, 127);
    if (!given) return given.error();
    velocity = *given;
  }
  Intent intent;
  intent.control = *control;
  intent.value = velocity > 0 ? 1 : 0;
  return intent;
}

Result<Intent> fromController(const json& command) {
  const auto number = midiNumber(command, "controller", 127);
  if (!number) return number.error();
  const auto control = engine::findController(*number);
  if (!control) return invalid("controller", *number, "GET /api/v1/controls lists the controllers");
  const auto value = midiNumber(command, "value", 127);
  if (!value) return value.error();
  Intent intent;
  intent.control = *control;
  intent.value = engine::fromMidi(*control, *value);
  return intent;
}

Result<Intent> fromBend(const json& command) {
  const auto value = midiNumber(command, "value", 2 * kBendCentre - 1);
  if (!value) return value.error();
  Intent intent;
  intent.control = ControlId::kJog;
  intent.value = kTurnsAtFullBend * (*value - kBendCentre) / kBendCentre;
  return intent;
}

Result<Intent> fromReadable(const json& command) {
  const json& name = member(command, "control");
  if (!name.is_string()) return invalid("control", name, "send a control's id, or a MIDI type");
  const auto control = engine::findControl(name.get_ref<const std::string&>());
  if (!control) return invalid("control", name, "GET /api/v1/controls lists the ids");
  Intent intent;
  intent.control = *control;
  if (engine::takesTrack(*control)) {
    const json& track = member(command, "trackId");
    if (!track.is_string() || track.get_ref<const std::string&>().empty() ||
        track.get_ref<const std::string&>().size() > kMaxTrackId)
      return invalid("trackId", track, "send the id of a track of the library");
    intent.trackId = track;
    return intent;
  }
  const json& value = member(command, "value");
  if (!value.is_number()) return invalid("value", value, "send a number");
  const auto clean = engine::sanitize(*control, value.get<double>());
  if (!clean) return invalid("value", value, "send a finite number");
  intent.value = *clean;
  return intent;
}

Result<Intent> fromAnyForm(const json& command) {
  const json& type = member(command, "type");
  if (type.is_null()) return fromReadable(command);
  if (type == "note") return fromNote(command);
  if (type == "cc") return fromController(command);
  if (type == "pitch_bend") return fromBend(command);
  return invalid("type", type, "send \"note\", \"cc\" or \"pitch_bend\"");
}

// Samplers have numbers, as their pads do.
Result<int> parseSampler(const json& command) {
  const json& number = member(command, "sampler");
  if (!number.is_number_integer() || number < 1 || number > engine::kSamplers)
    return invalid("sampler", number, fmt::format("send 1 to {}", engine::kSamplers));
  return number.get<int>() - 1;
}

Result<int> parseTarget(const json& command, ControlScope scope, int decks) {
  if (scope == ControlScope::kMixer) return 0;
  if (scope == ControlScope::kSampler) return parseSampler(command);
  const bool isDeck = scope == ControlScope::kDeck;
  const char* key = isDeck || !command.contains("monitor") ? "deck" : "monitor";
  const json& letter = member(command, key);
  const auto index =
      letter.is_string() ? parseDeck(letter.get_ref<const std::string&>()) : std::nullopt;
  const int count = isDeck ? decks : engine::kMaxMonitors;
  if (!index || *index >= count)
    return invalid(key, letter, fmt::format("send \"A\" to \"{}\"", deckLetter(count - 1)));
  return *index;
}

std::int64_t integerOr(const json& payload, const char* key, std::int64_t otherwise) {
  constexpr double kLimit = 9.0e15;  // whole numbers that a JSON number holds exactly
  const json& value = member(payload, key);
  if (!value.is_number()) return otherwise;
  const double number = value.get<double>();
  return number >= 0 && number < kLimit ? static_cast<std::int64_t>(number) : otherwise;
}

}  // namespace

std::optional<int> parseDeck(std::string_view letter) {
  if (letter.size() != 1 || letter[0] < 'A' || letter[0] >= 'A' + engine::kMaxDecks)
    return std::nullopt;
  return letter[0] - 'A';
}

Result<Intent> parseCommand(const json& payload, int decks) {
  if (!payload.is_object())
    return invalid("payload", payload, "send {battleId, playerId, command}");
  const json& command = member(payload, "command");
  if (!command.is_object()) return invalid("command", command, "send an object");
  auto intent = fromAnyForm(command);
  if (!intent) return intent;
  const auto target = parseTarget(command, engine::info(intent->control).scope, decks);
  if (!target) return target.error();
  intent.value().target = *target;
  intent.value().sentMs = integerOr(payload, "sent", 0);
  intent.value().heardFrame = integerOr(payload, "heard", -1);
  return intent;
}

}  // namespace dju::server
