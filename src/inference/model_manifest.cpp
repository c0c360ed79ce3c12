#include "inference/model_manifest.h"

#include <nlohmann/json.hpp>

namespace dju::inference {
namespace {

CausalShape shapeOf(const nlohmann::json& json) {
  CausalShape shape;
  shape.bands = json.at("bands");
  shape.firstTaps = json.at("firstTaps");
  shape.channels = json.at("channels");
  shape.blocks = json.at("blocks");
  shape.taps = json.at("taps");
  shape.outputs = json.at("outputs");
  shape.levelMean = json.at("levelMean");
  shape.levelSpread = json.at("levelSpread");
  return shape;
}

}  // namespace

Result<ModelManifest> parseManifest(std::string_view text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    ModelManifest manifest;
    manifest.name = json.at("name");
    manifest.version = json.at("version");
    manifest.status = json.at("status");
    manifest.file = json.at("file");
    manifest.sha256 = json.at("sha256");
    manifest.input = json.at("input");
    manifest.featureDefinition = json.at("featureDefinition");
    manifest.delayFrames = json.at("delayFrames");
    manifest.shape = shapeOf(json.at("shape"));
    manifest.metrics = json.at("metrics").get<std::map<std::string, double>>();
    return manifest;
  } catch (const nlohmann::json::exception& failure) {
    return Error(ErrorCode::kInvalid, std::string("model manifest: ") + failure.what());
  }
}

}  // namespace dju::inference
