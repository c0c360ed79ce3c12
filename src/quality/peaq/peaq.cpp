#include "quality/peaq/peaq.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "quality/peaq/error_harmonics.h"

namespace dju::quality {
namespace {

using namespace peaq;  // NOLINT(google-build-using-namespace): the parts of this measure

// What is counted of a sound: from where five samples in a row first sum up to more than 200 of
// 16 bits to where they last do, as BS.1387 cuts silence off.
struct Extent {
  std::size_t first = 0, last = 0;
};

std::optional<Extent> extentOf(const Sound& sound) {
  constexpr std::size_t kRun = 5;
  constexpr double kLeast = 200.0 / 32768;
  std::optional<Extent> extent;
  for (const auto& channel : sound.channels) {
    for (std::size_t i = kRun - 1; i < channel.size(); ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < kRun; ++k) sum += std::abs(channel[i - k]);
      if (sum <= kLeast) continue;
      if (!extent) extent = Extent{i, i};
      extent->first = std::min(extent->first, i - (kRun - 1));
      extent->last = std::max(extent->last, i);
    }
  }
  return extent;
}

// Whether the later half of a frame is loud enough to look for harmonics in its error.
bool loudEnough(std::span<const float> frame) {
  constexpr double kLeast = 8000.0 / (32768.0 * 32768.0);
  return meanPower(frame.subspan(kHop)) * kHop >= kLeast;
}

struct ChannelFrame {
  FrameMeasures measures;
  Detection detection;
};

// One channel of both signals, frame after frame.
class ChannelModel {
 public:
  ChannelFrame next(std::span<const float> reference, std::span<const float> test) {
    const SpectrumPair spectra = {ear_.spectrum(reference), ear_.spectrum(test)};
    BandPair unsmeared;
    for (int s = 0; s < 2; ++s) {
      Bands energy = ear_.group(spectra[s].weighted);
      for (int i = 0; i < kBands; ++i) energy[i] += noise_[i];
      unsmeared[s] = spreadOverBands(energy);
    }
    const Patterns patterns = memory_.next(unsmeared);
    ChannelFrame out;
    out.measures.modulation = modulationDifference(patterns);
    out.measures.noiseLoudness = noiseLoudness(patterns);
    out.measures.loudness = {loudnessOf(patterns.excitation[0]),
                             loudnessOf(patterns.excitation[1])};
    out.measures.bandwidth = bandwidth(spectra);
    out.measures.noise = noiseToMask(ear_.group(noisePower(spectra)), patterns.excitation[0]);
    if (loudEnough(reference) || loudEnough(test))
      out.measures.errorHarmonics = harmonics_.strength(spectra);
    out.detection = detection(patterns.excitation);
    return out;
  }

 private:
  static Bands makeNoise() {
    Bands noise;
    for (int i = 0; i < kBands; ++i) noise[i] = internalNoise(bandEdges()[i].centre);
    return noise;
  }
  Ear ear_;
  Bands noise_ = makeNoise();
  PatternMemory memory_;
  ErrorHarmonics harmonics_;
};

std::optional<Error> refusal(const Sound& reference, const Sound& test) {
  const auto invalid = [](const std::string& text) { return Error(ErrorCode::kInvalid, text); };
  for (const Sound* sound : {&reference, &test}) {
    if (sound->sampleRate != kSampleRate)
      return invalid(fmt::format("PEAQ: {} Hz; it is defined at 48000 Hz only, resample first",
                                 sound->sampleRate));
  }
  const std::size_t channels = reference.channels.size();
  if (channels < 1 || channels > 2 || test.channels.size() != channels)
    return invalid(fmt::format("PEAQ: {} channels against {}; both need one or both need two",
                               channels, test.channels.size()));
  if (reference.frames() != test.frames())
    return invalid(fmt::format("PEAQ: {} frames against {}; align and cut both to the same length",
                               reference.frames(), test.frames()));
  if (reference.frames() < kSampleRate)
    return invalid(fmt::format("PEAQ: {:.2f} s of sound; it needs at least 1 s",
                               static_cast<double>(reference.frames()) / kSampleRate));
  return std::nullopt;
}

}  // namespace

Result<PeaqGrade> peaqGrade(const Sound& reference, const Sound& test) {
  if (const auto error = refusal(reference, test)) return *error;
  const auto extent = extentOf(reference);
  if (!extent) return Error(ErrorCode::kInvalid, "PEAQ: the reference is silent");
  if (!extentOf(test)) return Error(ErrorCode::kInvalid, "PEAQ: the test is silent");
  const std::size_t firstFrame = extent->first / kHop;
  // One past the last. A frame counts while half of it lies before the end of the sound.
  const std::size_t endFrame = std::max((extent->last + 1) / kHop, firstFrame + 1);

  std::vector<ChannelModel> models(reference.channels.size());
  std::vector<std::vector<FrameMeasures>> measures(models.size());
  std::vector<FrameDetection> detections;
  std::vector<float> frame[2] = {std::vector<float>(kFrame), std::vector<float>(kFrame)};
  for (std::size_t n = 0; n < endFrame; ++n) {
    std::vector<Detection> ears;
    for (std::size_t c = 0; c < models.size(); ++c) {
      const std::vector<float>* sides[2] = {&reference.channels[c], &test.channels[c]};
      for (int s = 0; s < 2; ++s) {
        const std::size_t end = std::min((n + 2) * kHop, sides[s]->size());
        std::fill(frame[s].begin(), frame[s].end(), 0.0F);
        std::copy(sides[s]->begin() + static_cast<long>(n * kHop),
                  sides[s]->begin() + static_cast<long>(end), frame[s].begin());
      }
      const ChannelFrame made = models[c].next(frame[0], frame[1]);
      ears.push_back(made.detection);
      if (n >= firstFrame) measures[c].push_back(made.measures);
    }
    if (n >= firstFrame) detections.push_back(detectedByEitherEar(ears));
  }
  PeaqGrade grade;
  grade.outputs = averaged(measures, detections, static_cast<int>(firstFrame));
  grade.distortionIndex = distortionIndex(grade.outputs);
  grade.odg = gradeOf(grade.distortionIndex);
  grade.frames = static_cast<int>(detections.size());
  return grade;
}

}  // namespace dju::quality
