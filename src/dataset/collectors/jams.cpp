#include "dataset/collectors/jams.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace dju::dataset {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 16 << 20, kMostAnnotations = 1000, kMostObservations = 1000000;
constexpr const char* kVersion = "0.3.4";
constexpr std::array<const char*, 4> kFields = {"time", "duration", "value", "confidence"};

Error invalid(const std::string& what) {
  return {ErrorCode::kInvalid, "JAMS: " + what};
}

std::string textIn(const json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : "";
}

json objectIn(const json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_object() ? *value : json::object();
}

// One observation out of its four fields, each possibly missing.
std::optional<JamsObservation> observation(const std::array<const json*, 4>& fields) {
  const auto number = [](const json* field) -> std::optional<double> {
    if (field == nullptr || !field->is_number()) return std::nullopt;
    const double value = field->get<double>();
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  };
  const auto time = number(fields[0]);
  const auto duration = number(fields[1]);
  if (!time || *time < 0 || !duration || *duration < 0) return std::nullopt;
  return JamsObservation{*time, *duration, fields[2] != nullptr ? *fields[2] : json(),
                         number(fields[3])};
}

// "data" in either form; the error says which observation is wrong.
Result<std::vector<JamsObservation>> observations(const json& data, const std::string& where) {
  const bool dense = data.is_object();
  if (!dense && !data.is_array()) return invalid(where + " has no \"data\"");
  const json& sized = dense && data.contains("time") ? data["time"] : data;
  const std::size_t count = dense && !sized.is_array() ? 0 : sized.size();
  if (count > kMostObservations) return invalid(where + " has more than a million observations");
  std::vector<JamsObservation> found;
  for (std::size_t i = 0; i < count; ++i) {
    std::array<const json*, 4> fields{};
    for (std::size_t f = 0; f < kFields.size(); ++f) {
      const json& from = dense ? data : data[i];
      if (!from.is_object() || !from.contains(kFields[f])) continue;
      const json& field = from[kFields[f]];
      if (!dense) fields[f] = &field;
      if (dense && field.is_array() && i < field.size()) fields[f] = &field[i];
    }
    auto one = observation(fields);
    if (!one)
      return invalid(
          fmt::format("{}: observation {} has no time and duration of 0 or more", where, i + 1));
    found.push_back(std::move(*one));
  }
  return found;
}

}  // namespace

std::string formatJams(const Jams& jams) {
  json annotations = json::array();
  for (const JamsAnnotation& annotation : jams.annotations) {
    json data = json::array();
    for (const JamsObservation& one : annotation.data)
      data.push_back({{"time", one.time},
                      {"duration", one.duration},
                      {"value", one.value},
                      {"confidence", one.confidence ? json(*one.confidence) : json(nullptr)}});
    annotations.push_back({{"namespace", annotation.nameSpace},
                           {"data", data},
                           {"time", 0},
                           {"duration", jams.duration},
                           {"annotation_metadata", annotation.metadata},
                           {"sandbox", annotation.sandbox}});
  }
  return json{{"file_metadata",
               {{"title", jams.title},
                {"artist", jams.artist},
                {"release", ""},
                {"duration", jams.duration},
                {"identifiers", json::object()},
                {"jams_version", kVersion}}},
              {"annotations", annotations},
              {"sandbox", jams.sandbox}}
             .dump(1, ' ', false, json::error_handler_t::replace) +
         "\n";
}

Result<Jams> parseJams(std::string_view text) {
  if (text.size() > kMostBytes) return Error(ErrorCode::kTooLarge, "JAMS: more than 16 MiB");
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return invalid("no JSON object");
  const auto annotations = parsed.find("annotations");
  if (annotations == parsed.end() || !annotations->is_array()) return invalid("no \"annotations\"");
  if (annotations->size() > kMostAnnotations) return invalid("more than 1,000 annotations");
  const json about = objectIn(parsed, "file_metadata");
  Jams jams{textIn(about, "title"), textIn(about, "artist"), 0, {}, objectIn(parsed, "sandbox")};
  if (about.contains("duration") && about["duration"].is_number())
    jams.duration = about["duration"].get<double>();
  for (std::size_t i = 0; i < annotations->size(); ++i) {
    const json& annotation = (*annotations)[i];
    const std::string where = fmt::format("annotation {}", i + 1);
    if (!annotation.is_object() || textIn(annotation, "namespace").empty())
      return invalid(where + " has no \"namespace\"");
    auto data = observations(annotation.value("data", json()), where);
    if (!data) return data.error();
    jams.annotations.push_back({textIn(annotation, "namespace"), std::move(data).valueOrThrow(),
                                objectIn(annotation, "annotation_metadata"),
                                objectIn(annotation, "sandbox")});
  }
  return jams;
}

}  // namespace dju::dataset
