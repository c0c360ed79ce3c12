#include "mixes/request.h"

#include <fmt/format.h>

#include <charconv>

#include "mixer/genome_json.h"
#include "mixer/strict_json.h"
#include "mixes/web_address.h"

namespace dju::mixes {
namespace {

using mixer::StrictObject;
using nlohmann::json;

constexpr std::size_t kMostNameCharacters = 80;
constexpr std::size_t kShortestSecret = 16, kLongestSecret = 200;
constexpr std::size_t kMostIdBytes = 128;

std::string lengthWords(std::size_t is, std::size_t least, std::size_t most) {
  return fmt::format("has {} characters; {} to {} are possible", is, least, most);
}

std::vector<std::string> tracksOf(const StrictObject& object) {
  std::vector<std::string> tracks;
  for (const json& id : object.list("tracks", kMostTracks)) {
    const std::string place = fmt::format("{}[{}]", object.at("tracks"), tracks.size());
    if (!id.is_string()) StrictObject::fail(place, "must be the id of a track");
    tracks.push_back(id.get<std::string>());
    if (tracks.back().empty() || tracks.back().size() > kMostIdBytes)
      StrictObject::fail(place, "is no id of a track");
  }
  return tracks;
}

std::size_t transitionNumber(const std::string& text, const std::string& place) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(number) != text)
    StrictObject::fail(place,
                       fmt::format("has \"{}\"; its names are numbers of transitions, from 0",
                                   text.substr(0, 20)));
  return number;
}

// Calls `take` with the number and value of each entry of `field`, {"0": …}.
template <typename Take>
void eachTransition(const StrictObject& object, const char* field, std::size_t tracks, Take take) {
  if (!object.has(field)) return;
  const json& given = object.get(field);
  const std::string place = object.at(field);
  if (!given.is_object())
    StrictObject::fail(place, "must be an object, by numbers of transitions: {\"0\": …}");
  for (const auto& [text, value] : given.items()) {
    const std::size_t number = transitionNumber(text, place);
    if (number + 1 >= tracks)
      StrictObject::fail(place, fmt::format("has \"{}\"; {} tracks have the transitions 0 to {}",
                                            number, tracks, tracks - 2));
    take(number, value, fmt::format("{}.{}", place, number));
  }
}

mixer::EditedGenomes transitionsOf(const StrictObject& object, std::size_t tracks) {
  mixer::EditedGenomes edited;
  eachTransition(object, "transitions", tracks,
                 [&](std::size_t number, const json& genome, const std::string& place) {
                   try {
                     edited[number] = mixer::genomeFrom(genome);
                   } catch (const Error& error) {
                     throw Error(error.code(), fmt::format("{}: {}", place, error.what()));
                   }
                 });
  return edited;
}

int shiftOf(const StrictObject& object, const char* field) {
  if (!object.has(field)) return 0;
  const int bars = object.whole(field);
  if (bars < -mixer::kMostShiftBars || bars > mixer::kMostShiftBars)
    StrictObject::fail(object.at(field),
                       fmt::format("is {}; it must be from {} to {}", bars, -mixer::kMostShiftBars,
                                   mixer::kMostShiftBars));
  return bars;
}

mixer::PlaceShifts shiftsOf(const StrictObject& object, std::size_t tracks) {
  mixer::PlaceShifts shifts;
  eachTransition(
      object, "shifts", tracks,
      [&](std::size_t number, const json& value, const std::string& place) {
        const StrictObject given(value, place);
        given.allow({"exitBars", "entryBars"});
        const mixer::PlaceShift shift{shiftOf(given, "exitBars"), shiftOf(given, "entryBars")};
        if (shift != mixer::PlaceShift{}) shifts[number] = shift;
      });
  return shifts;
}

MixRequest requestOf(const StrictObject& object) {
  MixRequest request;
  request.tracks = tracksOf(object);
  if (object.has("model")) request.model = object.text("model");
  if (request.model.empty() || request.model.size() > kMostIdBytes)
    StrictObject::fail(object.at("model"), "is no name of a mixer; NAME@VERSION is expected");
  mixer::checkTrackCount(request.tracks.size());
  if (object.has("preset") && !object.get("preset").is_null()) {
    request.preset = object.text("preset");
    request.parameters = mixer::findPreset(request.preset).valueOrThrow().parameters;
  }
  if (object.has("parameters"))
    request.parameters =
        mixer::withChanges(request.parameters, object.get("parameters")).valueOrThrow();
  request.transitions = transitionsOf(object, request.tracks.size());
  request.shifts = shiftsOf(object, request.tracks.size());
  return request;
}

