#include "judge/spectral_change.h"

#include <algorithm>
#include <cmath>

namespace dju::judge {
namespace {

// Levels below this count as this: changes between two kinds of silence are not heard.
constexpr float kFloorDb = -60;

}  // namespace

SpectralChange::SpectralChange()
    : extractor_(music::standardDefinition(), {music::Feature::kLogMel}),
      bands_(music::standardDefinition().sizeOf(music::Feature::kLogMel)),
      past_(2 * kFrames * bands_),
      recent_(bands_),
      earlier_(bands_) {}

void SpectralChange::push(std::span<const float> interleaved) {
  mono_.resize(interleaved.size() / kChannels);
  for (std::size_t i = 0; i < mono_.size(); ++i)
    mono_[i] = (interleaved[2 * i] + interleaved[2 * i + 1]) / 2;
  extractor_.push(
      mono_, [this](const music::FeatureFrame& frame) { hear(frame[music::Feature::kLogMel]); });
}

void SpectralChange::hear(std::span<const float> logMel) {
  float* newest = past_.data() + heard_ % (2 * kFrames) * bands_;
  const float* middle = past_.data() + (heard_ + kFrames) % (2 * kFrames) * bands_;
  double mean = 0, square = 0;
  for (std::size_t b = 0; b < bands_; ++b) {
    const float level = std::max(logMel[b], kFloorDb);
    // `newest` still holds what is two seconds old.
    if (heard_ >= 2 * kFrames) earlier_[b] -= newest[b];
    if (heard_ >= kFrames) {
      earlier_[b] += middle[b];
      recent_[b] -= middle[b];
    }
    recent_[b] += level;
    newest[b] = level;
    const double change = (recent_[b] - earlier_[b]) / kFrames;
    mean += change;
    square += change * change;
  }
  ++heard_;
  if (heard_ < 2 * kFrames) return;
  const auto n = static_cast<double>(bands_);
  latest_ = static_cast<float>(std::sqrt(std::max(0.0, square / n - mean / n * (mean / n))));
}

}  // namespace dju::judge
