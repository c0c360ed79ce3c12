#include "music/grid_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "music/onset.h"

namespace dju::music {
namespace {

constexpr double kWholeBpmDrift = 0.012 * kOnsetRate;  // of the last beat against the first
constexpr double kWholeBpmLoss = 0.98;                 // of the onset strength on the beats
constexpr double kLargestCorrection = 0.01;            // of the period, by a fit
constexpr double kStrongest = 20;                      // times the mean: more is an accident
// Where a beat may have moved, a hat between the kicks of a sparse track must not count for as much
// as they do. A path that follows a slide needs its peaks blunter.
constexpr double kStrongestKick = 100, kStrongestOnPath = 50;
constexpr double kLeastGain = 1.25;  // in onset strength on the beats, by following a tempo

float at(const std::vector<float>& onset, double hop) {
  if (hop < 0) return 0;
  const auto index = static_cast<std::size_t>(hop);
  if (index + 1 >= onset.size()) return 0;
  const auto part = static_cast<float>(hop - static_cast<double>(index));
  return onset[index] * (1 - part) + onset[index + 1] * part;
}

struct Peak {
  double hop = 0, strength = 0;
};

// The strongest moment within `reach` of where a beat is expected, by parabola between hops.
Peak peakNear(const std::vector<float>& onset, double expected, double reach) {
  const auto last = static_cast<std::int64_t>(onset.size()) - 2;
  const auto from =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(expected - reach)));
  const auto to = std::min(last, static_cast<std::int64_t>(std::floor(expected + reach)));
  std::int64_t best = -1;
  for (std::int64_t i = from; i <= to; ++i) {
    if (best < 0 || onset[static_cast<std::size_t>(i)] > onset[static_cast<std::size_t>(best)])
      best = i;
  }
  if (best < 0) return {expected, 0};
  const auto b = static_cast<std::size_t>(best);
  const double left = onset[b - 1], middle = onset[b], right = onset[b + 1];
  const double curve = left - 2 * middle + right;
  const double shift = curve < -1e-9 ? 0.5 * (left - right) / curve : 0;
  return {static_cast<double>(best) + std::clamp(shift, -0.5, 0.5), middle};
}

// Sums of a weighted regression of time on beat number.
struct Regression {
  double w = 0, n = 0, t = 0, nn = 0, nt = 0, tt = 0;

  void add(double weight, double beat, double time) {
    w += weight;
    n += weight * beat;
    t += weight * time;
    nn += weight * beat * beat;
    nt += weight * beat * time;
    tt += weight * time * time;
  }
  bool solvable() const { return w * nn - n * n > 1e-6 * std::max(1.0, w * nn); }
  double slope() const { return (w * nt - n * t) / (w * nn - n * n); }
  double intercept() const { return (t - slope() * n) / w; }
  double error() const {  // weighted sum of squares around the line
    if (!solvable()) return w > 0 ? std::max(0.0, tt - t * t / w) : 0;
    const double b = slope(), a = intercept();
    return std::max(0.0, tt - 2 * a * t - 2 * b * nt + a * a * w + 2 * a * b * n + b * b * nn);
  }
  Regression operator-(const Regression& other) const {
    return {w - other.w, n - other.n, t - other.t, nn - other.nn, nt - other.nt, tt - other.tt};
  }
};

// Onset strength on all beats of a line, each no more than `most`.
double strengthOn(const std::vector<float>& onset, const BeatLine& line, double most = kStrongest) {
  double sum = 0;
  for (double beat = line.firstBeat(); line.hopAt(beat) < line.to; ++beat)
    sum += std::min<double>(most, at(onset, line.hopAt(beat)));
  return sum;
}

double strengthOn(const std::vector<float>& onset, const std::vector<BeatLine>& lines) {
  double sum = 0;
  for (const BeatLine& line : lines) sum += strengthOn(onset, line);
  return sum;
}

// `line` turned about its middle so that its last beat moves by `drift` against its first, and
// moved by `shift`.
BeatLine turned(const BeatLine& line, double drift, double shift) {
  const double beats = std::max(1.0, (line.to - line.from) / line.period);
  const double middle = std::round(line.beatAt((line.from + line.to) / 2));
  BeatLine out = line;
  out.period += drift / beats;
  out.phase = line.hopAt(middle) + shift - middle * out.period;
  return out;
}

