#include "music/beat_analysis.h"

#include <fftw3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <vector>

#include "music/onset.h"

namespace dju::music {
namespace {

constexpr double kMinBpm = 60;
constexpr double kMaxBpm = 200;
constexpr double kPriorBpm = 125;
constexpr double kPriorOctaves = 0.55;  // width of the prior
constexpr double kMinSeconds = 4;
// What the window and the attack of a kick add, measured on pieces with exact beats.
constexpr double kLatencyHops = 1.0;

// Magnitudes of a signal's spectrum, zero-padded so far that a tempo can be read between bins.
class LongSpectrum {
 public:
  explicit LongSpectrum(const std::vector<float>& signal) {
    while (size_ < 8 * signal.size()) size_ *= 2;
    std::vector<float> in(size_);
    double mean = 0;
    for (const float value : signal) mean += value;
    mean /= static_cast<double>(signal.size());
    for (std::size_t i = 0; i < signal.size(); ++i) in[i] = signal[i] - static_cast<float>(mean);
    bins_.resize(size_ / 2 + 1);
    auto* out = reinterpret_cast<fftwf_complex*>(bins_.data());
    fftwf_plan plan = nullptr;
    {
      const std::lock_guard lock(fftwPlanner());
      plan = fftwf_plan_dft_r2c_1d(static_cast<int>(size_), in.data(), out, FFTW_ESTIMATE);
    }
    fftwf_execute(plan);
    const std::lock_guard lock(fftwPlanner());
    fftwf_destroy_plan(plan);
  }

  double magnitude(double hz) const {
    const double at = hz / kOnsetRate * static_cast<double>(size_);
    const auto bin = static_cast<std::size_t>(at);
    if (bin + 1 >= bins_.size()) return 0;
    const double part = at - static_cast<double>(bin);
    return (1 - part) * std::abs(bins_[bin]) + part * std::abs(bins_[bin + 1]);
  }

  // Of the signal it was made from; lags in hops.
  std::vector<float> autocorrelation(std::size_t lags) const {
    std::vector<std::complex<float>> power(bins_.size());
    for (std::size_t i = 0; i < bins_.size(); ++i) power[i] = std::norm(bins_[i]);
    std::vector<float> out(size_);
    fftwf_plan plan = nullptr;
    {
      const std::lock_guard lock(fftwPlanner());
      plan = fftwf_plan_dft_c2r_1d(static_cast<int>(size_),
                                   reinterpret_cast<fftwf_complex*>(power.data()), out.data(),
                                   FFTW_ESTIMATE);
    }
    fftwf_execute(plan);
    {
      const std::lock_guard lock(fftwPlanner());
      fftwf_destroy_plan(plan);
    }
    const float whole = std::max(out[0], 1e-9F);
    out.resize(std::min(lags, size_ / 2));
    for (float& value : out) value /= whole;
    return out;
  }

