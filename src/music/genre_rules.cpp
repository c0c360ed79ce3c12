#include "music/genre_rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "music/bar_features.h"

namespace dju::music {
namespace {

constexpr std::size_t kMinBars = 8;
constexpr double kSlowest = 60, kFastest = 200;  // BPM at which a genre is asked about at all

// What the rules look at, of the bars in which the drums play.
struct Traits {
  double bpm = 0;
  std::array<StepPattern, kBands> rise{};  // mean rise in dB, each at most 24
  float swing = 0;                         // how late every second sixteenth is, in sixteenths
  float bassFloor = 0;                     // low band between the kicks against its mean, dB
  float midFloor = 0;                      // mid band between the drums against its mean, dB
  float lowOverBody = 0;                   // dB
  // dB by which the strongest step's low rise stands out of the others.
  float pulse = 0;
};

// Half or double the tempo, same anchor. Nothing when a change would fall between beats.
std::optional<BeatGrid> scaledGrid(const BeatGrid& grid, double factor) {
  BeatGrid scaled{grid.anchorFrame, grid.framesPerBeat / factor, 0, {}};
  for (const TempoChange& change : grid.changes()) {
    if (!scaled.addChange({change.beat * factor, change.frame, change.framesPerBeat / factor})) {
      return std::nullopt;
    }
  }
  return scaled;
}

// The bars in which the low band is near its usual level.
std::vector<BarFeatures::Bar> drumBars(const BarFeatures& features) {
  std::vector<float> lows;
  for (const auto& bar : features.bars) lows.push_back(bar.level[0]);
  const float least = quantile(lows, 0.8) - 6;
  std::vector<BarFeatures::Bar> bars;
  for (const auto& bar : features.bars) {
    if (bar.level[0] >= least && bar.loudness > -50) bars.push_back(bar);
  }
  return bars;
}

// Where in its window the upper bands' onsets lie on average, in sixteenths from the grid, over all
// even or all odd steps.
float meanDelay(const BandTrack& bands, std::span<const BarFeatures::Bar> bars, double rate,
                std::size_t firstStep) {
  constexpr float kOnsetDb = 3;  // less is not a hit
  double sum = 0, weight = 0;
  for (const auto& bar : bars) {
    const double step = (bar.end - bar.start) / static_cast<double>(kStepsPerBar);
    for (std::size_t s = firstStep; s < kStepsPerBar; s += 2) {
      const double at = bar.start + static_cast<double>(s) * step;
      const auto begin = static_cast<std::size_t>(std::max(0.0, (at - step / 2) * rate));
      const auto end =
          std::min(bands.frames(), static_cast<std::size_t>(std::max(0.0, (at + step / 2) * rate)));
      for (std::size_t i = begin; i < end; ++i) {
        const float rise = std::max(0.0F, bands.rise[i][3] - kOnsetDb) +
                           std::max(0.0F, bands.rise[i][4] - kOnsetDb);
        sum += static_cast<double>(rise) * (static_cast<double>(i) / rate - at) / step;
        weight += static_cast<double>(rise);
      }
    }
  }
  return weight > 0 ? static_cast<float>(sum / weight) : 0;
}

std::optional<Traits> traitsOf(const FeatureTrack& features, const BandTrack& bands,
                               const BeatGrid& grid) {
  const BarFeatures all = barFeatures(features, bands, grid);
  const std::vector<BarFeatures::Bar> bars = drumBars(all);
  if (bars.size() < kMinBars) return std::nullopt;
  Traits traits;
  traits.bpm = 240 / all.secondsPerBar;
  const auto count = static_cast<float>(bars.size());
  for (const auto& bar : bars) {
    for (std::size_t b = 0; b < kBands; ++b) {
      for (std::size_t s = 0; s < kStepsPerBar; ++s) {
        traits.rise[b][s] += std::min(24.0F, bar.rise[b][s]) / count;
      }
    }
    traits.bassFloor += (bar.bassFloor - bar.level[0]) / count;
    traits.midFloor += (bar.midFloor - bar.level[2]) / count;
    traits.lowOverBody += (bar.level[0] - bar.level[1]) / count;
  }
  const StepPattern& lows = traits.rise[0];
  traits.pulse =
      *std::max_element(lows.begin(), lows.end()) - quantile({lows.begin(), lows.end()}, 0.5);
  const double rate = features.definition.framesPerSecond();
  traits.swing = meanDelay(bands, bars, rate, 1) - meanDelay(bands, bars, rate, 0);
  return traits;
}

// --- Rules ---------------------------------------------------------------------------------
// Each term is a log-likelihood up to a constant: 0 where the genre is at home, less elsewhere.

float within(double value, double low, double high, double softness) {
  const double outside = std::max({0.0, low - value, value - high}) / softness;
  return static_cast<float>(-0.5 * outside * outside);
}
float above(float value, float least, float softness) {
  return within(static_cast<double>(value), static_cast<double>(least), 1e9,
                static_cast<double>(softness));
}
float below(float value, float most, float softness) {
  return within(static_cast<double>(value), -1e9, static_cast<double>(most),
                static_cast<double>(softness));
}

// What speaks for a genre without being needed: a pad does not make house trance.
float hint(float term) {
  return std::max(-2.0F, term);
}

// One bar's view of the drums, with the bar line `shift` sixteenths later: the grid's downbeat may
// be a beat off.
struct DrumView {
  float fourFloor = 0;    // dB: the weakest of four beats in the low and body bands
  float backbeat = 0;     // dB: the weaker snare of two and four above that on three
  float overEighths = 0;  // dB: the weaker snare of two and four above the eighths between beats
  float halfTime = 0;     // dB: snare on three above the stronger of two and four
};
DrumView drumsOf(const Traits& traits, std::size_t shift) {
  const auto at = [&](std::size_t band, std::size_t step) {
    return traits.rise[band][(step + shift) % kStepsPerBar];
  };
  DrumView view;
  view.fourFloor = 24;
  for (const std::size_t beat : {0U, 4U, 8U, 12U}) {
    view.fourFloor = std::min(view.fourFloor, (at(0, beat) + at(1, beat)) / 2);
  }
  const auto snare = [&](std::size_t step) { return at(3, step); };
  view.backbeat = std::min(snare(4), snare(12)) - snare(8);
  view.halfTime = snare(8) - std::max(snare(4), snare(12));
  view.overEighths =
      std::min(snare(4), snare(12)) - std::max({snare(2), snare(6), snare(10), snare(14)});
  return view;
}

struct Rule {
  std::string_view id;
  float (*score)(const Traits&, const DrumView&);
};

float fourOnTheFloor(const DrumView& drums) {
  return above(drums.fourFloor, 13, 3);
}
float brokenBeat(const DrumView& drums) {
  return below(drums.fourFloor, 9, 3);
}

float house(const Traits& t, const DrumView& d) {
  return within(t.bpm, 119, 129, 3) + fourOnTheFloor(d) + above(t.swing, 0.09F, 0.04F) +
         hint(above(t.lowOverBody, 5, 2.5F)) + hint(below(t.midFloor, -16, 4));
}
float hardTechno(const Traits& t, const DrumView& d) {
  return within(t.bpm, 142, 165, 4) + fourOnTheFloor(d) + below(t.swing, 0.08F, 0.05F) +
         hint(above(t.bassFloor, -6, 3));
}
float trance(const Traits& t, const DrumView& d) {
  return within(t.bpm, 129, 141, 3) + fourOnTheFloor(d) + below(t.swing, 0.06F, 0.03F) +
         hint(below(t.bassFloor, -6, 3)) + hint(above(t.midFloor, -17, 3));
}
// Without the sub-bass of later club music, played rather than sequenced.
float disco(const Traits& t, const DrumView& d) {
  return within(t.bpm, 106, 120, 4) + fourOnTheFloor(d) + hint(below(t.lowOverBody, 5, 1.5F)) +
         hint(below(t.bassFloor, -11, 4)) + within(static_cast<double>(t.swing), 0.0, 0.16, 0.05);
}
// Snare on three: a half-time feel.
float dubstep(const Traits& t, const DrumView& d) {
  return within(t.bpm, 136, 146, 3) + brokenBeat(d) + above(d.halfTime, 3, 4);
}
float drumAndBass(const Traits& t, const DrumView& d) {
  return within(t.bpm, 166, 182, 4) + brokenBeat(d) + above(d.backbeat, 0, 4);
}
float hipHop(const Traits& t, const DrumView& d) {
  return within(t.bpm, 68, 106, 5) + brokenBeat(d) + above(d.backbeat, 2, 3) +
         above(t.swing, 0.1F, 0.05F) + above(d.overEighths, 0, 3);
}
float electro(const Traits& t, const DrumView& d) {
  return within(t.bpm, 115, 138, 4) + brokenBeat(d) + above(d.backbeat, 0, 4);
}

constexpr std::array<Rule, 8> kRules = {{{"house", house},
                                         {"hard_techno", hardTechno},
                                         {"dubstep", dubstep},
                                         {"drum_and_bass", drumAndBass},
                                         {"trance", trance},
                                         {"hip_hop", hipHop},
                                         {"disco", disco},
                                         {"electro", electro}}};

struct Found {
  float score = -1e9F;
  double factor = 1;
};

// The best score of a rule over the four places where the bar may begin.
float bestOverShifts(const Rule& rule, const Traits& traits) {
  constexpr float kShiftCost = 1;  // the grid is mostly right
  // Noise and speech have no pulse in the bass, and no dance music is like that.
  const float pulse = above(traits.pulse, 6, 1.5F);
  float best = rule.score(traits, drumsOf(traits, 0));
  for (const std::size_t shift : {4U, 8U, 12U}) {
    best = std::max(best, rule.score(traits, drumsOf(traits, shift)) - kShiftCost);
  }
  return best + pulse;
}

// Scores to shares, of which "none of these" has one too: what fits no rule is of no genre, however
// much better one fits than the others. `beat`: how sure that there is one.
GenreEstimate estimateOf(const std::array<Found, kRules.size()>& found, double beat) {
  constexpr double kNoneOfThese = -4;
  constexpr double kLeastConfidence = 0.25;
  const auto order = [](const Found& a, const Found& b) { return a.score < b.score; };
  const auto best = std::max_element(found.begin(), found.end(), order);
  double sum = std::exp(kNoneOfThese - static_cast<double>(best->score));
  GenreEstimate estimate;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double share = std::exp(static_cast<double>(found[i].score - best->score));
    estimate.scores.emplace_back(kRules[i].id, share);
    sum += share;
  }
  for (auto& [genre, share] : estimate.scores) share *= beat / sum;
  std::stable_sort(estimate.scores.begin(), estimate.scores.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  estimate.tempoFactor = best->factor;
  if (estimate.confidence() >= kLeastConfidence) estimate.genre = estimate.scores.front().first;
  return estimate;
}

}  // namespace

GenreEstimate estimateGenre(const FeatureTrack& features, const BeatGrid& grid,
                            double gridConfidence) {
  constexpr float kOctaveCost = 1;  // the grid's octave is mostly right
  if (!grid.valid()) return {};
  const BandTrack bands = bandTrack(features[Feature::kLogMel]);
  std::array<Found, kRules.size()> found;
  bool any = false;
  for (const double factor : {1.0, 2.0, 0.5}) {
    const double bpm = grid.bpm() * factor;
    const std::optional<BeatGrid> scaled = scaledGrid(grid, factor);
    if (!scaled || bpm < kSlowest || bpm > kFastest) continue;
    const std::optional<Traits> traits = traitsOf(features, bands, *scaled);
    if (!traits) continue;
    any = true;
    for (std::size_t i = 0; i < kRules.size(); ++i) {
      const float score = bestOverShifts(kRules[i], *traits) - (factor == 1.0 ? 0 : kOctaveCost);
      if (score > found[i].score) found[i] = {score, factor};
    }
  }
  return any ? estimateOf(found, gridConfidence) : GenreEstimate{};
}

}  // namespace dju::music
