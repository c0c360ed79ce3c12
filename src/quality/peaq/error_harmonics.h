// Harmonic structure in the error of a frame: PEAQ's EHS (ITU-R BS.1387-1, annex 2, section 4.8).
// An error that follows the tones of the music, as of a codec, is heard more than noise. Callers:
// peaq.cpp. Owns an FFT: one instance, one thread.
#pragma once

#include "music/fft.h"
#include "quality/peaq/frame_measures.h"

namespace dju::quality::peaq {

class ErrorHarmonics {
 public:
  ErrorHarmonics();
  // The greatest peak in the spectrum of the autocorrelation of the error's logarithm.
  double strength(const SpectrumPair& spectra);

 private:
  music::RealFft fft_;
  std::vector<float> window_;
};

}  // namespace dju::quality::peaq
