#include "inference/beat_tracker_model.h"

#include <bit>
#include <cstdint>
#include <vector>

#include "inference/beat_tracker_data.h"

namespace dju::inference {
namespace {

std::vector<float> weightsOf(std::span<const std::uint32_t> words) {
  std::vector<float> weights;
  weights.reserve(words.size());
  for (const std::uint32_t word : words) weights.push_back(std::bit_cast<float>(word));
  return weights;
}

}  // namespace

const EmbeddedModel& beatTrackerModel() {
  static const std::vector<float> weights = weightsOf(kBeatTrackerWords);
  static const EmbeddedModel model{parseManifest(kBeatTrackerManifest).valueOrThrow(), weights};
  return model;
}

}  // namespace dju::inference
