#include "music/metre.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "music/metre_weights.h"
#include "music/periodicity.h"

namespace dju::music {
namespace {

constexpr std::size_t kLongestLagHops = 12000;  // 60 s: 64 beats at 64 BPM
constexpr std::size_t kMaxPhases = 8;
constexpr double kFloorOfPattern = 0.2;  // of the mean; keeps the logarithm of rests in bounds
constexpr double kFloorOfChange = 0.1;
constexpr double kCentreBpm = 125;  // of dance music, on a logarithmic scale
constexpr double kSlowestUsual = 82;
constexpr double kFastestUsual = 182;
constexpr double kLostPerOctave = 25;

// Onsets blurred by a few hops: a grid's sixteenths fall between hops and players miss by some ms.
std::vector<float> blurred(const std::vector<float>& onset) {
  constexpr std::array<float, 5> kKernel = {1 / 9.0F, 2 / 9.0F, 3 / 9.0F, 2 / 9.0F, 1 / 9.0F};
  std::vector<float> out(onset.size());
  for (std::size_t i = 0; i < onset.size(); ++i) {
    for (std::size_t k = 0; k < kKernel.size(); ++k) {
      const std::size_t from = i + k;
      if (from >= 2 && from - 2 < onset.size()) out[i] += kKernel[k] * onset[from - 2];
    }
  }
  return out;
}

// Sums of textures up to each moment, so that the mean over any span costs one subtraction.
class TextureSums {
 public:
  static constexpr std::size_t kSize = kTextureChroma + kOnsetBands;
  using Values = std::array<float, kSize>;

  explicit TextureSums(const std::vector<Texture>& textures) : sums_(textures.size() + 1) {
    std::array<double, kOnsetBands> energy{};
    for (const Texture& texture : textures) {
      for (std::size_t i = 0; i < kOnsetBands; ++i) energy[i] += texture.energy[i];
    }
    for (double& value : energy) value = value / static_cast<double>(textures.size()) + 1e-6;
    std::array<double, kSize> sum{};
    for (std::size_t t = 0; t < textures.size(); ++t) {
      addUnit(std::span(textures[t].chroma).first(12), 0, sum);
      addUnit(std::span(textures[t].chroma).last(12), 12, sum);
      for (std::size_t i = 0; i < kOnsetBands; ++i)
        sum[kTextureChroma + i] += textures[t].energy[i] / energy[i];
      sums_[t + 1] = sum;
    }
  }

  // Mean between two moments in hops, within the sound.
  Values mean(double from, double to) const {
    const double last = static_cast<double>(sums_.size() - 1);
    from = std::clamp(from / kTextureHops, 0.0, last);
    to = std::clamp(to / kTextureHops, 0.0, last);
    const double length = std::max(to - from, 1e-3);
    Values out;
    for (std::size_t i = 0; i < kSize; ++i)
      out[i] = static_cast<float>((sumAt(to, i) - sumAt(from, i)) / length);
    return out;
  }

 private:
  static void addUnit(std::span<const float> chroma, std::size_t at,
                      std::array<double, kSize>& sum) {
    float norm = 0;
    for (const float value : chroma) norm += value * value;
    norm = std::sqrt(norm) + 1e-3F;  // silence has no chord
    for (std::size_t i = 0; i < chroma.size(); ++i) sum[at + i] += chroma[i] / norm;
  }
  double sumAt(double index, std::size_t i) const {
    const auto whole = std::min(static_cast<std::size_t>(index), sums_.size() - 2);
    const double part = index - static_cast<double>(whole);
    return sums_[whole][i] * (1 - part) + sums_[whole + 1][i] * part;
  }

