// Which models there are, which is in use, how good each was: a folder that anyone can copy. Every
// user of a model (judge, mixer, pages) asks here and never opens a file by its own name.
//
//   MODELS/NAME/registry.json            all versions of NAME and in which order they were current
//   MODELS/NAME/VERSION-PRECISION.onnx   never changed once it is there
//
// registry.json is replaced as a whole, so that readers in any thread and process need no lock and
// see the state before or after a change, never one between. Writers exclude each other by a lock
// file. Nothing is kept in memory: what another process promoted is seen at the next call.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "serving/model_version.h"

namespace dju::serving {

enum class BestIs { kHighest, kLowest };

class ModelRegistry {
 public:
  // The folder need not exist yet.
  explicit ModelRegistry(std::filesystem::path folder) : folder_(std::move(folder)) {}
  const std::filesystem::path& folder() const { return folder_; }

  // Names of all models, sorted.
  std::vector<std::string> names() const;
  // All versions of a model, first to last; these throw Error(kNotFound) when there is no such
  // model, or no such version, and Error(kInvalid) naming the file when it cannot be read.
  std::vector<ModelVersion> versions(const std::string& name) const;
  ModelVersion version(const std::string& name, int version) const;
  // Throws Error(kNotFound) when none was promoted yet.
  ModelVersion current(const std::string& name) const;
  // Of the versions that have this metric. Throws Error(kNotFound) when none has.
  ModelVersion best(const std::string& name, const std::string& metric,
                    BestIs bestIs = BestIs::kHighest) const;
  // The bytes of a version's file. Throws Error when they are not those that were registered.
  std::string read(const ModelVersion& version, const ModelFile& file) const;

  // A candidate from an ONNX file that our exporter wrote: name, feature definition, columns and
  // targets are in it. Throws Error(kInvalid) when one is missing or our runtime refuses the graph.
  ModelVersion add(const std::filesystem::path& onnx, const std::map<std::string, double>& metrics);
  // The same version in another precision (.onnx, which says its own) or format (.tflite). Throws
  // Error(kConflict) when it has such a file, or the file is of another model.
  ModelVersion addFile(const std::string& name, int version, const std::filesystem::path& file);
  // Makes the version current and retires the one that was.
  ModelVersion promote(const std::string& name, int version);
  // Makes the version current again that was before the current one. Throws Error(kConflict) when
  // there was none.
  ModelVersion rollback(const std::string& name);

 private:
  struct Index;
  Index read(const std::string& name) const;
  // Reads, lets `change` change and writes it back, under the lock.
  ModelVersion change(const std::string& name, const std::function<int(Index&)>& change);
  std::filesystem::path folderOf(const std::string& name) const;

  std::filesystem::path folder_;
};

}  // namespace dju::serving
