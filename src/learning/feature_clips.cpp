#include "learning/feature_clips.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "music/features.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

template <typename T>
void writeVector(std::ostream& out, const T& values) {
  const std::uint64_t size = values.size();
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(size * sizeof(*values.data())));
}

template <typename T>
bool readVector(std::istream& in, T& values) {
  std::uint64_t size = 0;
  if (!in.read(reinterpret_cast<char*>(&size), sizeof size) || size > (1U << 30)) return false;
  values.resize(size);
  return static_cast<bool>(in.read(reinterpret_cast<char*>(values.data()),
                                   static_cast<std::streamsize>(size * sizeof(*values.data()))));
}

std::vector<float> framesOf(const std::vector<double>& seconds, double framesPerSecond) {
  std::vector<float> frames;
  for (const double time : seconds) frames.push_back(static_cast<float>(time * framesPerSecond));
  return frames;
}

}  // namespace

FeatureClip clipOf(const Piece& piece) {
  const music::FeatureDefinition& definition = music::standardDefinition();
  FeatureClip clip{piece.name, piece.group, {}, {}, {}};
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

void appendClip(const fs::path& file, const FeatureClip& clip) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  writeVector(out, clip.name);
  writeVector(out, clip.group);
  writeVector(out, clip.levels);
  writeVector(out, clip.beats);
  writeVector(out, clip.downbeats);
  if (!out) throw Error(ErrorCode::kUnavailable, file.string() + ": cannot be written");
}

std::vector<FeatureClip> readClips(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorCode::kUnavailable, file.string() + ": cannot be read");
  std::vector<FeatureClip> clips;
  while (in.peek() != std::ifstream::traits_type::eof()) {
    FeatureClip clip;
    if (!readVector(in, clip.name) || !readVector(in, clip.group) || !readVector(in, clip.levels) ||
        !readVector(in, clip.beats) || !readVector(in, clip.downbeats)) {
      break;
    }
    clips.push_back(std::move(clip));
  }
  return clips;
}

}  // namespace dju::learning
