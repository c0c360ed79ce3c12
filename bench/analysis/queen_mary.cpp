// The Queen Mary library as Mixxx uses it: complex spectral difference at steps of 11.6 ms, tempo
// and beats by dynamic programming (Davies and Plumbley 2007; Ellis 2007), and key by correlation
// of chroma with Krumhansl's profiles (Noland and Sandler 2007).
#include "analysis/systems.h"

#ifdef DJU_WITH_QM_DSP
#include <dsp/keydetection/GetKeyMode.h>
#include <dsp/onsets/DetectionFunction.h>
#include <dsp/tempotracking/TempoTrackV2.h>

#include <algorithm>
#include <array>
#include <cmath>
#endif

namespace dju::bench {

#ifdef DJU_WITH_QM_DSP
namespace {

constexpr std::size_t kStep = 512;    // 11.6 ms at 44.1 kHz
constexpr std::size_t kFrame = 1024;  // the next power of two above 1/50 s
constexpr double kRate = 44100;

// Onset strength per step; frame n is centred on n * kStep.
std::vector<double> onsetStrength(const std::vector<float>& sound) {
  DFConfig config{};
  config.stepSize = kStep;
  config.frameLength = kFrame;
  config.DFType = DF_COMPLEXSD;
  config.dbRise = 3;
  config.adaptiveWhitening = false;
  config.whiteningRelaxCoeff = -1;
  config.whiteningFloor = -1;
  DetectionFunction detection(config);
  std::vector<double> strength;
  std::vector<double> frame(kFrame);
  for (std::size_t centre = 0; centre < sound.size(); centre += kStep) {
    for (std::size_t i = 0; i < kFrame; ++i) {
      const std::size_t at = centre + i;
      const bool inside = at >= kFrame / 2 && at - kFrame / 2 < sound.size();
      frame[i] = inside ? static_cast<double>(sound[at - kFrame / 2]) : 0;
    }
    strength.push_back(detection.processTimeDomain(frame.data()));
  }
  return strength;
}

std::vector<double> trackBeats(const std::vector<float>& sound) {
  std::vector<double> strength = onsetStrength(sound);
  while (!strength.empty() && strength.back() <= 0) strength.pop_back();
  if (strength.size() < 4) return {};
  // The first two steps see the start of the sound as an onset.
  strength.erase(strength.begin(), strength.begin() + 2);
  std::vector<double> periods(strength.size(), 0), tempi, beats;
  TempoTrackV2 tracker(static_cast<float>(kRate), kStep);
  tracker.calculateBeatPeriod(strength, periods, tempi);
  tracker.calculateBeats(strength, periods, beats);
  std::vector<double> times;
  for (const double beat : beats) times.push_back((beat + 0.5) * kStep / kRate);
  return times;
}

// Whether beats [first, last] keep one tempo: at most one is more than 25 ms off the line through
// the ends, not the second one, and the errors' sum stays below 100 ms.
bool steady(const std::vector<double>& beats, std::size_t first, std::size_t last) {
  const double step = (beats[last] - beats[first]) / static_cast<double>(last - first);
  int outliers = 0;
  double sum = 0;
  for (std::size_t i = first + 1; i <= last; ++i) {
    const double error = beats[first] + step * static_cast<double>(i - first) - beats[i];
    sum += error;
    if (std::fabs(error) > 0.025 && (++outliers > 1 || i == first + 1)) return false;
    if (std::fabs(sum) > 0.1) return false;
  }
  return true;
}

struct Region {
  std::size_t first = 0, last = 0;
};

Region longestSteadyRegion(const std::vector<double>& beats) {
  Region best;
  for (std::size_t first = 0; first + 1 < beats.size();) {
    std::size_t last = beats.size() - 1;
    while (last > first + 1 && !steady(beats, first, last)) --last;
    if (last - first > best.last - best.first) best = {first, last};
    first = last;
  }
  return best;
}

// The roundest tempo that the region allows: whole, half, twelfth, else its own.
double roundTempo(double low, double centre, double high) {
  for (const double parts : {1.0, 2.0, 12.0}) {
    const double rounded = std::round(centre * parts) / parts;
    if (rounded > low && rounded < high) return rounded;
  }
  return centre;
}

// One grid from the longest region of steady beats, in the manner of Mixxx with "assume constant
// tempo": without its joining of regions that agree.
void fitGrid(const std::vector<double>& beats, double seconds, Answer& answer) {
  if (beats.size() < 4) return;
  const Region region = longestSteadyRegion(beats);
  const auto count = static_cast<double>(region.last - region.first);
  if (count < 1) return;
  const double step = (beats[region.last] - beats[region.first]) / count;
  const double slack = 0.025 / count;
  answer.bpm = roundTempo(60 / (step + slack), 60 / step, 60 / (step - slack));
  const double period = 60 / answer.bpm;
  for (double time = std::fmod(beats[region.first], period); time <= seconds; time += period) {
    answer.beats.push_back(time);
  }
}

Answer beatsOnly(const Hearing& hearing) {
  Answer answer;
  const CpuClock clock;
  answer.beats = trackBeats(hearing.mono44);
  answer.cpuSeconds = clock.seconds();
  answer.bpm = tempoOfBeats(answer.beats);
  return answer;
}

Answer constantGrid(const Hearing& hearing) {
  Answer answer;
  const CpuClock clock;
  fitGrid(trackBeats(hearing.mono44), hearing.seconds(), answer);
  answer.cpuSeconds = clock.seconds();
  return answer;
}

// The key that holds longest; 1 to 12 are C to B major, 13 to 24 minor.
Answer longestKey(const Hearing& hearing) {
  Answer answer;
  const CpuClock clock;
  GetKeyMode detector(static_cast<int>(kRate), 440, 10, 10);
  const std::size_t block = detector.getBlockSize(), hop = detector.getHopSize();
  std::vector<double> frame(block);
  std::array<int, 25> counts{};
  for (std::size_t from = 0; from + block <= hearing.mono44.size(); from += hop) {
    std::copy_n(hearing.mono44.begin() + static_cast<std::ptrdiff_t>(from), block, frame.begin());
    const int key = detector.process(frame.data());
    if (key >= 1 && key <= 24) ++counts[static_cast<std::size_t>(key)];
  }
  const auto most = std::max_element(counts.begin() + 1, counts.end());
  answer.cpuSeconds = clock.seconds();
  if (*most == 0) return answer;
  const auto index = static_cast<int>(most - counts.begin()) - 1;
  answer.key = Key{index % 12, index < 12 ? KeyMode::kMajor : KeyMode::kMinor};
  return answer;
}

}  // namespace
#endif

namespace {

System queenMary(std::string name, std::string what, const Abilities& does) {
  System system;
  system.name = std::move(name);
  system.does = does;
  system.version = "libqm-dsp, " + std::move(what);
#ifndef DJU_WITH_QM_DSP
  system.missing = "apt install libqm-dsp-dev";
#endif
  return system;
}

}  // namespace

System queenMaryBeats() {
  System system =
      queenMary("Queen Mary", "TempoTrackV2, beats as tracked", {.beats = true, .tempo = true});
#ifdef DJU_WITH_QM_DSP
  system.analyse = beatsOnly;
#endif
  return system;
}

System queenMaryGrid() {
  System system = queenMary("Queen Mary grid", "TempoTrackV2, constant grid in Mixxx's manner",
                            {.beats = true, .tempo = true});
#ifdef DJU_WITH_QM_DSP
  system.analyse = constantGrid;
#endif
  return system;
}

System queenMaryKey() {
  System system =
      queenMary("Queen Mary key", "GetKeyMode, the key that holds longest", {.key = true});
#ifdef DJU_WITH_QM_DSP
  system.analyse = longestKey;
#endif
  return system;
}

}  // namespace dju::bench
