// A sound file that appears whole or not at all: written beside its place under a name of its own,
// put there by finish(). One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "audio/encode.h"

namespace dju::mixes {

class SoundFile {
 public:
  // By the file's ending: .flac (24 bits), else Ogg Opus. Throws Error when it cannot be made.
  SoundFile(const std::filesystem::path& file, const std::string& title,
            const audio::OpusOptions& opus);
  ~SoundFile();
  SoundFile(const SoundFile&) = delete;
  SoundFile& operator=(const SoundFile&) = delete;

  // 48 kHz, stereo, interleaved. Throws Error when the disk refuses.
  void push(std::span<const float> frames) { encoder_->push(frames); }
  void finish();

  // What killed processes have left in `folder`: nobody has written to it for an hour.
  static void removeLeftOvers(const std::filesystem::path& folder);

 private:
  std::filesystem::path file_, partial_;
  std::unique_ptr<audio::Encoder> encoder_;
};

}  // namespace dju::mixes
