// From frames to the eleven model output variables of PEAQ's basic version, and from those to the
// grade (ITU-R BS.1387-1, annex 2, sections 5 and 6). Callers: peaq.cpp, tests. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "quality/peaq/frame_measures.h"

namespace dju::quality::peaq {

inline constexpr std::size_t kModelOutputs = 11;

// As the recommendation numbers and names them, without the B of the basic version.
struct ModelOutputs {
  double bandwidthRef = 0;   // bins of 23.4 Hz
  double bandwidthTest = 0;  // bins of 23.4 Hz
  double totalNmr = 0;       // dB
  double winModDiff1 = 0;
  double adb = 0;  // average distorted block: log10 of steps above the threshold
  double ehs = 0;  // error harmonic structure
  double avgModDiff1 = 0;
  double avgModDiff2 = 0;
  double rmsNoiseLoud = 0;   // sone
  double mfpd = 0;           // maximum filtered probability of detection, 0 … 1
  double relDistFrames = 0;  // share of frames with noise above the mask, 0 … 1

  std::array<double, kModelOutputs> values() const;
};
// "BandwidthRef" … "RelDistFrames", in the order of values().
const std::array<const char*, kModelOutputs>& modelOutputNames();

// Of a frame and channel.
struct FrameMeasures {
  ModulationDifference modulation;
  double noiseLoudness = 0;
  std::array<double, 2> loudness{};  // sone, reference and test
  Bandwidth bandwidth;
  NoiseToMask noise;
  double errorHarmonics = -1;  // -1: too quiet to tell
};

// Of a frame, both ears together.
struct FrameDetection {
  double probability = 0, steps = 0;
};
FrameDetection detectedByEitherEar(const std::vector<Detection>& channels);

// `channels`: each a vector of frames of the same length, at least one, as long as `detections`.
// `framesBefore`: how many frames were heard before the first of these; they count towards the half
// second in which the model settles.
ModelOutputs averaged(const std::vector<std::vector<FrameMeasures>>& channels,
                      const std::vector<FrameDetection>& detections, int framesBefore);

// The neural network of the basic version: distortion index and, from it, objective difference
// grade. The model outputs are not clipped to the ranges seen in its training.
double distortionIndex(const ModelOutputs& outputs);
double gradeOf(double distortionIndex);

}  // namespace dju::quality::peaq
