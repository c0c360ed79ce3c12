// registry.json to values and back. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "serving/model_version.h"

namespace dju::serving {

struct RegistryIndex {
  std::vector<ModelVersion> versions;  // rising
  std::vector<int> history;            // versions as they became current; the last one is
};

// Expected to fail when a field is missing, of another type, or contradicts another (two current
// versions, a history of unknown ones); the error says which.
Result<RegistryIndex> parseRegistry(const std::string& name, std::string_view json);
std::string registryJsonOf(const RegistryIndex& index);
// A version as JSON, as `dju models show` prints it and routes answer.
std::string versionJsonOf(const ModelVersion& version);

}  // namespace dju::serving
