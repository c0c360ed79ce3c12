// The beat tracker's weights, compiled into the program so that no installation can lack them.
// data/models/beat-tracker.json and .bin are the source; the build refuses a pair whose hash does
// not fit. Immutable after the first call; any thread.
#pragma once

#include <span>

#include "inference/model_manifest.h"

namespace dju::inference {

struct EmbeddedModel {
  ModelManifest manifest;
  std::span<const float> weights;
};

// Throws Error(kInternal) when the manifest that was compiled in cannot be read.
const EmbeddedModel& beatTrackerModel();

}  // namespace dju::inference
