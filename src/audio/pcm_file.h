// The PCM cache file of a track: what the engine plays, as it lies on disk and in memory.
//
// Layout, little-endian: "DJUP", uint32 version 1, uint64 frames, float32 scale, uint32 0, 32 bytes
// SHA-256 of (samples, then the four bytes of scale), zeros up to byte 4096; then frames * 2 int16,
// interleaved left and right at 48 kHz. The samples begin on a page so that the file can be mapped.
// `scale` turns a sample into [-1, 1] full scale; a track whose decoder overshot has a larger one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "audio/sha256.h"
#include "core/error.h"

namespace dju::audio {

inline constexpr std::int64_t kPcmHeaderBytes = 4096;
inline constexpr float kUnityScale = 1.0F / 32768.0F;

// A view of a track's samples; somebody else keeps them alive. The same as engine::TrackAudio,
// which this floor may not name.
struct PcmView {
  const std::int16_t* samples = nullptr;  // interleaved left, right
  std::int64_t frames = 0;                // at 48 kHz
  float scale = kUnityScale;
};

struct PcmHeader {
  std::int64_t frames = 0;
  float scale = kUnityScale;
  Sha256Digest hash{};
};

// Writes the header at the start of an open file. False when the disk refuses. Any thread.
bool writePcmHeader(int fd, const PcmHeader& header);

// A mapped PCM file, unmapped by the destructor. Opening checks the header and the file's size, not
// the hash (verifyHash does, in a second or so a track). The view may be read by any thread.
class PcmFile {
 public:
  static Result<PcmFile> open(const std::filesystem::path& path);
  PcmFile(PcmFile&& other) noexcept;
  PcmFile& operator=(PcmFile&& other) noexcept;
  ~PcmFile();

  PcmView view() const;
  const PcmHeader& header() const { return header_; }
  std::int64_t bytes() const { return bytes_; }
  void* mapping() const { return mapping_; }
  bool verifyHash() const;

 private:
  PcmFile(void* mapping, std::int64_t bytes, const PcmHeader& header)
      : mapping_(mapping), bytes_(bytes), header_(header) {}
  void* mapping_ = nullptr;
  std::int64_t bytes_ = 0;
  PcmHeader header_;
};

}  // namespace dju::audio
