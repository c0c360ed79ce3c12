#include "mixer/parameters.h"

#include <algorithm>
#include <cmath>

#include "mixer/presets_data.h"
#include "mixer/strict_json.h"

namespace dju::mixer {
namespace {

using nlohmann::json;

// The number field `name` where it is there, within its range.
std::optional<double> numberOf(const StrictObject& object, std::string_view name) {
  if (!object.has(name)) return {};
  const double value = object.number(name);
  for (const NumberRange& range : kParameterRanges) {
    if (range.name != name) continue;
    if (!(value >= range.min && value <= range.max))
      StrictObject::fail(object.at(name), fmt::format("is {}; it must be from {} to {}", value,
                                                      range.min, range.max));
    if (range.multiple > 0 && std::fmod(value, range.multiple) != 0)
      StrictObject::fail(object.at(name),
                         fmt::format("is {}; it must be a multiple of {}", value, range.multiple));
  }
  return value;
}

std::vector<double> curveOf(const StrictObject& object) {
  std::vector<double> points;
  for (const json& value : object.list("energyCurve", kMostCurvePoints)) {
    const double point = StrictObject::asNumber(
        value, fmt::format("{}[{}]", object.at("energyCurve"), points.size()));
    if (!(point >= 0 && point <= 1))
      StrictObject::fail(fmt::format("{}[{}]", object.at("energyCurve"), points.size()),
                         fmt::format("is {}; it must be from 0 to 1", point));
    points.push_back(point);
  }
  return points;
}

MixParameters changed(MixParameters result, const json& changes) {
  const StrictObject object(changes, "parameters");
  object.allow({"transitionBars", "boldness", "energy", "energyCurve", "harmonicStrictness",
                "tempoRangePercent", "effects", "vocalCare", "targetMinutes", "order"});
  if (const auto bars = numberOf(object, "transitionBars"))
    result.transitionBars = static_cast<int>(*bars);
  result.boldness = numberOf(object, "boldness").value_or(result.boldness);
  result.harmonicStrictness =
      numberOf(object, "harmonicStrictness").value_or(result.harmonicStrictness);
  result.tempoRangePercent =
      numberOf(object, "tempoRangePercent").value_or(result.tempoRangePercent);
  result.effects = numberOf(object, "effects").value_or(result.effects);
  result.vocalCare = numberOf(object, "vocalCare").value_or(result.vocalCare);
  if (object.has("targetMinutes"))
    result.targetMinutes =
        object.get("targetMinutes").is_null() ? std::nullopt : numberOf(object, "targetMinutes");
  if (object.has("order"))
    result.order = static_cast<TrackOrder>(object.choice("order", kTrackOrders));
  if (object.has("energyCurve")) {
    result.energyCurve = curveOf(object);
    result.energy = EnergyShape::kDrawn;
  }
  if (object.has("energy"))
    result.energy = static_cast<EnergyShape>(object.choice("energy", kEnergyShapes));
  if (result.energy == EnergyShape::kDrawn && result.energyCurve.size() < kFewestCurvePoints)
    StrictObject::fail(
        "parameters.energyCurve",
        fmt::format("has {} points; a drawn curve has {} to {}", result.energyCurve.size(),
                    kFewestCurvePoints, kMostCurvePoints));
  return result;
}

}  // namespace

json toJson(const MixParameters& parameters) {
  json result = {{"transitionBars", parameters.transitionBars},
                 {"boldness", parameters.boldness},
                 {"energy", kEnergyShapes[static_cast<std::size_t>(parameters.energy)]},
                 {"harmonicStrictness", parameters.harmonicStrictness},
                 {"tempoRangePercent", parameters.tempoRangePercent},
                 {"effects", parameters.effects},
                 {"vocalCare", parameters.vocalCare},
                 {"order", kTrackOrders[static_cast<std::size_t>(parameters.order)]}};
  if (parameters.energy == EnergyShape::kDrawn) result["energyCurve"] = parameters.energyCurve;
  if (parameters.targetMinutes) result["targetMinutes"] = *parameters.targetMinutes;
  return result;
}

Result<MixParameters> withChanges(const MixParameters& base, const json& changes) {
  try {
    return changed(base, changes);
  } catch (const Error& error) {
    return error;
  }
}

Result<MixParameters> withChange(const MixParameters& base, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Error(ErrorCode::kInvalid,
                 fmt::format("\"{}\": write NAME=VALUE, e.g. boldness=0.8", assignment));
  const std::string name(assignment.substr(0, equals)), text(assignment.substr(equals + 1));
  // What is no number, list or null is a word.
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) value = text;
  return withChanges(base, json{{name, value}});
}

double wantedEnergy(const MixParameters& parameters, double place) {
  const double x = std::clamp(place, 0.0, 1.0);
  switch (parameters.energy) {
    case EnergyShape::kFlat:
      return 0.5;
    case EnergyShape::kBuild:
      return x;
    case EnergyShape::kPeak:  // two thirds on its way
      return x < 2.0 / 3 ? 1.5 * x : 1 - 1.5 * (x - 2.0 / 3);
    case EnergyShape::kWave:
      return 0.5 - 0.5 * std::cos(4 * std::acos(-1.0) * x);
    case EnergyShape::kDrawn: {
      const double at = x * static_cast<double>(parameters.energyCurve.size() - 1);
      const auto i = std::min(static_cast<std::size_t>(at), parameters.energyCurve.size() - 2);
      const double part = at - static_cast<double>(i);
      return parameters.energyCurve[i] * (1 - part) + parameters.energyCurve[i + 1] * part;
    }
  }
  return 0.5;
}

Result<std::vector<Preset>> parsePresets(std::string_view text) {
  try {
    const json file = json::parse(text);
    const StrictObject object(file, "presets");
    object.allow({"about", "version", "presets"});
    std::vector<Preset> presets;
    for (const json& entry : object.list("presets", 64)) {
      const StrictObject row(entry, fmt::format("presets[{}]", presets.size()));
      row.allow({"id", "name", "parameters"});
      const StrictObject name(row.get("name"), row.at("name"));
      name.allow({"en", "es"});
      presets.push_back({row.text("id"), name.text("en"), name.text("es"),
                         changed(MixParameters{}, row.get("parameters"))});
    }
    return presets;
  } catch (const Error& error) {
    return error;
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid, fmt::format("presets: {}", error.what()));
  }
}

const std::vector<Preset>& standardPresets() {
  static const std::vector<Preset> presets = parsePresets(kPresetsJson).valueOrThrow();
  return presets;
}

Result<Preset> findPreset(std::string_view id) {
  std::string known;
  for (const Preset& preset : standardPresets()) {
    if (preset.id == id) return preset;
    known += (known.empty() ? "" : ", ") + preset.id;
  }
  return Error(ErrorCode::kNotFound,
               fmt::format("preset \"{}\": there is none; there are {}", id.substr(0, 40), known));
}

}  // namespace dju::mixer