// The line near another that passes most onset strength: least squares alone may be drawn away by
// sounds beside the beat when it starts far off.
BeatLine strongest(const std::vector<float>& onset, const BeatLine& line, double mostDrift,
                   double mostShift) {
  BeatLine best = line;
  double most = strengthOn(onset, line);
  for (double drift = -mostDrift; drift <= mostDrift; drift += 1) {
    for (double shift = -mostShift; shift <= mostShift; shift += 1) {
      const BeatLine one = turned(line, drift, shift);
      const double strength = strengthOn(onset, one);
      if (strength <= most) continue;
      most = strength;
      best = one;
    }
  }
  return best;
}

BeatLine fittedOnce(const std::vector<float>& onset, const BeatLine& line, double reach) {
  Regression sums;
  const double first = line.firstBeat();
  const double centre = std::round(line.beatAt((line.from + line.to) / 2));
  for (double beat = first; line.hopAt(beat) < line.to; ++beat) {
    const double expected = line.hopAt(beat);
    const Peak peak = peakNear(onset, expected, reach);
    if (peak.strength < 1) continue;
    // What lies further off is more likely another sound (Tukey's biweight).
    const double far = (peak.hop - expected) / (reach + 1);
    const double trust = (1 - far * far) * (1 - far * far);
    sums.add(trust * std::min(peak.strength, kStrongest), beat - centre, peak.hop - expected);
  }
  if (!sums.solvable()) return line;
  const double slope = sums.slope();
  if (std::fabs(slope / line.period) > kLargestCorrection) return line;
  BeatLine out = line;
  out.period += slope;
  out.phase += sums.intercept() - slope * centre;
  return out;
}

// Where beats lie beside a line, a value for each group of beats.
struct Wander {
  std::vector<double> offset;  // hops
  std::vector<double> weight;  // 0 to 1: how clear
};

constexpr int kGroupBeats = 8;
// What a jump to any other offset costs, in groups that hit as well as the path's best: a beat that
// moved must stay moved for longer than that.
constexpr double kJumpGroups = 1;
constexpr int kMaxStep = 10;  // hops from group to group: 1.3 % of tempo at 125 BPM

// Onset strength of a group of beats when the grid is moved by each number of hops up to a beat.
std::vector<double> groupStrength(const std::vector<float>& onset, const BeatLine& line,
                                  double firstBeat, std::size_t states) {
  std::vector<double> out(states);
  for (int n = 0; n < kGroupBeats; ++n) {
    const double hop = line.hopAt(firstBeat + n);
    for (std::size_t offset = 0; offset < states; ++offset)
      out[offset] +=
          std::min<double>(kStrongestOnPath, at(onset, hop + static_cast<double>(offset))) /
          kGroupBeats;
  }
  return out;
}

using Steps = std::vector<std::vector<std::int16_t>>;  // how each state was reached, by group

// Passes the best score so far on to the next group; offsets go round within a beat.
std::vector<double> passed(const std::vector<double>& score, double jumpPrice,
                           std::vector<std::int16_t>& steps) {
  const auto states = static_cast<int>(score.size());
  const auto top = std::max_element(score.begin(), score.end());
  std::vector<double> out(score.size(), *top - jumpPrice);
  for (int s = 0; s < states; ++s) {
    const auto here = static_cast<std::size_t>(s);
    const int jump = (s - static_cast<int>(top - score.begin()) + states + states / 2) % states;
    steps[here] = static_cast<std::int16_t>(jump - states / 2);  // the shorter way round
    for (int step = -kMaxStep; step <= kMaxStep; ++step) {
      const auto source = static_cast<std::size_t>((s - step + states) % states);
      const double value = score[source] - 0.05 * std::abs(step);
      if (value <= out[here]) continue;
      out[here] = value;
      steps[here] = static_cast<std::int16_t>(step);
    }
  }
  return out;
}

