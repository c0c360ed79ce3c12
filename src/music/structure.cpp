#include "music/structure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "music/bar_features.h"

namespace dju::music {
namespace {

constexpr std::array<std::string_view, kPhraseLabelCount> kLabelNames = {
    "intro", "groove", "build", "drop", "breakdown", "outro"};

constexpr std::size_t kLabels = kPhraseLabelCount;
constexpr std::size_t indexOf(PhraseLabel label) {
  return static_cast<std::size_t>(label);
}
template <typename T>
using PerLabel = std::array<T, kLabels>;

constexpr std::size_t kMinBars = 8;         // of a track with form
constexpr std::size_t kMaxPhraseBars = 96;  // longer ones are broken up and joined again
constexpr std::size_t kMinPhraseBars = 4;
constexpr float kSilenceDb = -50;  // a bar below that is not music; the floor of log-mel reads -58

float rampUp(float value, float zeroAt, float oneAt) {
  return std::clamp((value - zeroAt) / (oneAt - zeroAt), 0.0F, 1.0F);
}

// What a dancer hears of each bar, 0 to 1 against the track's own fullest bars.
struct BarView {
  float kick = 0;    // kicks in the low band
  float bass = 0;    // something low between the kicks
  float tonal = 0;   // something in the middle between the drums: chords, pads, leads
  float full = 0;    // how near the other bands are to their loudest
  float bright = 0;  // dB of the two upper bands
  float onsets = 0;  // mean rise
};

std::vector<float> column(std::span<const BarFeatures::Bar> bars, Band band) {
  std::vector<float> values;
  for (const auto& bar : bars) values.push_back(bar.level[static_cast<std::size_t>(band)]);
  return values;
}

// The two strongest low rises of a bar, in dB up to 24: a kick comes out of near silence in a few
// milliseconds, a bass note mostly does not.
float kickRise(const BarFeatures::Bar& bar) {
  const StepPattern& rises = bar.rise[0];
  float first = 0, second = 0;
  for (const float rise : rises) {
    if (rise > first) {
      second = first;
      first = rise;
    } else {
      second = std::max(second, rise);
    }
  }
  return std::min(24.0F, (first + second) / 2);
}

// Whether the low band is filled between the kicks. How much a kick itself leaves there differs by
// 15 dB between a dry one and a rumble, so the scale is that of the track's own bars with a kick.
void addBass(std::span<const float> floors, std::vector<BarView>& views) {
  constexpr float kLeastSpan = 2.5F, kMostSpan = 12;
  std::vector<float> underKick;
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (views[i].kick > 0.5F) underKick.push_back(floors[i]);
  }
  if (underKick.empty()) underKick.assign(floors.begin(), floors.end());
  const float top = quantile(underKick, 0.75);
  const float span = std::clamp(top - quantile(underKick, 0.08), kLeastSpan, kMostSpan);
  for (std::size_t i = 0; i < views.size(); ++i) {
    views[i].bass = rampUp(floors[i], top - 0.75F * span, top - 0.25F * span);
  }
}

std::vector<BarView> viewsOf(std::span<const BarFeatures::Bar> bars) {
  std::vector<BarView> views(bars.size());
  const float lowTop = quantile(column(bars, Band::kLow), 0.8);
  std::vector<float> floors, mids, rises;
  for (const auto& bar : bars) {
    floors.push_back(bar.bassFloor);
    mids.push_back(bar.midFloor);
    rises.push_back(kickRise(bar));
  }
  const float midTop = quantile(mids, 0.8);
  const float riseTop = std::clamp(quantile(rises, 0.7), 6.0F, 20.0F);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const float level = bars[i].level[0];
    const float present = rampUp(level, lowTop - 12, lowTop - 5);
    views[i].kick = present * rampUp(rises[i], 0.35F * riseTop, 0.75F * riseTop);
    views[i].tonal = rampUp(bars[i].midFloor, midTop - 12, midTop - 2);
    views[i].onsets = bars[i].onsets;
    views[i].bright = (bars[i].level[3] + bars[i].level[4]) / 2;
  }
  addBass(floors, views);
  for (const Band band : {Band::kBody, Band::kMid, Band::kHigh, Band::kAir}) {
    const std::vector<float> levels = column(bars, band);
    const float top = quantile(levels, 0.85);
    for (std::size_t i = 0; i < bars.size(); ++i) {
      views[i].full += rampUp(levels[i], top - 12, top) / 4;
    }
  }
  return views;
}

