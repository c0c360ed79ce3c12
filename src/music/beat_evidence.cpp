#include "music/beat_evidence.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "inference/beat_tracker_model.h"
#include "music/mono.h"

namespace dju::music {
namespace {

constexpr float kFloorDb = -60;  // rises below this level are noise
constexpr std::size_t kKickBands = 4;
constexpr float kForget = 1.0F / 300;  // of the trend, a frame

float logistic(float logit) {
  return 1 / (1 + std::exp(-logit));
}

}  // namespace

NetworkEvidence::NetworkEvidence()
    : network_(inference::beatTrackerModel().manifest.shape, inference::beatTrackerModel().weights),
      delay_(inference::beatTrackerModel().manifest.delayFrames) {
  const std::string wanted = definitionHash(standardDefinition());
  const std::string_view trained = inference::beatTrackerModel().manifest.featureDefinition;
  if (trained != wanted) {
    throw Error(ErrorCode::kInternal, "beat-tracker model: trained on features " +
                                          std::string(trained) + ", this program computes " +
                                          wanted + "; train it anew (docs/beat-tracker.md)");
  }
}

BeatLogits NetworkEvidence::hear(std::span<const float> levels) noexcept {
  std::array<float, 2> logits{};
  network_.step(levels, logits);
  return {logits[0], logits[1]};
}

float FluxEvidence::Trend::score(float value) noexcept {
  mean += kForget * (value - mean);
  square += kForget * (value * value - square);
  const float spread = std::sqrt(std::max(square - mean * mean, 1e-4F));
  return (value - mean) / spread;
}

BeatLogits FluxEvidence::hear(std::span<const float> levels) noexcept {
  float kick = 0;
  float all = 0;
  auto& older = before_[static_cast<std::size_t>(heard_ % 2)];
  for (std::size_t band = 0; band < kBands; ++band) {
    const float level = std::max(levels[band], kFloorDb);
    const float rise = heard_ < 2 ? 0 : std::max(0.0F, level - older[band]);
    older[band] = level;
    (band < kKickBands ? kick : all) += rise;
  }
  ++heard_;
  const float score = 0.6F * kick_.score(kick) + 0.4F * all_.score(all);
  return {std::clamp(1.2F * score - 4.0F, -5.0F, 1.5F), -3};
}

BeatLogits CombinedEvidence::hear(std::span<const float> levels) noexcept {
  constexpr float kFluxShare = 0.3F;  // best on the validation clips between 0.2 and 0.4
  constexpr float kFluxAtRest = -4;   // its logit where nothing begins
  BeatLogits logits = network_.hear(levels);
  const auto lag = static_cast<std::size_t>(network_.delay()) % past_.size();
  past_[heard_ % past_.size()] = flux_.hear(levels).beat - kFluxAtRest;
  if (heard_ >= lag) logits.beat += kFluxShare * past_[(heard_ - lag) % past_.size()];
  ++heard_;
  return logits;
}

void CombinedEvidence::reset() noexcept {
  network_.reset();
  flux_.reset();
  heard_ = 0;
}

BeatActivations beatActivations(const audio::PcmView& pcm) {
  NetworkEvidence network;
  FeatureExtractor extractor(standardDefinition(), {Feature::kLogMel});
  const auto frames = static_cast<std::size_t>(frameCount(standardDefinition(), pcm.frames));
  BeatActivations activations;
  activations.beat.reserve(frames);
  activations.downbeat.reserve(frames);
  auto lag = static_cast<int>(network.delay());
  const auto keep = [&](const BeatLogits& logits) {
    if (lag-- > 0) return;
    activations.beat.push_back(logistic(logits.beat));
    activations.downbeat.push_back(logistic(logits.downbeat));
  };
  std::vector<float> last(standardDefinition().sizeOf(Feature::kLogMel));
  const auto hear = [&](const FeatureFrame& frame) {
    const auto levels = frame[Feature::kLogMel];
    std::copy(levels.begin(), levels.end(), last.begin());
    keep(network.hear(levels));
  };
  MonoReader reader(pcm, standardDefinition().sampleRate);
  for (auto block = reader.next(); !block.empty(); block = reader.next()) {
    extractor.push(block, hear);
  }
  extractor.finish(hear);
  while (activations.beat.size() < frames) keep(network.hear(last));
  return activations;
}

}  // namespace dju::music
