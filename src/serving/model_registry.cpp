#include "serving/model_registry.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>

#include "audio/sha256.h"
#include "core/error.h"
#include "inference/network/network.h"
#include "inference/onnx/onnx_file.h"
#include "learning/data/whole_file.h"
#include "serving/registry_json.h"

namespace dju::serving {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "registry.json";

bool isModelName(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string bytesIn(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !(bytes << in.rdbuf()))
    throw Error(ErrorCode::kNotFound, file.string() + ": cannot be read");
  return std::move(bytes).str();
}

// Held by one writer at a time, of any process; given back by its death, too.
class WriterLock {
 public:
  explicit WriterLock(const fs::path& folder) {
    const fs::path file = folder / ".lock";
    handle_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (handle_ >= 0 && ::flock(handle_, LOCK_EX) == 0) return;
    const int reason = errno;
    if (handle_ >= 0) ::close(handle_);
    throw Error(ErrorCode::kUnavailable, fmt::format("{}: cannot be locked ({})", file.string(),
                                                     std::generic_category().message(reason)));
  }
  ~WriterLock() { ::close(handle_); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int handle_ = -1;
};

std::vector<std::string> namesIn(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream in(text);
  for (std::string name; std::getline(in, name, ',');) names.push_back(name);
  return names;
}

std::string now() {
  const auto seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

// What a file says of itself, and what our runtime makes of it.
struct Examined {
  std::string bytes;
  inference::OnnxModel model;
  std::uint64_t memoryBytes = 0;
};

Examined examine(const fs::path& file) {
  Examined examined{bytesIn(file), {}, 0};
  auto model = inference::parseOnnx(examined.bytes);
  try {
    examined.model = std::move(model).valueOrThrow();
    const inference::Network network(examined.model);
    examined.memoryBytes = network.weightBytes() + network.runBytes();
  } catch (const Error& error) {
    throw Error(error.code(), file.string() + ": " + error.what());
  }
  return examined;
}

const std::string& metadataOf(const fs::path& file, const Examined& examined,
                              const std::string& key) {
  const auto found = examined.model.metadata.find(key);
  if (found == examined.model.metadata.end() || found->second.empty())
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: has no metadata \"{}\"; models are written by dju models export",
                            file.string(), key));
  return found->second;
}

// float32 where the file says nothing.
Precision precisionOf(const fs::path& file, const Examined& examined) {
  const auto found = examined.model.metadata.find("precision");
  if (found == examined.model.metadata.end()) return Precision::kFloat32;
  const auto precision = precisionNamed(found->second);
  if (!precision)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{}: precision \"{}\"", file.string(), found->second));
  return *precision;
}

ModelFile fileOf(const std::string& bytes, int version, Precision precision,
                 const std::string& suffix) {
  ModelFile file;
  file.precision = precision;
  file.file = fmt::format("{}-{}{}", version, nameOf(precision), suffix);
  file.sha256 = sha256Hex(bytes);
  file.bytes = bytes.size();
  return file;
}

}  // namespace

struct ModelRegistry::Index : RegistryIndex {
  ModelVersion& at(const std::string& name, int version) {
    const auto found = std::find_if(versions.begin(), versions.end(),
                                    [&](const auto& each) { return each.version == version; });
    if (found == versions.end()) {
      std::vector<int> known;
      for (const ModelVersion& each : versions) known.push_back(each.version);
      throw Error(ErrorCode::kNotFound,
                  fmt::format("model \"{}\" has no version {}; there are: {}", name, version,
                              known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
    }
    return *found;
  }
  void makeCurrent(const std::string& name, int version) {
    at(name, version);
    for (ModelVersion& each : versions)
      if (each.status == ModelStatus::kCurrent) each.status = ModelStatus::kRetired;
    at(name, version).status = ModelStatus::kCurrent;
  }
};

fs::path ModelRegistry::folderOf(const std::string& name) const {
  if (!isModelName(name))
    throw Error(ErrorCode::kInvalid,
                fmt::format("model name \"{}\": up to 64 of a to z, 0 to 9, - and _", name));
  return folder_ / name;
}

ModelRegistry::Index ModelRegistry::read(const std::string& name) const {
  const fs::path file = folderOf(name) / kIndex;
  if (!fs::exists(file))
    throw Error(ErrorCode::kNotFound, fmt::format("{}: no model \"{}\"", folder_.string(), name));
  auto index = parseRegistry(name, bytesIn(file));
  if (!index)
    throw Error(ErrorCode::kInvalid, fmt::format("{}: {}", file.string(), index.error().what()));
  return {std::move(index).valueOrThrow()};
}

ModelVersion ModelRegistry::change(const std::string& name,
                                   const std::function<int(Index&)>& change) {
  const fs::path folder = folderOf(name);
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure)
    throw Error(ErrorCode::kUnavailable,
                fmt::format("{}: cannot be made ({})", folder.string(), failure.message()));
  const WriterLock lock(folder);
  Index index = fs::exists(folder / kIndex) ? read(name) : Index{};
  const int version = change(index);
  learning::writeWholeFile(folder / kIndex, registryJsonOf(index));
  return index.at(name, version);
}

std::vector<std::string> ModelRegistry::names() const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored))
    if (fs::exists(entry.path() / kIndex)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<ModelVersion> ModelRegistry::versions(const std::string& name) const {
  return read(name).versions;
}

ModelVersion ModelRegistry::version(const std::string& name, int version) const {
  return read(name).at(name, version);
}

ModelVersion ModelRegistry::current(const std::string& name) const {
  Index index = read(name);
  if (index.history.empty())
    throw Error(ErrorCode::kNotFound,
                fmt::format("model \"{}\" has no current version; dju models promote {} {}", name,
                            name, index.versions.empty() ? 1 : index.versions.back().version));
  return index.at(name, index.history.back());
}

ModelVersion ModelRegistry::best(const std::string& name, const std::string& metric,
                                 BestIs bestIs) const {
  const std::vector<ModelVersion> all = versions(name);
  const ModelVersion* best = nullptr;
  std::string known;
  for (const ModelVersion& each : all) {
    for (const auto& [other, value] : each.metrics)
      if (known.find(other) == std::string::npos) known += " " + other;
    if (!each.metrics.contains(metric)) continue;
    const double value = each.metrics.at(metric);
    const double before = best != nullptr ? best->metrics.at(metric) : 0;
    if (best == nullptr || (bestIs == BestIs::kHighest ? value > before : value < before))
      best = &each;
  }
  if (best == nullptr)
    throw Error(ErrorCode::kNotFound,
                fmt::format("no version of model \"{}\" has the metric \"{}\"; there are:{}", name,
                            metric, known.empty() ? " none" : known));
  return *best;
}

std::string ModelRegistry::read(const ModelVersion& version, const ModelFile& file) const {
  const fs::path path = folderOf(version.name) / file.file;
  std::string bytes = bytesIn(path);
  const std::string hash = sha256Hex(bytes);
  if (hash != file.sha256)
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: has the hash {}, {} was registered; add the model again",
                            path.string(), hash, file.sha256));
  return bytes;
}