// --- Novelty -------------------------------------------------------------------------------

using Descriptor = std::array<float, BarFeatures::kTimbre + 2>;

// Each bar as a point: timbre, and kick and bass weighed so that either coming or going counts as
// much as a change of 6 dB in every band.
std::vector<Descriptor> descriptorsOf(const BarFeatures& features, std::span<const BarView> views) {
  constexpr float kEntryDb = 20;
  std::vector<Descriptor> points(views.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t d = 0; d < BarFeatures::kTimbre; ++d) {
      points[i][d] = std::max(-70.0F, features.timbre[i][d]);
    }
    points[i][BarFeatures::kTimbre] = kEntryDb * views[i].kick;
    points[i][BarFeatures::kTimbre + 1] = kEntryDb * views[i].bass;
  }
  return points;
}

float distance(const Descriptor& a, const Descriptor& b) {
  float sum = 0;
  for (std::size_t d = 0; d < a.size(); ++d) sum += (a[d] - b[d]) * (a[d] - b[d]);
  return std::sqrt(sum / static_cast<float>(a.size()));
}

// Foote, "Automatic audio segmentation using a measure of audio novelty" (ICME 2000): a
// checkerboard along the diagonal of the self-distance matrix. What lies across a bar line counts
// for it, what lies to either side against it, so that a restless passage is no boundary.
float checkerboard(std::span<const Descriptor> points, std::size_t at, std::size_t reach) {
  const std::size_t before = std::min(reach, at), after = std::min(reach, points.size() - at);
  if (before == 0 || after == 0) return 0;
  float across = 0, within = 0;
  float withinCount = 0;
  for (std::size_t i = at - before; i < at + after; ++i) {
    for (std::size_t j = i + 1; j < at + after; ++j) {
      const float d = distance(points[i], points[j]);
      if (i < at && j >= at) {
        across += d;
      } else {
        within += d;
        ++withinCount;
      }
    }
  }
  across /= static_cast<float>(before * after);
  return std::max(0.0F, across - (withinCount > 0 ? within / withinCount : 0));
}

// How much begins at each bar line, mean over three scales; about 1 for the track's clear changes.
std::vector<float> noveltyOf(std::span<const Descriptor> points) {
  std::vector<float> novelty(points.size());
  for (const std::size_t reach : {2U, 4U, 8U}) {
    std::vector<float> scale(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) scale[i] = checkerboard(points, i, reach);
    // Half a dB keeps a track that never changes from being cut by its noise.
    const float top = std::max(0.5F, quantile(scale, 0.96));
    for (std::size_t i = 0; i < points.size(); ++i) {
      novelty[i] += std::min(1.0F, scale[i] / top) / 3;
    }
  }
  return novelty;
}

// --- Labels --------------------------------------------------------------------------------

float wholeOf(const BarView& bar) {
  return (bar.kick + bar.bass + bar.full + bar.tonal) / 4;
}

// 1 when some bars have clearly less than others, 0 when all are alike: without a less there is no
// drop.
float contrastOf(std::span<const BarView> views) {
  std::vector<float> whole;
  for (const BarView& view : views) whole.push_back(wholeOf(view));
  return rampUp(quantile(whole, 0.8) - quantile(whole, 0.1), 0.1F, 0.3F);
}

// How well a bar fits each label, about -1 to 1, from what its instruments do.
PerLabel<float> fitOf(const BarView& bar, float along, float contrast) {
  PerLabel<float> fit{};
  const float drums = bar.kick, bass = bar.bass, full = bar.full;
  const float whole = wholeOf(bar);
  const float start = rampUp(along, 0.5F, 0.25F), end = rampUp(along, 0.5F, 0.75F);
  // How much more than an intro this is: most tracks hold something back until they have begun.
  const float body = std::clamp(2.5F * (whole - 0.84F), -0.9F, 0.9F);
  fit[indexOf(PhraseLabel::kIntro)] = 0.7F * start - 0.7F - body;
  fit[indexOf(PhraseLabel::kOutro)] = 0.7F * end - 0.7F - body;
  fit[indexOf(PhraseLabel::kGroove)] = 0.8F * body + 0.15F;
  fit[indexOf(PhraseLabel::kDrop)] = body + 1.6F * (full - 0.8F) - 0.6F * (1 - contrast);
  fit[indexOf(PhraseLabel::kBreakdown)] = 0.9F * (0.5F - drums) + 0.9F * (0.4F - bass);
  fit[indexOf(PhraseLabel::kBuild)] = 1.0F * (0.5F - bass) + 0.4F * (full - 0.5F) - 0.35F;
  return fit;
}

