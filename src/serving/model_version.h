// What the registry knows of one version of a model. Plain values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inference/onnx/onnx_model.h"

namespace dju::serving {

enum class ModelStatus {
  kCandidate,  // added, never in use
  kCurrent,    // what is used by those who ask for the model by name; one version at most
  kRetired,    // was current
};

// Of the numbers that a file holds; activations are float32 but in int8 models.
enum class Precision { kFloat32, kFloat16, kInt8 };

std::string_view nameOf(ModelStatus status);
std::string_view nameOf(Precision precision);
std::optional<ModelStatus> statusNamed(std::string_view name);
std::optional<Precision> precisionNamed(std::string_view name);

// The same weights may lie in several files, for machines of different size.
struct ModelFile {
  Precision precision = Precision::kFloat32;
  std::string file;    // beside the registry's index of this model; "3-float32.onnx"
  std::string sha256;  // of its bytes
  std::uint64_t bytes = 0;
  std::uint64_t memoryBytes = 0;  // of a loaded network and one runner; 0 = not run by us
};

struct ModelVersion {
  std::string name;  // "technical"
  int version = 0;   // 1, 2, 3 …
  ModelStatus status = ModelStatus::kCandidate;
  std::string registered;  // "2026-01-31T12:00:00Z"
  // Hash of the definition by which its features are computed; a caller whose features have
  // another must not feed it (docs/features.md, docs/dataset.md).
  std::string featureDefinition;
  std::vector<std::string> columns;  // of the input "features", in order
  std::vector<std::string> targets;  // of the output "scores", in order
  std::vector<inference::OnnxValue> inputs, outputs;
  std::map<std::string, double> metrics;  // "pearson.beat_alignment": 0.91
  std::vector<ModelFile> files;

  // The file of this precision, or the next more precise one, or else any. Null without files that
  // end in `suffix`.
  const ModelFile* fileFor(Precision wanted, std::string_view suffix = ".onnx") const;
};

}  // namespace dju::serving
