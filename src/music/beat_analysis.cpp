#include "music/beat_analysis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include "music/bar_phase.h"
#include "music/beat_confidence.h"
#include "music/grid_fit.h"
#include "music/metre.h"
#include "music/onset.h"
#include "music/periodicity.h"
#include "music/tempo_map.h"

namespace dju::music {
namespace {

constexpr double kMinSeconds = 2;
// The metre of a longer section is told from its first minutes of this length: it is no clearer
// after, and a mix of three hours must not need memory for all of it.
constexpr std::size_t kLongestEvidence = 20 * 60 * static_cast<std::size_t>(kOnsetRate);
// Hops by which onset strength peaks behind the moment that a sound begins: window and lag of the
// flux. Measured on synthesised drums with attacks of 0 to 10 ms (beat_analysis_test.cpp).
constexpr double kLatencyHops = 0.2;
constexpr double kTempoKept = 4;        // log-odds an octave, against a section of another tempo
constexpr std::size_t kBlurred = 1200;  // hops around a change in which windows saw both tempi
constexpr double kWrongBar = 0.25;      // of the confidence is left where bars are not of four
constexpr double kLeastAlternative = 0.01;

// Part of the onsets; `from` is a multiple of kTextureHops.
OnsetStrength slice(const OnsetStrength& onset, std::size_t from, std::size_t to) {
  OnsetStrength out;
  const auto part = [](const auto& values, std::size_t begin, std::size_t end) {
    end = std::min(end, values.size());
    begin = std::min(begin, end);
    return std::decay_t<decltype(values)>(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                          values.begin() + static_cast<std::ptrdiff_t>(end));
  };
  for (std::size_t band = 0; band < kOnsetBands; ++band)
    out.bands[band] = part(onset.bands[band], from, to);
  out.all = part(onset.all, from, to);
  out.texture = part(onset.texture, from / kTextureHops, to / kTextureHops + 1);
  return out;
}

// The hypotheses of one section, moved to the track's time, and how regular the section is.
struct SectionMetre {
  TempoSection section;
  std::vector<Metre> hypotheses;
  double regularity = 0;  // 0 to 1
  double fourBeats = 0;   // 0 to 1: bars are of four