// What it costs when one label follows another. Builds lead into drops; after an intro the track
// grooves before it drops; neighbours never share a label.
constexpr float kNever = 1e6F;
constexpr PerLabel<PerLabel<float>> kFollowCost = {{
    // to: intro, groove, build, drop, breakdown, outro
    {kNever, 0, 0.5F, 1.5F, 1, kNever},                // from intro
    {kNever, kNever, 0, 2, 0.5F, 0.5F},                // from groove
    {kNever, 3, kNever, 0, 4, kNever},                 // from build
    {kNever, 2.5F, 1, kNever, 0, 0},                   // from drop
    {kNever, 1, 0, 0.5F, kNever, 1},                   // from breakdown
    {kNever, kNever, kNever, kNever, kNever, kNever},  // an outro is the end
}};
constexpr PerLabel<float> kFirstCost = {0, 1.5F, 4, 3.5F, 3, kNever};
constexpr PerLabel<float> kLastCost = {kNever, 1.5F, 6, 1.5F, 2.5F, 0};

// Sections are 8, 16, 32 bars long, sometimes four more or less, seldom anything else.
float lengthCost(std::size_t bars) {
  if (bars % 8 == 0) return bars == 24 ? 0.4F : 0;
  if (bars % 4 == 0) return 2;
  return bars % 2 == 0 ? 3.5F : 5;
}

// Dynamic programming over bar lines: the best way to cut and label all bars up to each.
class FormSearch {
 public:
  FormSearch(std::span<const BarView> views, std::span<const float> novelty)
      : views_(views), novelty_(novelty), fit_(views.size() + 1), rise_(views.size() + 1) {
    const float contrast = contrastOf(views);
    for (std::size_t i = 0; i < views.size(); ++i) {
      const float along = static_cast<float>(i) / static_cast<float>(views.size());
      const PerLabel<float> fit = fitOf(views[i], along, contrast);
      for (std::size_t l = 0; l < kLabels; ++l) fit_[i + 1][l] = fit_[i][l] + fit[l];
      const auto at = static_cast<float>(i);
      rise_[i + 1] = rise_[i] + Moments{views[i].bright, at * views[i].bright};
    }
  }

  struct Piece {
    std::size_t begin, end;
    PhraseLabel label;
  };

  std::vector<Piece> run() {
    const std::size_t bars = views_.size();
    best_.assign(bars + 1, {});
    for (std::size_t end = 1; end <= bars; ++end) {
      const std::size_t longest = std::min(end, kMaxPhraseBars);
      for (std::size_t length = std::min(kMinPhraseBars, end); length <= longest; ++length) {
        for (std::size_t label = 0; label < kLabels; ++label) extend(end - length, end, label);
      }
    }
    return traceBack();
  }

 private:
  struct Moments {
    float sum = 0, weighted = 0;
    Moments operator+(const Moments& other) const {
      return {sum + other.sum, weighted + other.weighted};
    }
    Moments operator-(const Moments& other) const {
      return {sum - other.sum, weighted - other.weighted};
    }
  };
  struct State {
    PerLabel<float> score;
    PerLabel<std::size_t> begin{}, before{};
    State() { score.fill(-kNever); }
  };

  // How many dB the upper bands rise over a piece, by its regression line.
  float brightening(std::size_t begin, std::size_t end) const {
    const auto n = static_cast<float>(end - begin);
    if (n < 2) return 0;
    const Moments m = rise_[end] - rise_[begin];
    const float middle = static_cast<float>(begin) + (n - 1) / 2;
    const float spread = n * (n * n - 1) / 12;
    return (m.weighted - middle * m.sum) / spread * n;
  }

