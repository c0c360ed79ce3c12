#include "mixes/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "mixer/genome_json.h"
#include "mixer/styles.h"
#include "mixes/request.h"

namespace dju::mixes {
namespace {

using nlohmann::json;

json numbers(const json& defaults) {
  json list = json::array();
  for (const mixer::NumberRange& range : mixer::kParameterRanges) {
    const std::string name(range.name);
    json entry = {{"name", name},
                  {"kind", range.multiple > 0 ? "whole" : "number"},
                  {"min", range.min},
                  {"max", range.max},
                  {"default", defaults.contains(name) ? defaults[name] : json()}};
    if (range.multiple > 0) entry["step"] = range.multiple;
    list.push_back(std::move(entry));
  }
  return list;
}

template <typename Words>
json choice(const std::string& name, const Words& words, const json& defaults) {
  return {{"name", name}, {"kind", "choice"}, {"choices", words}, {"default", defaults.at(name)}};
}

json parameters() {
  const json defaults = mixer::toJson(mixer::MixParameters{});
  json list = numbers(defaults);
  list.push_back(choice("energy", mixer::kEnergyShapes, defaults));
  list.push_back({{"name", "energyCurve"},
                  {"kind", "curve"},
                  {"min", 0},
                  {"max", 1},
                  {"points", {mixer::kFewestCurvePoints, mixer::kMostCurvePoints}},
                  {"default", nullptr}});
  list.push_back(choice("order", mixer::kTrackOrders, defaults));
  return list;
}

}  // namespace

json catalogue(const Mixers& mixers) {
  json presets = json::array();
  for (const mixer::Preset& preset : mixer::standardPresets())
    presets.push_back({{"id", preset.id},
                       {"name", {{"en", preset.nameEn}, {"es", preset.nameEs}}},
                       {"parameters", mixer::toJson(preset.parameters)}});
  return {{"models", mixers.names()},
          {"presets", std::move(presets)},
          {"parameters", parameters()},
          {"styles", mixer::kStyleNames},
          {"tempoPaths", mixer::kTempoPathNames},
          {"limits",
           {{"tracks", {kFewestTracks, kMostTracks}},
            {"previewSeconds", {kShortestPreview, kLongestPreview}},
            {"mixMinutes", kMostMinutes}}}};
}

json styledGenome(std::string_view style, int bars, double effects) {
  const auto& names = mixer::kStyleNames;
  const auto* found = std::find(names.begin(), names.end(), style);
  if (found == names.end())
    throw Error(ErrorCode::kInvalid, fmt::format("style is \"{}\"; there are {}",
                                                 style.substr(0, 40), fmt::join(names, ", ")));
  const auto wanted = static_cast<mixer::Style>(found - names.begin());
  return {{"genome", mixer::toJson(mixer::makeGenome(wanted, bars, {.effects = effects}))}};
}

}  // namespace dju::mixes
