#include "serving/registry_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace dju::serving {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::kInvalid, what);
}

json tensorsJson(const std::vector<inference::OnnxValue>& values) {
  json list = json::array();
  for (const auto& value : values)
    list.push_back({{"name", value.name}, {"type", nameOf(value.type)}, {"shape", value.shape}});
  return list;
}

std::vector<inference::OnnxValue> tensorsIn(const json& list) {
  using inference::ElementType;
  std::vector<inference::OnnxValue> values;
  for (const json& each : list) {
    const std::string type = each.at("type");
    if (type != nameOf(ElementType::kFloat32) && type != nameOf(ElementType::kInt64))
      fail("a tensor of type \"" + type + "\"");
    values.push_back(
        {each.at("name"),
         type == nameOf(ElementType::kInt64) ? ElementType::kInt64 : ElementType::kFloat32,
         each.at("shape")});
  }
  return values;
}

json versionJson(const ModelVersion& version) {
  json files = json::array();
  for (const ModelFile& file : version.files)
    files.push_back({{"precision", nameOf(file.precision)},
                     {"file", file.file},
                     {"sha256", file.sha256},
                     {"bytes", file.bytes},
                     {"memoryBytes", file.memoryBytes}});
  return {{"name", version.name},
          {"version", version.version},
          {"status", nameOf(version.status)},
          {"registered", version.registered},
          {"featureDefinition", version.featureDefinition},
          {"columns", version.columns},
          {"targets", version.targets},
          {"inputs", tensorsJson(version.inputs)},
          {"outputs", tensorsJson(version.outputs)},
          {"metrics", version.metrics},
          {"files", files}};
}

ModelFile fileIn(const json& from) {
  ModelFile file;
  const auto precision = precisionNamed(from.at("precision").get<std::string>());
  if (!precision) fail("precision " + from.at("precision").dump());
  file.precision = *precision;
  file.file = from.at("file");
  // It becomes part of a path.
  if (file.file.empty() || file.file.find_first_of("/\\") != std::string::npos ||
      file.file.starts_with('.'))
    fail("file \"" + file.file + "\" is no plain name");
  file.sha256 = from.at("sha256");
  file.bytes = from.at("bytes");
  file.memoryBytes = from.at("memoryBytes");
  return file;
}

ModelVersion versionIn(const json& from) {
  ModelVersion version;
  version.name = from.at("name");
  version.version = from.at("version");
  const auto status = statusNamed(from.at("status").get<std::string>());
  if (!status) fail("status " + from.at("status").dump());
  version.status = *status;
  version.registered = from.at("registered");
  version.featureDefinition = from.at("featureDefinition");
  version.columns = from.at("columns");
  version.targets = from.at("targets");
  version.inputs = tensorsIn(from.at("inputs"));
  version.outputs = tensorsIn(from.at("outputs"));
  version.metrics = from.at("metrics");
  for (const json& file : from.at("files")) version.files.push_back(fileIn(file));
  return version;
}

void check(const std::string& name, const RegistryIndex& index) {
  std::set<int> known;
  int current = 0;
  int last = 0;
  for (const ModelVersion& version : index.versions) {
    if (version.name != name) fail("a version of \"" + version.name + "\"");
    if (version.version <= std::exchange(last, version.version))
      fail("version " + std::to_string(version.version) + " is not above the one before");
    known.insert(version.version);
    if (version.status != ModelStatus::kCurrent) continue;
    if (current != 0) fail("two current versions");
    current = version.version;
  }
  for (const int version : index.history)
    if (!known.contains(version)) fail("the history has no version " + std::to_string(version));
  if (current != (index.history.empty() ? 0 : index.history.back()))
    fail("the history does not end with the current version");
}

}  // namespace

Result<RegistryIndex> parseRegistry(const std::string& name, std::string_view text) {
  try {
    const json whole = json::parse(text);
    if (whole.at("format") != kFormat)
      fail("format " + whole.at("format").dump() + "; this program knows 1");
    RegistryIndex index;
    for (const json& version : whole.at("versions")) index.versions.push_back(versionIn(version));
    index.history = whole.at("history").get<std::vector<int>>();
    check(name, index);
    return index;
  } catch (const json::exception& failure) {
    return Error(ErrorCode::kInvalid, failure.what());
  } catch (const Error& error) {
    return error;
  }
}

std::string registryJsonOf(const RegistryIndex& index) {
  json versions = json::array();
  for (const ModelVersion& version : index.versions) versions.push_back(versionJson(version));
  return json{{"format", kFormat}, {"history", index.history}, {"versions", versions}}.dump(1) +
         "\n";
}

std::string versionJsonOf(const ModelVersion& version) {
  return versionJson(version).dump(1) + "\n";
}

}  // namespace dju::serving