std::string nameOf(const StrictObject& object) {
  if (!object.has("name")) return {};
  std::string name = object.text("name");
  std::size_t characters = 0;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      StrictObject::fail(object.at("name"), "holds a control character");
    if ((byte & 0xc0) != 0x80) ++characters;
  }
  if (characters == 0 || characters > kMostNameCharacters)
    StrictObject::fail(object.at("name"), lengthWords(characters, 1, kMostNameCharacters));
  return name;
}

std::optional<Webhook> webhookOf(const StrictObject& order) {
  if (!order.has("webhook") || order.get("webhook").is_null()) return {};
  const StrictObject object(order.get("webhook"), order.at("webhook"));
  object.allow({"url", "secret"});
  Webhook hook{object.text("url"), object.text("secret")};
  if (const auto address = parseWebAddress(hook.url); !address)
    StrictObject::fail(object.at("url"),
                       fmt::format("cannot be called: {}", address.error().what()));
  if (hook.secret.size() < kShortestSecret || hook.secret.size() > kLongestSecret)
    StrictObject::fail(object.at("secret"),
                       lengthWords(hook.secret.size(), kShortestSecret, kLongestSecret));
  return hook;
}

}  // namespace

MixRequest mixRequestFrom(const json& json) {
  const StrictObject object(json, "mix");
  object.allow({"tracks", "model", "preset", "parameters", "transitions", "shifts"});
  return requestOf(object);
}

MixOrder mixOrderFrom(const json& json) {
  constexpr std::string_view kPriorities[] = {"normal", "low"};
  constexpr std::string_view kEncodings[] = {"exact", "any"};
  const StrictObject object(json, "mix");
  object.allow({"tracks", "model", "preset", "parameters", "transitions", "shifts", "name",
                "priority", "encoding", "webhook"});
  MixOrder order;
  order.mix = requestOf(object);
  order.name = nameOf(object);
  order.low = object.has("priority") && object.choice("priority", kPriorities) == 1;
  order.anyEncoding = object.has("encoding") && object.choice("encoding", kEncodings) == 1;
  order.webhook = webhookOf(object);
  return order;
}

PreviewOrder previewOrderFrom(const json& json) {
  const StrictObject object(json, "mix");
  object.allow({"tracks", "model", "preset", "parameters", "transitions", "shifts", "transition",
                "seconds", "quality"});
  constexpr std::string_view kQualities[] = {"light", "full"};
  PreviewOrder order;
  order.mix = requestOf(object);
  const int transition = object.whole("transition");
  const auto transitions = static_cast<int>(order.mix.tracks.size()) - 1;
  if (transition < 0 || transition >= transitions)
    StrictObject::fail(object.at("transition"),
                       fmt::format("is {}; {} tracks have the transitions 0 to {}", transition,
                                   order.mix.tracks.size(), transitions - 1));
  order.transition = static_cast<std::size_t>(transition);
  order.seconds = object.number("seconds", order.seconds);
  if (!(order.seconds >= kShortestPreview && order.seconds <= kLongestPreview))
    StrictObject::fail(object.at("seconds"),
                       fmt::format("is {}; it must be from {} to {}", order.seconds,
                                   kShortestPreview, kLongestPreview));
  if (object.has("quality") && object.choice("quality", kQualities) == 1)
    order.quality = PreviewOrder::Quality::kFull;
  return order;
}

json toJson(const MixRequest& request) {
  json transitions = json::object();
  for (const auto& [number, genome] : request.transitions)
    transitions[std::to_string(number)] = mixer::toJson(genome);
  json result = {{"tracks", request.tracks},
                 {"model", request.model},
                 {"parameters", mixer::toJson(request.parameters)},
                 {"transitions", std::move(transitions)}};
  if (!request.preset.empty()) result["preset"] = request.preset;
  // Left out where there are none: the same wish has the same text as before there were any.
  for (const auto& [number, shift] : request.shifts)
    result["shifts"][std::to_string(number)] = {{"exitBars", shift.exitBars},
                                                {"entryBars", shift.entryBars}};
  return result;
}

}  // namespace dju::mixes