// The path of offsets through all groups that passes most onset strength with few jumps (Viterbi).
// It may wander further than a beat.
Wander wander(const std::vector<float>& onset, const BeatLine& line) {
  const double first = line.firstBeat();
  const auto groups =
      static_cast<std::size_t>(std::max(0.0, (line.beatAt(line.to) - first) / kGroupBeats));
  const auto states = static_cast<std::size_t>(std::lround(line.period));
  Wander out;
  if (groups == 0 || states < 4 * kMaxStep) return out;
  std::vector<std::vector<double>> strength(groups);
  Steps steps(groups, std::vector<std::int16_t>(states));
  std::vector<double> score(states);
  double hit = 0;  // by the best offset of a group, in the mean
  for (std::size_t g = 0; g < groups; ++g) {
    strength[g] = groupStrength(onset, line, first + static_cast<double>(g) * kGroupBeats, states);
    hit += *std::max_element(strength[g].begin(), strength[g].end()) / static_cast<double>(groups);
  }
  for (std::size_t g = 0; g < groups; ++g) {
    score = passed(score, kJumpGroups * hit, steps[g]);
    for (std::size_t s = 0; s < states; ++s) score[s] += strength[g][s];
  }
  auto state = static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
  out.offset.resize(groups);
  out.weight.resize(groups);
  double offset = state;
  for (std::size_t g = groups; g-- > 0;) {
    double mean = 0;
    for (const double value : strength[g]) mean += value / static_cast<double>(states);
    const auto here = static_cast<std::size_t>(state);
    out.offset[g] = offset;
    out.weight[g] = std::clamp(strength[g][here] / std::max(mean, 0.2) - 1, 0.0, 1.0);
    const int step = steps[g][here];
    offset -= step;
    state = (state - step + static_cast<int>(states)) % static_cast<int>(states);
  }
  // A whole beat more or less is no offset.
  const double middle = out.offset[groups / 2];
  const double whole = std::round(middle / line.period) * line.period;
  for (double& value : out.offset) value -= whole;
  return out;
}

// How far a piece of a line was moved at its middle, in beats, at most half of one.
double moved(const BeatLine& piece, const BeatLine& line) {
  const double beat =
      line.beatAt(piece.hopAt(std::round(piece.beatAt((piece.from + piece.to) / 2))));
  return std::fabs(std::remainder(beat, 1));
}

double strengthPerBeat(const std::vector<float>& onset, const BeatLine& line) {
  return strengthOn(onset, line, kStrongestKick) /
         std::max(1.0, (line.to - line.from) / line.period);
}

// Whether the beat itself moved (an edit, a mix): each moved piece hits as well as the rest did,
// where the line that goes on hits much less. A break in which only hats sound is not like that.
bool beatMoved(const std::vector<float>& onset, const std::vector<BeatLine>& pieces,
               const BeatLine& line) {
  constexpr double kMoved = 0.15, kAsWell = 0.75, kLess = 0.5;
  BeatLine rest = line;
  double restStrength = 0, restBeats = 0;
  for (const BeatLine& piece : pieces) {
    if (moved(piece, line) > kMoved) continue;
    restStrength += strengthOn(onset, piece, kStrongestKick);
    restBeats += (piece.to - piece.from) / piece.period;
  }
  if (restBeats <= 0) return false;
  bool any = false;
  for (const BeatLine& piece : pieces) {
    if (moved(piece, line) <= kMoved) continue;
    rest.from = piece.from;
    rest.to = piece.to;
    const double now = strengthPerBeat(onset, piece), before = strengthPerBeat(onset, rest);
    if (now < kAsWell * restStrength / restBeats || before > kLess * now) return false;
    any = true;
  }
  return any;
}

// Lets pieces between which the beat jumps meet where the later one begins to explain the onsets
// better. Pieces of a tempo that slides meet already.
void meet(const std::vector<float>& onset, std::vector<BeatLine>& pieces) {
  constexpr double kJumps = 0.1;  // beats
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const double border = pieces[i].hopAt(pieces[i].firstBeat());
    if (std::fabs(std::remainder(pieces[i - 1].beatAt(border), 1)) < kJumps) continue;
    const double reach = kGroupBeats * pieces[i].period;
    const double from = std::max(pieces[i - 1].from, pieces[i].from - reach);
    const double to = std::min(pieces[i].to, pieces[i].from + reach);
    const double change = changePoint(onset, pieces[i - 1], pieces[i], from, to);
    pieces[i - 1].to = pieces[i].from = change;
  }
}

