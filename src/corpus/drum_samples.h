// Drum sounds out of Debian packages (hydrogen-drumkits, sonic-pi-samples), sorted by what their
// file names call them. Read once, then only looked at. Any thread.
#pragma once

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

namespace dju::corpus {

enum class DrumRole { kKick, kSnare, kClap, kHat, kOpenHat, kRide, kCrash, kTom, kPercussion };
inline constexpr std::size_t kDrumRoles = 9;

// What a file called so is, by the words that drum kits use; kDrumRoles-like "none" is false.
bool drumRoleOf(std::string_view fileName, DrumRole& role);

class DrumSamples {
 public:
  // Every FLAC, WAV or AIFF file below `folder` whose name tells its role, cut to two seconds.
  // Throws Error when no kick or no snare is there.
  explicit DrumSamples(const std::filesystem::path& folder);

  // Interleaved stereo at 48 kHz, its first sample above 1/30 of the peak, peak 1.
  const std::vector<std::vector<float>>& of(DrumRole role) const {
    return sounds_[static_cast<std::size_t>(role)];
  }

 private:
  std::array<std::vector<std::vector<float>>, kDrumRoles> sounds_;
};

}  // namespace dju::corpus
