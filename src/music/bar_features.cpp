#include "music/bar_features.h"

#include <algorithm>
#include <cmath>

#include "music/mel.h"

namespace dju::music {
namespace {

constexpr std::array<double, kBands + 1> kEdgesHz = {30, 130, 400, 2500, 7000, 16000};
// ITU-R BS.1770-4's K-weighting in the middle of each band, in dB.
constexpr std::array<float, kBands> kLoudnessWeightDb = {-3.0F, -0.5F, 0.5F, 3.5F, 4.0F};
// Rises out of less than this are noise between sounds.
constexpr float kRiseFloorDb = -60;
constexpr std::size_t kRiseLag = 2;  // frames
// Kicks and snares fill less than half of a bar: below this share of a bar's frames they are gone.
constexpr double kFloorShare = 0.35;

float toPower(float db) {
  return std::exp2(db * 0.33219281F);
}
float toDb(float power) {
  return 10 * std::log10(std::max(power, 1e-9F));
}

// The band that each mel band's centre lies in.
std::vector<std::size_t> bandOfMel(std::size_t melBands) {
  const FeatureDefinition& definition = standardDefinition();
  const double low = melFromHz(definition.melLowHz), high = melFromHz(definition.melHighHz);
  std::vector<std::size_t> band(melBands);
  for (std::size_t i = 0; i < melBands; ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(melBands + 1);
    const double hz = hzFromMel(low + (high - low) * share);
    while (band[i] + 1 < kBands && hz >= kEdgesHz[band[i] + 1]) ++band[i];
  }
  return band;
}

struct FrameRange {
  std::size_t begin, end;
};

FrameRange framesBetween(double from, double to, double rate, std::size_t frames) {
  const auto at = [&](double seconds) {
    return static_cast<std::size_t>(
        std::clamp(std::ceil(seconds * rate), 0.0, static_cast<double>(frames)));
  };
  return {at(from), at(to)};
}

// Mean powers of the frames of one bar.
void measureLevels(const BandTrack& bands, FrameRange range, BarFeatures::Bar& bar) {
  BandLevels power{};
  float loud = 0, onsets = 0;
  std::vector<float> low, mid;
  for (std::size_t i = range.begin; i < range.end; ++i) {
    for (std::size_t b = 0; b < kBands; ++b) {
      power[b] += toPower(bands.level[i][b]);
      onsets += bands.rise[i][b];
    }
    loud += toPower(bands.loudness[i]);
    low.push_back(bands.level[i][0]);
    mid.push_back(bands.level[i][2]);
  }
  const auto count = static_cast<float>(std::max<std::size_t>(1, range.end - range.begin));
  for (std::size_t b = 0; b < kBands; ++b) bar.level[b] = toDb(power[b] / count);
  bar.loudness = toDb(loud / count);
  bar.onsets = onsets / count / static_cast<float>(kBands);
  bar.bassFloor = low.empty() ? toDb(0) : quantile(std::move(low), kFloorShare);
  bar.midFloor = mid.empty() ? toDb(0) : quantile(std::move(mid), kFloorShare);
}

// The largest rise within half a sixteenth before to half a one behind each step. A rise of two
// frames is seen up to two frames late, and the window's half width early.
void measureSteps(const BandTrack& bands, double rate, BarFeatures::Bar& bar) {
  const double step = (bar.end - bar.start) / static_cast<double>(kStepsPerBar);
  for (std::size_t s = 0; s < kStepsPerBar; ++s) {
    const double at = bar.start + static_cast<double>(s) * step;
    const FrameRange range = framesBetween(at - step / 2, at + step / 2, rate, bands.frames());
    for (std::size_t b = 0; b < kBands; ++b) {
      float most = 0;
      for (std::size_t i = range.begin; i < range.end; ++i) most = std::max(most, bands.rise[i][b]);
      bar.rise[b][s] = most;
    }
  }
}

std::array<float, BarFeatures::kTimbre> timbreOf(const FeatureMatrix& logMel, FrameRange range) {
  std::array<float, BarFeatures::kTimbre> timbre{};
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const std::span<const float> row = logMel.row(i);
    for (std::size_t band = 0; band < row.size(); ++band) {
      timbre[band * BarFeatures::kTimbre / row.size()] += row[band];
    }
  }
  const auto each = static_cast<float>(std::max<std::size_t>(1, range.end - range.begin)) *
                    static_cast<float>(logMel.columns()) / BarFeatures::kTimbre;
  for (float& value : timbre) value /= each;
  return timbre;
}

// Grids come from people too: one with beats of a few samples would have millions of bars.
bool playable(const BeatGrid& grid) {
  constexpr double kFastestBpm = 1000;
  constexpr double kShortest = kSampleRate * 60 / kFastestBpm;
  if (!grid.valid() || grid.framesPerBeat < kShortest) return false;
  return std::all_of(grid.changes().begin(), grid.changes().end(),
                     [](const TempoChange& change) { return change.framesPerBeat >= kShortest; });
}

}  // namespace

float quantile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

BandTrack bandTrack(const FeatureMatrix& logMel) {
  BandTrack track;
  track.level.resize(logMel.rows());
  track.loudness.resize(logMel.rows());
  track.rise.resize(logMel.rows());
  const std::vector<std::size_t> bandOf = bandOfMel(logMel.columns());
  BandLevels weight{};
  for (std::size_t b = 0; b < kBands; ++b) weight[b] = toPower(kLoudnessWeightDb[b]);
  for (std::size_t i = 0; i < logMel.rows(); ++i) {
    const std::span<const float> row = logMel.row(i);
    BandLevels power{};
    for (std::size_t m = 0; m < row.size(); ++m) power[bandOf[m]] += toPower(row[m]);
    float loud = 0;
    for (std::size_t b = 0; b < kBands; ++b) {
      loud += weight[b] * power[b];
      track.level[i][b] = toDb(power[b]);
    }
    track.loudness[i] = toDb(loud);
    if (i < kRiseLag) continue;
    for (std::size_t b = 0; b < kBands; ++b) {
      const float before = std::max(kRiseFloorDb, track.level[i - kRiseLag][b]);
      track.rise[i][b] = std::max(0.0F, track.level[i][b] - before);
    }
  }
  return track;
}

BarFeatures barFeatures(const FeatureTrack& features, const BandTrack& bands,
                        const BeatGrid& grid) {
  BarFeatures result;
  if (!playable(grid) || bands.frames() == 0) return result;
  const double rate = features.definition.framesPerSecond();
  const double seconds = static_cast<double>(bands.frames()) / rate;
  const auto barLine = [&](double bar) { return grid.frameAt(4 * bar) / kSampleRate; };
  std::vector<float> lengths;
  for (double bar = std::floor(grid.beatAt(0) / 4); barLine(bar) < seconds; ++bar) {
    BarFeatures::Bar now;
    now.start = barLine(bar);
    now.end = barLine(bar + 1);
    const double middle = (now.start + now.end) / 2;
    if (middle < 0 || middle >= seconds) continue;
    const FrameRange range = framesBetween(now.start, now.end, rate, bands.frames());
    measureLevels(bands, range, now);
    measureSteps(bands, rate, now);
    result.bars.push_back(now);
    result.timbre.push_back(timbreOf(features[Feature::kLogMel], range));
    lengths.push_back(static_cast<float>(now.end - now.start));
  }
  result.secondsPerBar = static_cast<double>(quantile(lengths, 0.5));
  return result;
}

}  // namespace dju::music
