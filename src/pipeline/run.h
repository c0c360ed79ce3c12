// Carries out a pipeline: data, training, evaluation, selection, deployment, monitoring. Every step
// that is done is written down (OUT/pipeline.json) with a hash of what it depended on; started
// again it goes on where it was ended, and after a change of the configuration it does only what
// that change touches. Callers: app/pipeline.cpp. Blocks; one thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/selection.h"
#include "pipeline/steps.h"

namespace dju::pipeline {

// Runs one of our programs to its end; gives its exit status.
using RunProgram = std::function<int(const std::vector<std::string>& command)>;
using Say = std::function<void(const std::string& line)>;

struct PipelineResult {
  std::vector<Selected> models;
  int stepsRun = 0, stepsFound = 0;  // done now, done before
};

// Leaves OUT/report.md, OUT/report.json, OUT/deployed/NAME/ and OUT/monitoring/NAME.json. Throws
// Error naming the step that failed; what was done before stays done.
PipelineResult runPipeline(const Config& config, const std::filesystem::path& out,
                           const RunProgram& run, const Say& say);

}  // namespace dju::pipeline
