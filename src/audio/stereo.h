// Decoded frames of any sample format, channel count and rate to stereo at 48 kHz, in double
// precision. Inside the child process only; one thread.
#pragma once

extern "C" {
#include <libavutil/frame.h>
}

#include <memory>
#include <vector>

#include "audio/pcm_writer.h"

struct soxr;

namespace dju::audio {

class StereoConverter {
 public:
  StereoConverter(int sampleRate, PcmWriter& out);
  ~StereoConverter();
  StereoConverter(const StereoConverter&) = delete;
  StereoConverter& operator=(const StereoConverter&) = delete;

  // Throws Error for a sample format or rate that changes on the way.
  void push(const AVFrame& frame);
  // What the resampler still holds.
  void finish();
  // Whether everything so far could be kept to the bit in 16 bits.
  bool exact() const { return exact_; }

 private:
  void emit(const std::vector<double>& stereo);
  int sampleRate_;
  PcmWriter& out_;
  soxr* resampler_ = nullptr;
  bool exact_ = true;
  std::vector<double> stereo_, resampled_;
};

}  // namespace dju::audio