// First groups of straight pieces through a wander: least squares with a price a piece.
std::vector<std::size_t> straightPieces(const Wander& w) {
  constexpr double kPrice = 15;      // squared hops: a few groups 2 or 3 hops off are worth a piece
  constexpr std::size_t kLeast = 2;  // groups in a piece
  const std::size_t groups = w.offset.size();
  std::vector<Regression> sums(groups + 1);
  for (std::size_t g = 0; g < groups; ++g) {
    sums[g + 1] = sums[g];
    sums[g + 1].add(w.weight[g] + 1e-3, static_cast<double>(g), w.offset[g]);
  }
  std::vector<double> cost(groups + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> from(groups + 1);
  cost[0] = 0;
  for (std::size_t end = kLeast; end <= groups; ++end) {
    for (std::size_t begin = 0; begin + kLeast <= end; ++begin) {
      const double value = cost[begin] + kPrice + (sums[end] - sums[begin]).error();
      if (value >= cost[end]) continue;
      cost[end] = value;
      from[end] = begin;
    }
  }
  std::vector<std::size_t> out;
  for (std::size_t end = groups; end > 0; end = from[end]) out.push_back(from[end]);
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

double BeatLine::firstBeat() const {
  return std::ceil(beatAt(from) - 1e-9);
}

BeatLine fitted(const std::vector<float>& onset, BeatLine line) {
  constexpr double kSearchedDrift = 12, kSearchedShift = 4;
  line = strongest(onset, line, kSearchedDrift, kSearchedShift);
  for (const double reach : {6.0, 4.0, 3.0}) line = fittedOnce(onset, line, reach);
  return line;
}

BeatLine withWholeBpm(const std::vector<float>& onset, const BeatLine& line) {
  const double beats = (line.to - line.from) / line.period;
  const double period = kOnsetRate * 60 / std::round(kOnsetRate * 60 / line.period);
  const double drift = (period - line.period) * beats;
  BeatLine out = turned(line, drift, 0);
  out.period = period;
  const double before = strengthOn(onset, line);
  double most = 0, bestShift = 0;
  for (double shift = -2; shift <= 2; shift += 0.1) {
    BeatLine one = out;
    one.phase += shift;
    const double strength = strengthOn(onset, one);
    if (strength <= most) continue;
    most = strength;
    bestShift = shift;
  }
  const bool near = std::fabs(drift) <= kWholeBpmDrift;
  if (most < (near ? kWholeBpmLoss : 1) * before) return line;
  // The moment stays that of the fit, unless the other tempo was far from it.
  if (!near) out.phase += bestShift;
  return out;
}

std::vector<BeatLine> followed(const std::vector<float>& onset, const std::vector<float>& beats,
                               const BeatLine& line) {
  const Wander w = wander(beats, line);
  const std::vector<std::size_t> pieces = straightPieces(w);
  if (pieces.size() < 2) return {line};
  std::vector<BeatLine> out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::size_t begin = pieces[i];
    const std::size_t end = i + 1 < pieces.size() ? pieces[i + 1] : w.offset.size();
    Regression sums;
    for (std::size_t g = begin; g < end; ++g)
      sums.add(w.weight[g] + 1e-3, static_cast<double>(g), w.offset[g]);
    const double first = line.firstBeat();
    // A group's offset is that of its middle.
    const double slope = sums.slope() / kGroupBeats;
    const double middle = first + (kGroupBeats - 1) / 2.0;
    BeatLine piece;
    piece.period = line.period + slope;
    piece.phase = line.phase + sums.intercept() - slope * middle;
    piece.from = i == 0 ? line.from : line.hopAt(first + static_cast<double>(begin) * kGroupBeats);
    piece.to = i + 1 < pieces.size() ? line.hopAt(first + static_cast<double>(end) * kGroupBeats)
                                     : line.to;
    out.push_back(fitted(onset, piece));
  }
  // Where a passage has nothing on the beat, the search finds something beside it; a tempo that
  // moves shows by how much more the beats hit.
  const bool better = strengthOn(beats, out) > kLeastGain * strengthOn(beats, line);
  if (!better && !beatMoved(beats, out, line)) return {line};
  meet(beats, out);
  return out;
}

double changePoint(const std::vector<float>& onset, const BeatLine& before, const BeatLine& after,
                   double from, double to) {
  // Each beat passed by `before` until the change and by `after` from it on adds its strength.
  double sum = 0, best = -std::numeric_limits<double>::infinity(), bestHop = from;
  std::vector<std::pair<double, double>> events;  // hop, gain when the change lies behind it
  for (double beat = std::ceil(before.beatAt(from)); before.hopAt(beat) < to; ++beat) {
    const double hop = before.hopAt(beat);
    events.emplace_back(hop, std::min<double>(kStrongestKick, at(onset, hop)));
  }
  std::vector<double> places;
  for (double beat = std::ceil(after.beatAt(from)); after.hopAt(beat) < to; ++beat) {
    const double hop = after.hopAt(beat);
    events.emplace_back(hop, -std::min<double>(kStrongestKick, at(onset, hop)));
    places.push_back(hop);
  }
  std::sort(events.begin(), events.end());
  std::size_t next = 0;
  for (const double place : places) {
    while (next < events.size() && events[next].first < place - 1e-6) sum += events[next++].second;
    if (sum <= best) continue;
    best = sum;
    bestHop = place;
  }
  return bestHop;
}

}  // namespace dju::music