  bool known() const { return !hypotheses.empty(); }
  std::size_t length() const { return section.to - section.from; }
};

const Metre& best(const std::vector<Metre>& hypotheses) {
  return *std::max_element(hypotheses.begin(), hypotheses.end(),
                           [](const Metre& a, const Metre& b) { return a.score < b.score; });
}

SectionMetre listen(const OnsetStrength& onset, const TempoSection& section, bool only) {
  std::size_t from = section.from, to = section.to;
  if (!only && to - from > 4 * kBlurred) {
    from += from > 0 ? kBlurred : 0;
    to -= to < onset.size() ? kBlurred : 0;
  }
  from -= from % kTextureHops;
  to = std::min(to, from + kLongestEvidence);
  SectionMetre out{section, {}, 0, 0};
  const OnsetStrength part = slice(onset, from, to);
  out.hypotheses = metreHypotheses(part);
  if (!out.known()) return out;
  const Periodicity periodicity(part.all, static_cast<std::size_t>(kOnsetRate * 20));
  out.regularity = regularityOf(periodicity, out.hypotheses);
  out.fourBeats = barsOfFour(periodicity, best(out.hypotheses).period);
  for (Metre& metre : out.hypotheses) metre.downbeat += static_cast<double>(from);
  return out;
}

// The best hypothesis of another section of a track whose longest has a beat of `period`.
const Metre& bestNear(const std::vector<Metre>& hypotheses, double period) {
  const auto value = [period](const Metre& metre) {
    return metre.score - kTempoKept * std::fabs(std::log2(metre.period / period));
  };
  return *std::max_element(hypotheses.begin(), hypotheses.end(),
                           [&](const Metre& a, const Metre& b) { return value(a) < value(b); });
}

bool sameTempo(const Metre& a, const Metre& b) {
  return std::fabs(a.period / b.period - 1) < 0.01;
}

bool sameBeat(const Metre& a, const Metre& b) {
  return sameTempo(a, b) &&
         std::fabs(std::remainder(a.downbeat - b.downbeat, a.period)) < 0.1 * a.period;
}

// `bpm` times a ratio that is known within a percent: an exact one where it is a simple one.
double timesRatio(double bpm, double ratio) {
  for (const double parts : {1.0, 2.0, 3.0, 4.0}) {
    const double whole = std::round(ratio * parts);
    if (whole >= 1 && whole <= 4 && std::fabs(ratio * parts / whole - 1) < 0.01)
      return bpm * whole / parts;
  }
  return bpm * ratio;
}

// Whether the kick is as strong between the beats as on them: somebody may tap twice as fast.
bool kicksOnHalfBeats(const Metre& metre) {
  constexpr double kAsStrong = 0.7;
  std::array<double, 4> sums{};  // of the beats' sixteenths
  for (std::size_t i = 0; i < kSixteenths; ++i)
    sums[i % 4] += std::exp(static_cast<double>(metre.features[kKickBand * kSixteenths + i]));
  return sums[2] > kAsStrong * sums[0] && sums[2] > 2 * std::max(sums[1], sums[3]);
}

// Periods of hypotheses are exact to a few thousandths only; `bpm` is what the chosen one's became.
std::vector<TempoAlternative> alternativesTo(const std::vector<Metre>& hypotheses,
                                             const Metre& chosen, double bpm) {
  std::vector<TempoAlternative> out;
  std::vector<const Metre*> seen = {&chosen};
  for (const Metre& metre : hypotheses) {
    if (std::any_of(seen.begin(), seen.end(),
                    [&](const Metre* other) { return sameTempo(metre, *other); }))
      continue;
    seen.push_back(&metre);
    out.push_back({timesRatio(bpm, chosen.period / metre.period),
                   probabilityOf(hypotheses, metre, sameTempo)});
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.probability > b.probability; });
  const auto few = std::find_if(out.begin(), out.end(), [](const TempoAlternative& one) {
    return one.probability < kLeastAlternative;
  });
  out.erase(few, out.end());
  // DJs count the other octave often enough to be told it in any case.
  const auto listed = [&out](double octave) {
    return std::any_of(out.begin(), out.end(), [octave](const TempoAlternative& one) {
      return std::fabs(one.bpm / octave - 1) < 0.01;
    });
  };
  const double octave = bpm > 115 ? bpm / 2 : bpm * 2;
  if (!listed(octave)) out.push_back({octave, 0});
  if (kicksOnHalfBeats(chosen) && bpm * 2 <= kFastestBpm && !listed(bpm * 2))
    out.push_back({bpm * 2, 0});
  return out;
}

// Onset strength of those bands that tell the beat from its half, by how much they do: where a grid
// is moved to follow a tempo it must not come to rest on loud off-beat hats.
std::vector<float> beatStrength(const OnsetStrength& onset, const Metre& metre) {
  std::array<double, kOnsetBands> weights{};
  double sum = 0;
  for (std::size_t band = 0; band < kOnsetBands; ++band) {
    for (std::size_t i = 0; i < kSixteenths; i += 2) {
      const double strength = std::exp(static_cast<double>(metre.features[band * kSixteenths + i]));
      weights[band] += i % 4 == 0 ? strength : -strength;
    }
    weights[band] = std::max(0.0, weights[band]);
    sum += weights[band];
  }
  if (sum <= 0) return onset.all;
  std::vector<float> out(onset.size());
  for (std::size_t band = 0; band < kOnsetBands; ++band) {
    const auto weight = static_cast<float>(kOnsetBands * weights[band] / sum);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += weight * onset.bands[band][i];
  }
  return out;
}

BeatLine lineOf(const SectionMetre& heard, const Metre& metre) {
  return {static_cast<double>(heard.section.from), static_cast<double>(heard.section.to),
          metre.downbeat, metre.period};
}

// Fits all lines, lets them meet at the beat where the tempo changes, and fits again.
std::vector<BeatLine> refined(const std::vector<float>& onset, const std::vector<float>& beats,
                              std::vector<BeatLine> lines) {
  for (BeatLine& line : lines) {
    BeatLine inner = line;
    if (inner.to - inner.from > 4.0 * kBlurred && lines.size() > 1) {
      inner.from += kBlurred;
      inner.to -= kBlurred;
    }
    inner = fitted(onset, inner);
    line.phase = inner.phase;
    line.period = inner.period;
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const double reach = std::min({1.5 * kBlurred, (lines[i - 1].to - lines[i - 1].from) / 2,
                                   (lines[i].to - lines[i].from) / 2});
    const double change =
        changePoint(beats, lines[i - 1], lines[i], lines[i].from - reach, lines[i].from + reach);
    lines[i - 1].to = lines[i].from = change;
  }
  std::vector<BeatLine> out;
  for (const BeatLine& line : lines) {
    for (const BeatLine& piece : followed(onset, beats, fitted(onset, line))) out.push_back(piece);
  }
  return out;
}

// The grid through all lines; beat `downbeat` of line `main` begins a bar.
BeatGrid gridOf(const std::vector<BeatLine>& lines, std::size_t main, double downbeat) {
  BeatGrid grid;
  // Beat numbers of each line's first beat, counted on from line to line.
  std::vector<double> firsts = {0};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const BeatLine& before = lines[i - 1];
    const double start = lines[i].hopAt(lines[i].firstBeat());
    const double passed = std::round(before.beatAt(start) - before.firstBeat());
    firsts.push_back(firsts.back() + std::max(1.0, passed));
  }
  const double ofBar = downbeat - lines[main].firstBeat() + firsts[main];
  const double toBar = std::fmod(std::fmod(ofBar, 4) + 4, 4);
  const auto frames = [](double hop) { return (hop - kLatencyHops) * kOnsetHop; };
  grid.framesPerBeat = lines[0].period * kOnsetHop;
  grid.anchorFrame = frames(lines[0].hopAt(lines[0].firstBeat() + toBar));
  double moved = toBar;  // beats between the first line's first beat and the anchor
  if (lines.size() == 1) {
    const double bar = 4 * grid.framesPerBeat;
    grid.anchorFrame -= std::floor(grid.anchorFrame / bar) * bar;
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const TempoChange change{firsts[i] - moved, frames(lines[i].hopAt(lines[i].firstBeat())),
                             lines[i].period * kOnsetHop};
    grid.addChange(change);
  }
  return grid;
}

}  // namespace

