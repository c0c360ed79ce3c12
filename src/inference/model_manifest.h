// The manifest that lies beside a model's weights: what it is, what it eats, how good it was, and
// the hash that ties it to its file. The contract of every model in the project (architecture.md).
// Plain values; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/error.h"
#include "inference/causal_shape.h"

namespace dju::inference {

struct ModelManifest {
  std::string name;               // "beat-tracker"
  int version = 0;                // rises with every training that is shipped
  std::string status;             // "current", "candidate" or "retired"
  std::string file;               // beside the manifest
  std::string sha256;             // of that file
  std::string input;              // name of the feature, e.g. "log_mel"
  std::string featureDefinition;  // hash of the definition that input was computed by
  int delayFrames = 0;            // output n speaks of input frame n - delayFrames
  CausalShape shape;
  std::map<std::string, double> metrics;
};

// Expected to fail when a field is missing or of another type; the error names it.
Result<ModelManifest> parseManifest(std::string_view json);

}  // namespace dju::inference