  float pieceScore(std::size_t begin, std::size_t end, std::size_t label) const {
    constexpr float kCutCost = 5, kNoveltyGain = 7;
    float score = fit_[end][label] - fit_[begin][label];
    const std::size_t length = end - begin;
    // The ends of a track need not be whole phrases: fades, pick-ups.
    const bool edge = begin == 0 || end == views_.size();
    score -= lengthCost(length) * (edge ? 0.5F : 1);
    if (begin > 0) score += kNoveltyGain * novelty_[begin] - kCutCost;
    if (label == indexOf(PhraseLabel::kBuild)) {
      score += std::clamp(0.35F * brightening(begin, end), -2.0F, 2.5F);
      if (length > 16) score -= 0.5F * static_cast<float>(length - 16);
    }
    return score;
  }

  void extend(std::size_t begin, std::size_t end, std::size_t label) {
    float score = pieceScore(begin, end, label);
    if (end == views_.size()) score -= kLastCost[label];
    std::size_t from = label;
    if (begin == 0) {
      score -= kFirstCost[label];
    } else {
      float most = -std::numeric_limits<float>::infinity();
      for (std::size_t before = 0; before < kLabels; ++before) {
        const float with = best_[begin].score[before] - kFollowCost[before][label];
        if (with > most) {
          most = with;
          from = before;
        }
      }
      score += most;
    }
    if (score > best_[end].score[label]) {
      best_[end].score[label] = score;
      best_[end].begin[label] = begin;
      best_[end].before[label] = from;
    }
  }

  std::vector<Piece> traceBack() const {
    std::vector<Piece> pieces;
    std::size_t end = views_.size();
    const auto& last = best_[end].score;
    auto label =
        static_cast<std::size_t>(std::max_element(last.begin(), last.end()) - last.begin());
    while (end > 0) {
      const std::size_t begin = best_[end].begin[label];
      pieces.push_back({begin, end, static_cast<PhraseLabel>(label)});
      label = best_[end].before[label];
      end = begin;
    }
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
  }

  std::span<const BarView> views_;
  std::span<const float> novelty_;
  std::vector<PerLabel<float>> fit_;  // sums up to each bar line
  std::vector<Moments> rise_;
  std::vector<State> best_;
};

// The bars between silence at the start and at the end.
std::pair<std::size_t, std::size_t> soundingBars(std::span<const BarFeatures::Bar> bars) {
  std::vector<float> levels;
  for (const auto& bar : bars) levels.push_back(bar.loudness);
  // A quiet start is an intro; a last hit that rings out belongs to no phrase.
  const float usual = quantile(levels, 0.8);
  const float first = std::max(kSilenceDb, usual - 30), last = std::max(kSilenceDb, usual - 12);
  std::size_t begin = 0, end = bars.size();
  while (begin < end && bars[begin].loudness < first) ++begin;
  while (end > begin && bars[end - 1].loudness < last) --end;
  return {begin, end};
}

}  // namespace

std::string_view phraseLabelName(PhraseLabel label) {
  return kLabelNames[indexOf(label)];
}

std::optional<PhraseLabel> findPhraseLabel(std::string_view name) {
  for (std::size_t i = 0; i < kLabels; ++i) {
    if (kLabelNames[i] == name) return static_cast<PhraseLabel>(i);
  }
  return std::nullopt;
}

std::vector<Phrase> findPhrases(const FeatureTrack& features, const BeatGrid& grid) {
  const BandTrack bands = bandTrack(features[Feature::kLogMel]);
  BarFeatures all = barFeatures(features, bands, grid);
  const auto [first, last] = soundingBars(all.bars);
  if (last - first < kMinBars) return {};
  BarFeatures sounding;
  sounding.bars.assign(all.bars.begin() + static_cast<std::ptrdiff_t>(first),
                       all.bars.begin() + static_cast<std::ptrdiff_t>(last));
  sounding.timbre.assign(all.timbre.begin() + static_cast<std::ptrdiff_t>(first),
                         all.timbre.begin() + static_cast<std::ptrdiff_t>(last));
  const std::vector<BarView> views = viewsOf(sounding.bars);
  const std::vector<float> novelty = noveltyOf(descriptorsOf(sounding, views));
  std::vector<Phrase> phrases;
  for (const FormSearch::Piece& piece : FormSearch(views, novelty).run()) {
    const auto bars = static_cast<int>(piece.end - piece.begin);
    const Phrase phrase{sounding.bars[piece.begin].start, sounding.bars[piece.end - 1].end, bars,
                        piece.label};
    phrases.push_back(phrase);
  }
  return phrases;
}

}  // namespace dju::music