ModelVersion ModelRegistry::add(const fs::path& onnx,
                                const std::map<std::string, double>& metrics) {
  const Examined examined = examine(onnx);
  const std::string name = metadataOf(onnx, examined, "model");
  ModelVersion added;
  added.name = name;
  added.registered = now();
  added.featureDefinition = metadataOf(onnx, examined, "definition");
  added.columns = namesIn(metadataOf(onnx, examined, "columns"));
  added.targets = namesIn(metadataOf(onnx, examined, "targets"));
  added.inputs = examined.model.inputs;
  added.outputs = examined.model.outputs;
  added.metrics = metrics;
  return change(name, [&](Index& index) {
    added.version = index.versions.empty() ? 1 : index.versions.back().version + 1;
    ModelFile file = fileOf(examined.bytes, added.version, precisionOf(onnx, examined), ".onnx");
    file.memoryBytes = examined.memoryBytes;
    // The file first: an index never names one that is not there.
    learning::writeWholeFile(folderOf(name) / file.file, examined.bytes);
    added.files = {file};
    index.versions.push_back(added);
    return added.version;
  });
}

ModelVersion ModelRegistry::addFile(const std::string& name, int version, const fs::path& path) {
  const std::string suffix = path.extension();
  if (suffix != ".onnx" && suffix != ".tflite")
    throw Error(ErrorCode::kInvalid, path.string() + ": neither .onnx nor .tflite");
  Examined examined;
  if (suffix == ".onnx") {
    examined = examine(path);
  } else {
    examined.bytes = bytesIn(path);
  }
  return change(name, [&](Index& index) {
    ModelVersion& changed = index.at(name, version);
    ModelFile file = fileOf(examined.bytes, version, precisionOf(path, examined), suffix);
    file.memoryBytes = examined.memoryBytes;
    for (const ModelFile& each : changed.files)
      if (each.file == file.file)
        throw Error(ErrorCode::kConflict, fmt::format("version {} of \"{}\" has a file {} already",
                                                      version, name, file.file));
    if (suffix == ".onnx" &&
        (metadataOf(path, examined, "model") != name ||
         metadataOf(path, examined, "definition") != changed.featureDefinition))
      throw Error(ErrorCode::kConflict,
                  fmt::format("{}: is not of the model \"{}\" version {}, or for other features",
                              path.string(), name, version));
    learning::writeWholeFile(folderOf(name) / file.file, examined.bytes);
    changed.files.push_back(file);
    return version;
  });
}

ModelVersion ModelRegistry::promote(const std::string& name, int version) {
  read(name);  // so that a wrong name makes no folder
  return change(name, [&](Index& index) {
    index.makeCurrent(name, version);
    if (index.history.empty() || index.history.back() != version) index.history.push_back(version);
    return version;
  });
}

ModelVersion ModelRegistry::rollback(const std::string& name) {
  read(name);
  return change(name, [&](Index& index) {
    if (index.history.size() < 2)
      throw Error(ErrorCode::kConflict,
                  fmt::format("model \"{}\": no version was current before this one", name));
    index.history.pop_back();
    index.makeCurrent(name, index.history.back());
    return index.history.back();
  });
}

}  // namespace dju::serving
