// What a model that is in use is later compared with: how the features of its training lie, column
// by column, and how good it was when it was chosen. Drift is distance from this. Callers:
// pipeline/run.h. Reads shards; one thread.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace dju::pipeline {

// Mean, spread and deciles of each column over up to 256 windows of the train split. Throws Error
// when the data set cannot be read.
nlohmann::json featureReference(const std::filesystem::path& data);

}  // namespace dju::pipeline
