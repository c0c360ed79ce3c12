#include "mixer/mixer_model_json.h"

#include "mixer/situation_features.h"
#include "mixer/strict_json.h"

namespace dju::mixer {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "dju-mixer";

template <typename Names>
void allowOnly(const json& from, const StrictObject& object, const Names& names) {
  for (const auto& [key, value] : from.items()) {
    const auto known = [&key = key](std::string_view name) { return name == key; };
    if (std::none_of(names.begin(), names.end(), known))
      StrictObject::fail(object.at(key.substr(0, 40)), "is not known");
  }
}

json stylesJson(const std::array<double, kStyles>& costs) {
  json styles = json::object();
  for (std::size_t style = 0; style < kStyles; ++style)
    styles[std::string(kStyleNames[style])] = costs[style];
  return styles;
}

std::array<double, kStyles> stylesFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  allowOnly(from, object, kStyleNames);
  std::array<double, kStyles> costs{};
  for (std::size_t style = 0; style < kStyles; ++style)
    costs[style] = object.number(kStyleNames[style], 0);
  return costs;
}

json shapeJson(const BlendShape& shape) {
  json fields = json::object();
  for (const ShapeField& field : kShapeFields)
    fields[std::string(field.name)] = shape.*field.member;
  return fields;
}

BlendShape shapeFrom(const json& from, const std::string& place) {
  const StrictObject object(from, place);
  std::array<std::string_view, kShapeFields.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kShapeFields[i].name;
  allowOnly(from, object, names);
  BlendShape shape;
  for (const ShapeField& field : kShapeFields) shape.*field.member = object.number(field.name, 0);
  return shape;
}

json headJson(const MixerHead& head) {
  if (head.empty()) return nullptr;
  json features = json::array();
  for (const std::string_view name : kSituationFeatureNames) features.push_back(name);
  return {{"features", features}, {"weights", head.weights()}};
}

MixerHead headFrom(const json& from, const std::string& place) {
  if (from.is_null()) return {};
  const StrictObject object(from, place);
  object.allow({"features", "weights"});
  // Weights mean nothing to a program that looks at other features.
  const json& features = object.list("features", kSituationFeatures);
  if (!std::equal(features.begin(), features.end(), kSituationFeatureNames.begin(),
                  kSituationFeatureNames.end(),
                  [](const json& name, std::string_view known) { return name == known; }))
    StrictObject::fail(object.at("features"), "are not those that this program computes");
  std::vector<float> weights;
  for (const json& weight : object.list("weights", MixerHead::weightCount()))
    weights.push_back(static_cast<float>(StrictObject::asNumber(
        weight, fmt::format("{}[{}]", object.at("weights"), weights.size()))));
  if (weights.empty()) StrictObject::fail(object.at("weights"), "is empty; leave the head out");
  return MixerHead(std::move(weights));
}

MixerModel modelFrom(const json& from) {
  const StrictObject object(from, "mixer");
  object.allow({"schema", "version", "lineage", "styleCost", "lengthOctaves", "shape", "head"});
  if (object.text("schema") != kSchema)
    StrictObject::fail("mixer.schema", fmt::format("must be \"{}\"", kSchema));
  if (const int version = object.whole("version"); version != kMixerModelVersion)
    StrictObject::fail("mixer.version",
                       fmt::format("is {}; this program reads {}", version, kMixerModelVersion));
  MixerModel model;
  model.lineage = object.text("lineage");
  if (object.has("styleCost"))
    model.priors.styleCost = stylesFrom(object.get("styleCost"), "mixer.styleCost");
  model.priors.lengthOctaves = object.number("lengthOctaves", 0);
  if (object.has("shape")) model.priors.shape = shapeFrom(object.get("shape"), "mixer.shape");
  if (object.has("head")) model.head = headFrom(object.get("head"), "mixer.head");
  checkModel(model).valueOrThrow();
  return model;
}

}  // namespace

json toJson(const MixerModel& model) {
  return {{"schema", kSchema},
          {"version", kMixerModelVersion},
          {"lineage", model.lineage},
          {"styleCost", stylesJson(model.priors.styleCost)},
          {"lengthOctaves", model.priors.lengthOctaves},
          {"shape", shapeJson(model.priors.shape)},
          {"head", headJson(model.head)}};
}

Result<MixerModel> parseMixerModel(std::string_view text) {
  if (text.size() > kMostModelBytes)
    return Error(ErrorCode::kTooLarge,
                 fmt::format("mixer: {} bytes; at most {}", text.size(), kMostModelBytes));
  try {
    return modelFrom(json::parse(text));
  } catch (const Error& error) {
    return error;
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid, fmt::format("mixer: no JSON: {}", error.what()));
  }
}

}  // namespace dju::mixer
