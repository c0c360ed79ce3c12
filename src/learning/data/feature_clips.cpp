#include "learning/data/feature_clips.h"

#include <fstream>

#include "core/error.h"

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

}  // namespace

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