  std::vector<std::array<double, kSize>> sums_;
};

// What the hypotheses of one sound share.
struct Sound {
  explicit Sound(const OnsetStrength& onset)
      : hops(onset.size()),
        periodicity(onset.all, kLongestLagHops),
        all(blurred(onset.all)),
        textures(onset.texture) {
    for (std::size_t band = 0; band < kOnsetBands; ++band) bands[band] = blurred(onset.bands[band]);
  }
  std::size_t hops;
  Periodicity periodicity;
  std::array<std::vector<float>, kOnsetBands> bands;
  std::vector<float> all;
  TextureSums textures;
};

// Mean onset strength against the phase within a period, in bins of about a hop.
std::vector<double> folded(const std::vector<float>& onset, double period) {
  const auto bins = static_cast<std::size_t>(std::max(4.0, std::round(period)));
  std::vector<double> sum(bins), weight(bins);
  for (std::size_t i = 0; i < onset.size(); ++i) {
    const double phase = std::fmod(static_cast<double>(i), period) / period;
    const auto bin =
        std::min(bins - 1, static_cast<std::size_t>(phase * static_cast<double>(bins)));
    sum[bin] += onset[i];
    weight[bin] += 1;
  }
  for (std::size_t i = 0; i < bins; ++i) sum[i] /= std::max(1.0, weight[i]);
  return sum;
}

// Moments within a period at which a beat may lie: the onsets there, strongest first, and the
// quarters of the period beside the strongest.
std::vector<double> phases(const std::vector<float>& onset, double period) {
  const std::vector<double> fold = folded(onset, period);
  const std::size_t bins = fold.size();
  std::vector<std::size_t> peaks;
  for (std::size_t i = 0; i < bins; ++i) {
    if (fold[i] > fold[(i + bins - 1) % bins] && fold[i] >= fold[(i + 1) % bins])
      peaks.push_back(i);
  }
  std::sort(peaks.begin(), peaks.end(),
            [&](std::size_t a, std::size_t b) { return fold[a] > fold[b]; });
  if (peaks.size() > kMaxPhases) peaks.resize(kMaxPhases);
  std::vector<double> out;
  for (const std::size_t peak : peaks)
    out.push_back((static_cast<double>(peak) + 0.5) * period / static_cast<double>(bins));
  for (int quarter = 1; quarter < 4 && !out.empty(); ++quarter) {
    const double at = std::fmod(out.front() + quarter * period / 4, period);
    const bool known = std::any_of(out.begin(), out.end(), [&](double other) {
      return std::fabs(std::remainder(at - other, period)) < period / 10;
    });
    if (!known) out.push_back(at);
  }
  return out;
}

using Pattern = std::array<std::array<double, kSixteenths>, kOnsetBands>;

// Mean onset strength of each band on each sixteenth of the bar that begins at `phase`.
Pattern barPattern(const Sound& sound, double period, double phase) {
  Pattern sum{};
  std::array<double, kSixteenths> count{};
  const double last = static_cast<double>(sound.hops) - 1;
  for (std::size_t n = 0;; ++n) {
    const double at = std::round(phase + static_cast<double>(n) * period / 4);
    if (at > last) break;
    count[n % kSixteenths] += 1;
    for (std::size_t band = 0; band < kOnsetBands; ++band)
      sum[band][n % kSixteenths] += sound.bands[band][static_cast<std::size_t>(at)];
  }
  for (auto& band : sum) {
    for (std::size_t i = 0; i < kSixteenths; ++i) band[i] /= std::max(1.0, count[i]);
  }
  return sum;
}

double distance(const TextureSums::Values& a, const TextureSums::Values& b, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += static_cast<double>((a[i] - b[i]) * (a[i] - b[i]));
  return std::sqrt(sum);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Keeps what is highest within `reach`, above the median: where a section begins, not how it goes
// on.
std::vector<double> peaksOnly(const std::vector<double>& change, std::size_t reach) {
  const double usual = median(change);
  std::vector<double> out(change.size());
  for (std::size_t i = 0; i < change.size(); ++i) {
    const std::size_t from = i > reach ? i - reach : 0;
    const std::size_t to = std::min(change.size(), i + reach + 1);
    const double highest = *std::max_element(change.begin() + static_cast<std::ptrdiff_t>(from),
                                             change.begin() + static_cast<std::ptrdiff_t>(to));
    if (change[i] >= highest) out[i] = std::max(0.0, change[i] - usual);
  }
  return out;
}

using Changes = std::array<std::array<double, kHalfBeats>, kChangeSpans>;

// On which half beat of the bar that begins at `phase` the sound becomes another: its chords over a
// beat, its chords and energy over a bar and over four. Mean 1 over the bar.
Changes barChanges(const Sound& sound, double period, double phase) {
  struct Span {
    double beats;
    std::size_t values, reach, edge;  // edge: half beats at either end that say nothing
  };
  constexpr std::array<Span, kChangeSpans> kSpans = {
      {{1, kTextureChroma, 0, 2}, {4, TextureSums::kSize, 4, 8}, {16, TextureSums::kSize, 16, 16}}};
  Changes out{};
  const double last = static_cast<double>(sound.hops) - 1;
  const auto count = static_cast<std::size_t>(std::max(0.0, (last - phase) / (period / 2)));
  for (std::size_t s = 0; s < kChangeSpans; ++s) {
    const Span& span = kSpans[s];
    std::vector<double> change(count);
    for (std::size_t n = span.edge; n + span.edge < count; ++n) {
      const double at = phase + static_cast<double>(n) * period / 2;
      change[n] = distance(sound.textures.mean(at - span.beats * period, at),
                           sound.textures.mean(at, at + span.beats * period), span.values);
    }
    if (span.reach > 0) change = peaksOnly(change, span.reach);
    const std::size_t whole = count - count % kHalfBeats;
    for (std::size_t n = 0; n < whole; ++n) out[s][n % kHalfBeats] += change[n];
    const double sum = std::accumulate(out[s].begin(), out[s].end(), 0.0);
    for (double& value : out[s])
      value = (value + 0.02 * sum + 1e-6) * kHalfBeats / (1.16 * sum + 8e-6);
  }
  return out;
}

std::array<double, kRepeats> repeats(const Periodicity& periodicity, double period) {
  constexpr std::array<double, kRepeats> kBeats = {0.25, 0.5, 1, 2, 3, 4, 6, 8, 16};
  std::array<double, kRepeats> out{};
  for (std::size_t i = 0; i < kRepeats; ++i) out[i] = periodicity.peak(kBeats[i] * period, 2);
  return out;
}

// The features of metre.h, in the order of metre_weights.h. `beat` of the pattern's four is the
// first of the bar.
MetreFeatures describe(const Pattern& pattern, const Changes& changes,
                       const std::array<double, kRepeats>& repeat, double period,
                       std::size_t beat) {
  MetreFeatures out;
  std::size_t at = 0;
  for (const auto& band : pattern) {
    for (std::size_t i = 0; i < kSixteenths; ++i)
      out[at++] =
          static_cast<float>(std::log(kFloorOfPattern + band[(i + 4 * beat) % kSixteenths]));
  }
  for (const auto& span : changes) {
    for (std::size_t i = 0; i < kHalfBeats; ++i)
      out[at++] = static_cast<float>(std::log(kFloorOfChange + span[(i + 2 * beat) % kHalfBeats]));
  }
  for (const double value : repeat) out[at++] = static_cast<float>(value);
  const double octaves = std::log2(kOnsetRate * 60 / period / kCentreBpm);
  out[at++] = static_cast<float>(octaves);
  out[at++] = static_cast<float>(octaves * octaves);
  return out;
}

double scoreOf(const MetreFeatures& features, double period) {
  double score = tempoPrior(period);
  for (std::size_t i = 0; i < kMetreFeatures; ++i)
    score += static_cast<double>(kMetreLinear[i] * features[i]);
  for (const MetreUnit& unit : kMetreUnits) {
    double sum = static_cast<double>(unit.bias);
    for (std::size_t i = 0; i < kMetreFeatures; ++i)
      sum += static_cast<double>(unit.weights[i] * features[i]);
    score += static_cast<double>(unit.output) * std::tanh(sum);
  }
  return score;
}

}  // namespace

double tempoPrior(double period) {
  const double bpm = kOnsetRate * 60 / period;
  const double octavesOutside =
      std::max({0.0, std::log2(kSlowestUsual / bpm), std::log2(bpm / kFastestUsual)});
  return -kLostPerOctave * octavesOutside;
}

std::vector<Metre> metreHypotheses(const OnsetStrength& onset) {
  std::vector<Metre> out;
  const Sound sound(onset);
  if (sound.periodicity.silent()) return out;
  for (const double period : sound.periodicity.candidates()) {
    if (4 * period > static_cast<double>(sound.hops)) continue;
    const auto repeat = repeats(sound.periodicity, period);
    for (const double phase : phases(sound.all, period)) {
      const Pattern pattern = barPattern(sound, period, phase);
      const Changes changes = barChanges(sound, period, phase);
      for (std::size_t beat = 0; beat < 4; ++beat) {
        Metre metre;
        metre.period = period;
        metre.downbeat = phase + static_cast<double>(beat) * period;
        metre.features = describe(pattern, changes, repeat, period, beat);
        metre.score = scoreOf(metre.features, period);
        out.push_back(metre);
      }
    }
  }
  return out;
}

}  // namespace dju::music
