// Sound into files people keep: FLAC (libsndfile) and Ogg Opus (libopus).
//
// Callers: the renderer of recordings, track previews. One instance, one thread, never the engine's
// (it writes files). Push interleaved stereo float frames at 48 kHz as they come, then finish().
// The file's bytes may differ between library versions; the samples of a FLAC do not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/error.h"

namespace dju::audio {

struct EncodeTags {
  std::string title;
  std::string artist;
  std::string comment;  // the tracklist, a line a track
};

class Encoder {
 public:
  virtual ~Encoder() = default;
  // `frames.size()` is a multiple of two. Throws Error when the disk refuses.
  virtual void push(std::span<const float> frames) = 0;
  // Writes what is pending and closes the file. Throws Error when the disk refuses. Without it the
  // destructor closes a file that is not complete.
  virtual void finish() = 0;
};

struct FlacOptions {
  int sampleRate = 48000;  // or 44100, converted by libsoxr
  int bits = 24;           // or 16, with TPDF dither from a fixed seed
};

struct OpusOptions {
  int bitrate = 128000;  // bit/s
  int complexity = 10;   // 0 to 10: what the encoder tries
};
// Of recordings and mixes. Of ten, five cost two thirds and lose 0.02 ODG (docs/benchmarks.md).
inline constexpr OpusOptions kArchiveOpus{160000, 5};

// Both throw Error when the file cannot be made or an option is out of range. Any thread.
std::unique_ptr<Encoder> openFlac(const std::filesystem::path& file, const EncodeTags& tags,
                                  const FlacOptions& options = {});
std::unique_ptr<Encoder> openOpus(const std::filesystem::path& file, const EncodeTags& tags,
                                  const OpusOptions& options = {});

}  // namespace dju::audio
