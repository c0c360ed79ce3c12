// Making room for stretch.h: the part that allocates.
#include "engine/dsp/math.h"
#include "engine/dsp/stretch.h"

namespace dju::engine {
namespace {

std::vector<float> hannWindow() {
  std::vector<float> window(Fourier::kSize);
  for (int i = 0; i < Fourier::kSize; ++i) {
    window[i] = static_cast<float>(0.5 - 0.5 * cosine(2 * kPi * i / Fourier::kSize));
  }
  return window;
}

}  // namespace

Fourier::Fourier() : cosine_(kSize), sine_(kSize), otherRe_(kSize), otherIm_(kSize) {
  for (int n = 0; n < kSize; ++n) {
    cosine_[n] = static_cast<float>(cosine(2 * kPi * n / kSize));
    sine_[n] = static_cast<float>(sine(2 * kPi * n / kSize));
  }
}

PhaseVocoder::PhaseVocoder(const VarispeedBank& bank, TransientFinder& transients)
    : reader_(bank),
      transients_(transients),
      hann_(hannWindow()),
      power_(kBins),
      left_(kSize),
      right_(kSize) {
  for (Frame* frame : {&now_, &before_, &last_}) {
    frame->re.resize(kSize);
    frame->im.resize(kSize);
  }
}

SpliceSearch::SpliceSearch(TrackOutline& outline)
    : outline_(outline),
      sound_(2 * (kLongestReach + 2 * kLongestLag + 2 * kLongestFade + 4 * kMargin) /
             TrackOutline::kCoarseFrames),
      fine_(4 * kLongestFade + 4 * kLongestLag) {}

StretchReader::StretchReader(const VarispeedBank& bank)
    : reader_(bank), transients_(outline_), search_(outline_), vocoder_(bank, transients_) {}

}  // namespace dju::engine
