// From decoded floating-point sound to the 16-bit PCM file, in two passes, since the scale depends
// on the peak of the whole track. What waits for the second pass stays in memory for about seven
// minutes of sound, which spares the disk most tracks; the rest goes to a scratch file. Used by
// the decoder's child process only; one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audio/decode.h"
#include "audio/sha256.h"
#include "core/random.h"

namespace dju::audio {

// Sound that was 16-bit at 48 kHz all along is kept as it is; everything else is dithered.
enum class Quantise { kDither, kExact };

class PcmWriter {
 public:
  // `scratch` and `out` are open files, both empty.
  PcmWriter(int scratch, int out);

  // Interleaved stereo at 48 kHz. Values that are not finite become silence. Throws Error when the
  // disk is full.
  void push(std::span<const double> frames);
  std::int64_t frames() const { return frames_; }
  // Quantises, writes the header and flushes. Throws Error when the disk is full.
  DecodedPcm finish(Quantise mode);

 private:
  void flush();
  void quantise(std::span<const float> in);
  void quantiseScratch(std::int64_t samples);
  int scratch_;
  int out_;
  std::int64_t frames_ = 0;
  double peak_ = 0;
  std::vector<float> pending_;
  std::vector<std::vector<float>>
      kept_;  // full but for the last, in order, before the scratch file

  // Of the second pass.
  Quantise mode_ = Quantise::kExact;
  double perUnit_ = 0;
  Random random_;
  Sha256 hash_;
  std::vector<std::int16_t> out16_;
};

}  // namespace dju::audio
