// From decoded floating-point sound to the 16-bit PCM file, in two passes over a scratch file: the
// scale depends on the peak of the whole track. Used by the decoder's child process only; one
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audio/decode.h"

namespace dju::audio {

// Sound that was 16-bit at 48 kHz all along is kept as it is; everything else is dithered.
enum class Quantise { kDither, kExact };

class PcmWriter {
 public:
  // `scratch` and `out` are open files, both empty.
  PcmWriter(int scratch, int out) : scratch_(scratch), out_(out) {}

  // Interleaved stereo at 48 kHz. Values that are not finite become silence. Throws Error when the
  // disk is full.
  void push(std::span<const double> frames);
  std::int64_t frames() const { return frames_; }
  // Quantises, writes the header and flushes. Throws Error when the disk is full.
  DecodedPcm finish(Quantise mode);

 private:
  void flush();
  int scratch_;
  int out_;
  std::int64_t frames_ = 0;
  double peak_ = 0;
  std::vector<float> pending_;
};

}  // namespace dju::audio
