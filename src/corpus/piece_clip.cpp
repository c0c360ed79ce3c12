#include "corpus/piece_clip.h"

#include <algorithm>
#include <cmath>

#include "music/features.h"

namespace dju::corpus {
namespace {

std::vector<float> framesOf(const std::vector<double>& seconds, double framesPerSecond) {
  std::vector<float> frames;
  for (const double time : seconds) frames.push_back(static_cast<float>(time * framesPerSecond));
  return frames;
}

}  // namespace

learning::FeatureClip clipOf(const Piece& piece) {
  const music::FeatureDefinition& definition = music::standardDefinition();
  learning::FeatureClip clip{piece.name, piece.group, {}, {}, {}};
  clip.beats = framesOf(piece.beats, definition.framesPerSecond());
  clip.downbeats = framesOf(piece.downbeats, definition.framesPerSecond());
  std::vector<float> mono(piece.frames());
  for (std::size_t i = 0; i < mono.size(); ++i) {
    mono[i] = (piece.samples[2 * i] + piece.samples[2 * i + 1]) / 2;
  }
  music::FeatureExtractor extractor(definition, {music::Feature::kLogMel});
  const auto store = [&](const music::FeatureFrame& frame) {
    for (const float level : frame[music::Feature::kLogMel]) {
      const float steps = std::round((level + 80.0F) * 2);
      clip.levels.push_back(static_cast<std::uint8_t>(std::clamp(steps, 0.0F, 255.0F)));
    }
  };
  extractor.push(mono, store);
  extractor.finish(store);
  return clip;
}

}  // namespace dju::corpus
