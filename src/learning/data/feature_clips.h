// What the beat tracker's training reads: log-mel frames of many pieces with the places of their
// beats, packed into one file so that a run starts in seconds. Levels are kept in half decibels; a
// tracker hears no finer. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dju::learning {

inline constexpr std::size_t kClipBands = 84;

struct FeatureClip {
  std::string name, group;
  std::vector<std::uint8_t> levels;  // frames x kClipBands, see levelOf
  std::vector<float> beats;          // in frames of 10 ms, rising
  std::vector<float> downbeats;

  std::size_t frames() const { return levels.size() / kClipBands; }
};

// dB of a stored level: -80 to 47.5.
constexpr float levelOf(std::uint8_t stored) {
  return static_cast<float>(stored) * 0.5F - 80.0F;
}

// Adds to the file, which is made if it does not exist. Throws Error when the disk refuses.
void appendClip(const std::filesystem::path& file, const FeatureClip& clip);
// A clip cut off at the end, by a run that was ended, is left out. Throws Error when the file is
// missing.
std::vector<FeatureClip> readClips(const std::filesystem::path& file);

}  // namespace dju::learning