BeatEstimate estimateBeats(const audio::PcmView& pcm) {
  if (static_cast<double>(pcm.frames) / kSampleRate < kMinSeconds) return {};
  const OnsetStrength onset = onsetStrength(pcm);
  const std::vector<TempoSection> sections = tempoSections(onset.all);
  std::vector<SectionMetre> heard;
  for (const TempoSection& section : sections) {
    SectionMetre one = listen(onset, section, sections.size() == 1);
    if (one.known()) heard.push_back(std::move(one));
  }
  if (heard.empty()) return {};
  const SectionMetre& main = *std::max_element(
      heard.begin(), heard.end(),
      [](const SectionMetre& a, const SectionMetre& b) { return a.length() < b.length(); });
  const Metre& metre = best(main.hypotheses);
  std::vector<BeatLine> lines;
  for (const SectionMetre& one : heard)
    lines.push_back(lineOf(one, &one == &main ? metre : bestNear(one.hypotheses, metre.period)));
  lines = refined(onset.all, beatStrength(onset, metre), std::move(lines));
  if (lines.size() == 1) lines[0] = withWholeBpm(onset.all, lines[0]);
  const double middle = static_cast<double>(main.section.from + main.section.to) / 2;
  std::size_t mainLine = 0;
  while (mainLine + 1 < lines.size() && lines[mainLine].to < middle) ++mainLine;
  const BarChances bars = barChances(pcm, lines[mainLine], main.hypotheses);
  const auto first = std::max_element(bars.begin(), bars.end());
  BeatEstimate out;
  out.grid = gridOf(lines, mainLine, static_cast<double>(first - bars.begin()));
  out.confidence = main.regularity * (kWrongBar + (1 - kWrongBar) * main.fourBeats) *
                   probabilityOf(main.hypotheses, metre, sameBeat);
  out.downbeatConfidence = out.confidence * *first;
  out.alternatives =
      alternativesTo(main.hypotheses, metre, kOnsetRate * 60 / lines[mainLine].period);
  return out;
}

}  // namespace dju::music
