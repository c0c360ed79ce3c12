#include "quality/peaq/model_outputs.h"

#include <algorithm>
#include <cmath>

namespace dju::quality::peaq {
namespace {

using Channel = std::vector<FrameMeasures>;

constexpr int kSettlingFrames = 24;      // half a second
constexpr int kAfterLoudnessFrames = 3;  // 50 ms
constexpr double kAudibleSone = 0.1;

// The mean of what `value` gives for the frames where it is not negative.
template <typename Value>
double meanOfValid(const Channel& frames, Value value) {
  double sum = 0;
  int count = 0;
  for (const FrameMeasures& frame : frames) {
    const double x = value(frame);
    if (x < 0) continue;
    sum += x;
    ++count;
  }
  return count == 0 ? 0 : sum / count;
}

double totalNmr(const Channel& frames) {
  double sum = 0;
  for (const FrameMeasures& frame : frames) sum += frame.noise.mean;
  return 10 * std::log10(std::max(sum / static_cast<double>(frames.size()), 1e-10));
}

// Windows of four frames, the fourth power of the mean root in each.
double windowedModulation(const Channel& frames, std::size_t first) {
  constexpr std::size_t kWindow = 4;
  if (frames.size() < first + kWindow) return 0;
  double sum = 0;
  int count = 0;
  for (std::size_t end = first + kWindow; end <= frames.size(); ++end, ++count) {
    double root = 0;
    for (std::size_t i = end - kWindow; i < end; ++i)
      root += std::sqrt(frames[i].modulation.plain) / kWindow;
    sum += std::pow(root, 4);
  }
  return std::sqrt(sum / count);
}

double weightedModulation(const Channel& frames, std::size_t first,
                          double ModulationDifference::*which) {
  double sum = 0, weights = 0;
  for (std::size_t i = first; i < frames.size(); ++i) {
    sum += frames[i].modulation.weight * frames[i].modulation.*which;
    weights += frames[i].modulation.weight;
  }
  return weights > 0 ? sum / weights : 0;
}

double rootMeanSquareNoise(const Channel& frames, std::size_t first) {
  if (first >= frames.size()) return 0;
  double sum = 0;
  for (std::size_t i = first; i < frames.size(); ++i)
    sum += frames[i].noiseLoudness * frames[i].noiseLoudness;
  return std::sqrt(sum / static_cast<double>(frames.size() - first));
}

double disturbedFrames(const Channel& frames) {
  const double limit = std::pow(10, 0.15);  // 1.5 dB
  const auto count = std::count_if(frames.begin(), frames.end(), [&](const FrameMeasures& frame) {
    return frame.noise.greatest > limit;
  });
  return static_cast<double>(count) / static_cast<double>(frames.size());
}

// The first frame in which both signals are audible in some channel.
std::size_t firstAudible(const std::vector<Channel>& channels) {
  const std::size_t count = channels.front().size();
  for (std::size_t i = 0; i < count; ++i) {
    for (const Channel& channel : channels) {
      const auto& [reference, test] = channel[i].loudness;
      if (reference > kAudibleSone && test > kAudibleSone) return i;
    }
  }
  return count;
}

double averageDistortedBlock(const std::vector<FrameDetection>& detections) {
  double steps = 0;
  int distorted = 0;
  for (const FrameDetection& frame : detections) {
    if (frame.probability <= 0.5) continue;
    steps += frame.steps;
    ++distorted;
  }
  if (distorted == 0) return 0;
  return steps > 0 ? std::log10(steps / distorted) : -0.5;
}

double greatestFilteredProbability(const std::vector<FrameDetection>& detections) {
  double filtered = 0, greatest = 0;
  for (const FrameDetection& frame : detections) {
    filtered = 0.9 * filtered + 0.1 * frame.probability;
    greatest = std::max(greatest, filtered);
  }
  return greatest;
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

}  // namespace

std::array<double, kModelOutputs> ModelOutputs::values() const {
  return {bandwidthRef, bandwidthTest, totalNmr,     winModDiff1, adb,          ehs,
          avgModDiff1,  avgModDiff2,   rmsNoiseLoud, mfpd,        relDistFrames};
}

const std::array<const char*, kModelOutputs>& modelOutputNames() {
  static constexpr std::array<const char*, kModelOutputs> kNames = {
      "BandwidthRef", "BandwidthTest", "TotalNMR",     "WinModDiff1", "ADB",          "EHS",
      "AvgModDiff1",  "AvgModDiff2",   "RmsNoiseLoud", "MFPD",        "RelDistFrames"};
  return kNames;
}

FrameDetection detectedByEitherEar(const std::vector<Detection>& channels) {
  double unheard = 1, steps = 0;
  for (int i = 0; i < kBands; ++i) {
    double probability = 0, step = 0;
    for (const Detection& channel : channels) {
      probability = std::max(probability, channel.probability[i]);
      step = std::max(step, channel.steps[i]);
    }
    unheard *= 1 - probability;
    steps += step;
  }
  return {1 - unheard, steps};
}

ModelOutputs averaged(const std::vector<Channel>& channels,
                      const std::vector<FrameDetection>& detections, int framesBefore) {
  const auto settled = static_cast<std::size_t>(std::max(kSettlingFrames - framesBefore, 0));
  const std::size_t audible = std::max(firstAudible(channels) + kAfterLoudnessFrames, settled);
  const double share = 1 / static_cast<double>(channels.size());
  ModelOutputs out;
  for (const Channel& frames : channels) {
    out.bandwidthRef +=
        share * meanOfValid(frames, [](const FrameMeasures& f) { return f.bandwidth.reference; });
    out.bandwidthTest +=
        share * meanOfValid(frames, [](const FrameMeasures& f) { return f.bandwidth.test; });
    out.totalNmr += share * totalNmr(frames);
    out.winModDiff1 += share * windowedModulation(frames, settled);
    out.ehs +=
        share * 1000 * meanOfValid(frames, [](const FrameMeasures& f) { return f.errorHarmonics; });
    out.avgModDiff1 += share * weightedModulation(frames, settled, &ModulationDifference::plain);
    out.avgModDiff2 += share * weightedModulation(frames, settled, &ModulationDifference::lenient);
    out.rmsNoiseLoud += share * rootMeanSquareNoise(frames, audible);
    out.relDistFrames += share * disturbedFrames(frames);
  }
  out.adb = averageDistortedBlock(detections);
  out.mfpd = greatestFilteredProbability(detections);
  return out;
}

double distortionIndex(const ModelOutputs& outputs) {
  // ITU-R BS.1387-1, tables 17 to 20: ranges of the inputs, weights and biases of three hidden
  // nodes, weights and bias of the output.
  constexpr std::size_t kNodes = 3;
  static constexpr std::array<double, kModelOutputs> kLeast = {
      393.916656, 361.965332, -24.045116, 1.110661, -0.206623, 0.074318,
      1.113683,   0.950345,   0.029985,   0.000101, 0};
  static constexpr std::array<double, kModelOutputs> kMost = {
      921,       881.131226,  16.212030, 107.137772, 2.886017, 13.933351,
      63.257874, 1145.018555, 14.819740, 1,          1};
  static constexpr double kWeights[kModelOutputs][kNodes] = {
      {-0.502657, 0.436333, 1.219602},  {4.307481, 3.246017, 1.123743},
      {4.984241, -2.211189, -0.192096}, {0.051056, -1.762424, 4.331315},
      {2.321580, 1.789971, -0.754560},  {-5.303901, -3.452257, -10.814982},
      {2.730991, -6.111805, 1.519223},  {0.624950, -1.331523, -5.955151},
      {3.102889, 0.871260, -5.922878},  {-1.051468, -0.939882, -0.142913},
      {-1.804679, -0.503610, -0.620456}};
  static constexpr std::array<double, kNodes> kBiases = {-2.518254, 0.654841, -2.207228};
  static constexpr std::array<double, kNodes> kOut = {-3.817048, 4.107138, 4.629582};
  double index = -0.307594;
  const auto values = outputs.values();
  for (std::size_t node = 0; node < kNodes; ++node) {
    double sum = kBiases[node];
    for (std::size_t i = 0; i < kModelOutputs; ++i)
      sum += kWeights[i][node] * (values[i] - kLeast[i]) / (kMost[i] - kLeast[i]);
    index += kOut[node] * sigmoid(sum);
  }
  return index;
}

double gradeOf(double distortionIndex) {
  constexpr double kWorst = -3.98, kBest = 0.22;
  return kWorst + (kBest - kWorst) * sigmoid(distortionIndex);
}

}  // namespace dju::quality::peaq