 private:
  std::size_t size_ = 1024;
  std::vector<std::complex<float>> bins_;
};

double interpolate(const std::vector<float>& values, double at) {
  const auto index = static_cast<std::size_t>(at);
  if (index + 1 >= values.size()) return 0;
  const double part = at - static_cast<double>(index);
  return (1 - part) * values[index] + part * values[index + 1];
}

double prior(double bpm) {
  const double octaves = std::log2(bpm / kPriorBpm) / kPriorOctaves;
  return std::exp(-0.5 * octaves * octaves);
}

// How well pulses repeat at this tempo: one, two, four and eight beats later.
double combScore(const std::vector<float>& autocorrelation, double bpm) {
  constexpr std::array<double, 4> kBeats = {1, 2, 4, 8};
  const double lag = kOnsetRate * 60 / bpm;
  double score = 0;
  for (const double beats : kBeats) {
    // The widest of three neighbours, since a coarse tempo misses the peak eight beats later.
    double best = 0;
    for (const double offset : {-1.0, 0.0, 1.0}) {
      best = std::max(best, interpolate(autocorrelation, beats * lag + offset));
    }
    // One beat counts double, so that a tempo of which only every second lag hits loses to its own.
    score += beats == 1 ? 2 * best : best;
  }
  return score;
}

double coarseTempo(const std::vector<float>& autocorrelation) {
  double best = 0, bestBpm = 0;
  for (double bpm = kMinBpm; bpm <= kMaxBpm; bpm *= 1.002) {
    const double score = combScore(autocorrelation, bpm) * prior(bpm);
    if (score > best) {
      best = score;
      bestBpm = bpm;
    }
  }
  return bestBpm;
}

// The spectrum of a pulse train has lines at the beat's frequency and its multiples; the highest
// one tells the tempo best. The step keeps the drift over the track below a few ms.
double fineTempo(const LongSpectrum& spectrum, double coarse, double seconds) {
  const double step = 0.003 / std::max(seconds, 10.0);
  double best = 0, bestBpm = coarse;
  for (double relative = -0.012; relative <= 0.012; relative += step) {
    const double hz = coarse * (1 + relative) / 60;
    const double score = spectrum.magnitude(hz) + spectrum.magnitude(2 * hz) +
                         spectrum.magnitude(4 * hz) + 0.5 * spectrum.magnitude(8 * hz);
    if (score > best) {
      best = score;
      bestBpm = hz * 60;
    }
  }
  return bestBpm;
}

// Onset strength against the phase within a beat, in bins of one hop.
std::vector<double> fold(const std::vector<float>& onset, double period) {
  const auto bins = static_cast<std::size_t>(std::ceil(period));
  std::vector<double> sum(bins), weight(bins);
  for (std::size_t i = 0; i < onset.size(); ++i) {
    const double phase = std::fmod(static_cast<double>(i), period) / period;
    const auto bin =
        std::min(bins - 1, static_cast<std::size_t>(phase * static_cast<double>(bins)));
    sum[bin] += onset[i];
    weight[bin] += 1;
  }
  for (std::size_t i = 0; i < bins; ++i) sum[i] /= std::max(1.0, weight[i]);
  std::vector<double> smooth(bins);
  constexpr std::array<double, 5> kKernel = {0.1, 0.2, 0.4, 0.2, 0.1};
  for (std::size_t i = 0; i < bins; ++i) {
    for (std::size_t k = 0; k < kKernel.size(); ++k) {
      smooth[i] += kKernel[k] * sum[(i + bins + k - 2) % bins];
    }
  }
  return smooth;
}

// The phase in hops. Off-beat hats may be louder than the beat, the kick hardly ever is.
double findPhase(const OnsetStrength& onset, double period) {
  const std::vector<double> kick = fold(onset.kick, period);
  const std::vector<double> all = fold(onset.all, period);
  std::size_t best = 0;
  for (std::size_t i = 0; i < kick.size(); ++i) {
    if (2 * kick[i] + all[i] > 2 * kick[best] + all[best]) best = i;
  }
  return (static_cast<double>(best) + 0.5) * period / static_cast<double>(kick.size());
}

struct Line {
  double phase = 0;   // hops, of beat 0
  double period = 0;  // hops
};

// The strongest moment within `reach` hops of where a beat is expected, by parabola between hops.
double peakNear(const std::vector<float>& onset, double at, double reach, double& strength) {
  const auto from = static_cast<std::int64_t>(std::ceil(at - reach));
  const auto to = static_cast<std::int64_t>(std::floor(at + reach));
  const auto last = static_cast<std::int64_t>(onset.size()) - 2;
  std::int64_t best = -1;
  for (std::int64_t i = std::max<std::int64_t>(1, from); i <= std::min(last, to); ++i) {
    if (best < 0 || onset[static_cast<std::size_t>(i)] > onset[static_cast<std::size_t>(best)])
      best = i;
  }
  strength = 0;
  if (best < 0) return at;
  const auto b = static_cast<std::size_t>(best);
  const double left = onset[b - 1], middle = onset[b], right = onset[b + 1];
  strength = middle;
  const double curve = left - 2 * middle + right;
  const double shift = curve < -1e-9 ? 0.5 * (left - right) / curve : 0;
  return static_cast<double>(best) + std::clamp(shift, -0.5, 0.5);
}

// Weighted least squares of the onsets near the beats, over the whole track.
Line fitLine(const std::vector<float>& onset, Line line, double reach) {
  double w = 0, wn = 0, wt = 0, wnn = 0, wnt = 0;
  const auto count = static_cast<double>(onset.size());
  for (double n = 0; line.phase + n * line.period < count; ++n) {
    double strength = 0;
    const double at = peakNear(onset, line.phase + n * line.period, reach, strength);
    if (strength < 1) continue;
    const double weight = std::min(strength, 20.0);
    w += weight;
    wn += weight * n;
    wt += weight * at;
    wnn += weight * n * n;
    wnt += weight * n * at;
  }
  const double spread = w * wnn - wn * wn;
  if (spread < 1e-6) return line;
  const double period = (w * wnt - wn * wt) / spread;
  if (std::fabs(period / line.period - 1) > 0.01) return line;
  return {(wt - period * wn) / w, period};
}

// A whole number of BPM, where it moves the last beat by less than anybody could measure.
Line preferWholeBpm(Line line, double hops) {
  const double bpm = kOnsetRate * 60 / line.period;
  const double period = kOnsetRate * 60 / std::round(bpm);
  const double beats = hops / line.period;
  const double drift = std::fabs(period - line.period) * beats;  // hops, over the track
  if (drift > 0.004 * kOnsetRate) return line;
  const double middle = line.phase + line.period * beats / 2;
  return {middle - period * beats / 2, period};
}

// Which beat of four begins the bar: where the low band is strongest.
int findDownbeat(const std::vector<float>& kick, const Line& line) {
  std::array<double, 4> sum{};
  const auto count = static_cast<double>(kick.size());
  for (int n = 0; line.phase + n * line.period < count; ++n) {
    double strength = 0;
    peakNear(kick, line.phase + n * line.period, 4, strength);
    sum[static_cast<std::size_t>(n % 4)] += strength;
  }
  return static_cast<int>(std::max_element(sum.begin(), sum.end()) - sum.begin());
}

// The part of the onset strength above chance that lies within 25 ms of a beat.
double confidenceOf(const std::vector<float>& onset, const Line& line) {
  double near = 0, whole = 0;
  for (std::size_t i = 0; i < onset.size(); ++i) {
    const double beat = (static_cast<double>(i) - line.phase) / line.period;
    const double distance = std::fabs(beat - std::round(beat)) * line.period;
    whole += onset[i];
    if (distance <= 5) near += onset[i];
  }
  if (whole <= 0) return 0;
  const double chance = std::min(0.9, 11 / line.period);
  return std::clamp((near / whole - chance) / (1 - chance) * 2, 0.0, 1.0);
}

BeatGrid toGrid(const Line& line, int downbeat) {
  BeatGrid grid;
  grid.framesPerBeat = line.period * kOnsetHop;
  grid.anchorFrame = (line.phase - kLatencyHops) * kOnsetHop + downbeat * grid.framesPerBeat;
  const double bar = 4 * grid.framesPerBeat;
  grid.anchorFrame -= std::floor(grid.anchorFrame / bar) * bar;
  return grid;
}

}  // namespace

BeatEstimate estimateBeats(const audio::PcmView& pcm) {
  const double seconds = static_cast<double>(pcm.frames) / kSampleRate;
  if (seconds < kMinSeconds) return {};
  const OnsetStrength onset = onsetStrength(pcm);
  const bool silent =
      std::all_of(onset.all.begin(), onset.all.end(), [](float value) { return value <= 0; });
  if (silent) return {};
  const LongSpectrum spectrum(onset.all);
  const auto lags = static_cast<std::size_t>(kOnsetRate * 60 / kMinBpm * 8.1);
  const double coarse = coarseTempo(spectrum.autocorrelation(lags));
  if (coarse <= 0) return {};
  Line line;
  line.period = kOnsetRate * 60 / fineTempo(spectrum, coarse, seconds);
  line.phase = findPhase(onset, line.period);
  for (const double reach : {8.0, 6.0, 4.0}) line = fitLine(onset.all, line, reach);
  line = preferWholeBpm(line, static_cast<double>(onset.all.size()));
  return {toGrid(line, findDownbeat(onset.kick, line)), confidenceOf(onset.all, line)};
}

}  // namespace dju::music
