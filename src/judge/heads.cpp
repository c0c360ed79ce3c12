#include "judge/heads.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "judge/performance.h"

namespace dju::judge {
namespace {

constexpr double kStepsPerSecond = static_cast<double>(kSampleRate) / kEvidenceFrames;

// Where each measure is worth half.
constexpr double kHalfOffsetMs = 50;     // the document: a beat within 50 ms is met
constexpr double kHalfBpm = 2;           // the document: a tempo within 2 BPM is right
constexpr double kHalfKeySteps = 3;      // neighbours on the wheel mix, opposite sides clash
constexpr double kHalfDetuneCents = 30;  // between "beats slowly" and a quarter tone
// Sudden changes of speed by 1 % (17 cents) are heard by everybody, by 0.3 % by the trained.
constexpr double kHalfWobblePercent = 1;
constexpr double kHalfCutPercent = 5;  // a cut to another tempo: 86 % of plays stay within 5 %
constexpr double kHalfSpectralDb = 12;
constexpr double kHalfLevelDb = 6;      // two full tracks at once are 3 dB, a dropped fader more
constexpr double kHalfBassSeconds = 4;  // two bars: a swap, longer is mud

class Mean {
 public:
  void add(double value, double weight = 1) {
    sum_ += weight * value;
    weight_ += weight;
    ++count_;
  }
  std::optional<double> value(int fewest = 1) const {
    if (count_ < fewest || weight_ <= 0) return {};
    return sum_ / weight_;
  }

 private:
  double sum_ = 0, weight_ = 0;
  int count_ = 0;
};

std::optional<float> toFloat(std::optional<double> value) {
  if (!value) return {};
  return static_cast<float>(*value);
}

template <typename... Values>
std::optional<double> meanOf(const Values&... values) {
  Mean mean;
  (
      [&](const std::optional<double>& value) {
        if (value) mean.add(*value);
      }(values),
      ...);
  return mean.value();
}

const DeckEvidence& carried(const Evidence& evidence) {
  return evidence.decks[evidence.carrier];
}

// --- pitch_stability

// A deck's speed is as steady as it stays near a straight line: nudges, a shaking hand and jumps of
// the fader depart from it, a tempo that is ridden evenly does not. Least squares over each stretch
// in which one track sounds and runs by its motor; the residue in percent.
class Wobble {
 public:
  void add(double time, double speed) {
    ++n_;
    t_ += time;
    tt_ += time * time;
    y_ += speed;
    ty_ += time * speed;
    yy_ += speed * speed;
  }
  void endInto(Mean& squares) {
    const double n = n_;
    if (n >= static_cast<double>(kFewestMoments)) {
      const double tt = tt_ - t_ * t_ / n, ty = ty_ - t_ * y_ / n, yy = yy_ - y_ * y_ / n;
      const double residue = std::max(0.0, tt > 0 ? yy - ty * ty / tt : yy) / n;
      const double mean = y_ / n;
      squares.add(1e4 * residue / (mean * mean), n);
    }
    *this = {};
  }

 private:
  double n_ = 0, t_ = 0, tt_ = 0, y_ = 0, ty_ = 0, yy_ = 0;
};

// --- transition_quality

// The window's first and last carried moments, where they are carried by different records, and the
// moment at which the later one was brought in.
struct Passage {
  const Evidence* before = nullptr;
  const Evidence* entry = nullptr;
  const Evidence* after = nullptr;
};

bool sameRecord(const Evidence& a, const Evidence& b) {
  return a.carrier == b.carrier && carried(a).track == carried(b).track;
}

std::optional<Passage> passageIn(std::span<const Evidence> window) {
  Passage found;
  for (const Evidence& evidence : window) {
    if (evidence.carrier == Evidence::kNoDeck) continue;
    if (found.before == nullptr) found.before = &evidence;
    found.after = &evidence;
  }
  if (found.before == nullptr || sameRecord(*found.before, *found.after)) return {};
  found.entry = found.after;
  while (found.entry != found.before) {
    const DeckEvidence& earlier = (found.entry - 1)->decks[found.after->carrier];
    if (!earlier.audible || earlier.track != carried(*found.after).track) break;
    --found.entry;
  }
  return found;
}

std::optional<double> spectralContinuity(std::span<const Evidence> window) {
  std::optional<float> most;
  for (const Evidence& evidence : window) {
    if (evidence.spectralChange) most = std::max(most.value_or(0), *evidence.spectralChange);
  }
  if (!most) return {};
  return judge::spectralContinuity(*most);
}

double smoothTempo(const PairEvidence& pair) {
  return (beatAlignment(*pair.beatOffsetMs) + bpmAccuracy(*pair.tempoDifferenceBpm)) / 2;
}

// On the phrase, on its half, on two bars, on a bar, or beside it. Where phrases are not known, a
// bar that lies on a bar may still be the wrong one.
std::optional<double> phraseAlignment(const PairEvidence& pair) {
  if (!pair.barOffsetBeats) return {};
  return judge::phraseAlignment(*pair.barOffsetBeats, pair.phraseOffsetBeats);
}

double besideBar(double beat) {
  const double bar = beat / kBeatsPerBar;
  return kBeatsPerBar * (bar - std::nearbyint(bar));
}

// A cut: on the one of what comes, and of what was playing.
std::optional<double> cutOnTheOne(const Passage& passage) {
  constexpr double kHalfBeats = 0.25;
  Mean mean;
  const Evidence& entry = *passage.entry;
  for (const Evidence* side : {passage.before, passage.after}) {
    const DeckEvidence& deck = entry.decks[side->carrier];
    if (deck.tempo > 0) mean.add(tolerance(besideBar(deck.beat), kHalfBeats));
  }
  return mean.value();
}

// From the loudness that the tracks should have behind their gains, so that a breakdown is not
// mistaken for a dropped fader.
std::optional<double> levelHandling(std::span<const Evidence> window) {
  // Heard over 400 ms (EBU Tech 3341): a fader's way of a few milliseconds is no dip.
  const double pace = 1 - std::exp(-1 / (0.4 * kStepsPerSecond));
  constexpr double kNothing = -1;
  double heard = kNothing;  // power
  double least = std::numeric_limits<double>::max(), most = 0;
  for (const Evidence& evidence : window) {
    if (!evidence.loudness) {
      heard = kNothing;
      continue;
    }
    const double power = std::pow(10, static_cast<double>(*evidence.loudness) / 10);
    heard = heard == kNothing ? power : heard + pace * (power - heard);
    least = std::min(least, heard);
    most = std::max(most, heard);
  }
  if (most == 0) return {};
  return judge::levelHandling(10 * std::log10(most / least));
}

// --- creative heads, all proxies

// The records that carried the window, in order, each with the mean energy of its stretch.
struct Stretch {
  const JudgedTrack* track = nullptr;
  std::uint32_t index = 0;
  Mean energy;
};

std::vector<Stretch> stretchesOf(std::span<const Evidence> window,
                                 std::span<const JudgedTrack> tracks) {
  std::vector<Stretch> stretches;
  for (const Evidence& evidence : window) {
    if (evidence.carrier == Evidence::kNoDeck) continue;
    const std::uint32_t index = carried(evidence).track;
    if (index >= tracks.size()) continue;
    if (stretches.empty() || stretches.back().index != index)
      stretches.push_back({&tracks[index], index, {}});
    if (evidence.energy) stretches.back().energy.add(*evidence.energy);
  }
  return stretches;
}

// The document: (diversity of genres + coherence of energy + rarity) / 3, over what is known.
std::optional<double> trackSelection(const std::vector<Stretch>& stretches) {
  constexpr double kHalfEnergyStep = 0.3;
  if (stretches.size() < 2) return {};
  std::set<std::string> genres;
  std::size_t named = 0;
  Mean coherence, rarity;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const JudgedTrack& track = *stretches[i].track;
    if (!track.genre.empty()) {
      genres.insert(track.genre);
      ++named;
    }
    if (track.rarity) rarity.add(*track.rarity);
    if (i == 0) continue;
    const auto before = stretches[i - 1].energy.value(), after = stretches[i].energy.value();
    if (before && after) coherence.add(tolerance(*after - *before, kHalfEnergyStep));
  }
  std::optional<double> diversity;
  if (named == stretches.size())
    diversity = static_cast<double>(genres.size()) / static_cast<double>(named);
  return meanOf(diversity, coherence.value(), rarity.value());
}

// Two-second means of the energy; none where less than a minute of it is known.
std::vector<double> energyCurve(std::span<const Evidence> window) {
  constexpr auto kSteps = static_cast<std::size_t>(2 * kStepsPerSecond);
  std::vector<double> curve;
  for (std::size_t i = 0; i + kSteps <= window.size(); i += kSteps) {
    Mean mean;
    for (const Evidence& evidence : window.subspan(i, kSteps)) {
      if (evidence.energy) mean.add(*evidence.energy);
    }
    if (const auto value = mean.value()) curve.push_back(*value);
  }
  if (curve.size() < 30) curve.clear();
  return curve;
}

// The document: (peaks and valleys + build-ups + structure of the set) / 3.
std::optional<double> energyFlow(const std::vector<double>& curve) {
  if (curve.empty()) return {};
  std::vector<double> sorted = curve;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  // Valleys and peaks half of the scale apart are as much as club music has.
  const double peaks = std::min(1.0, (at(0.95) - at(0.05)) / 0.5);
  // Energy is built: what rises in two seconds by more than a drop does is a jump.
  double risen = 0, built = 0;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double rise = std::max(0.0, curve[i] - curve[i - 1]);
    risen += rise;
    built += std::min(rise, 0.1);
  }
  const double buildUps = risen > 0 ? built / risen : 0;
  // A set goes up: its last third lies above its first.
  const std::size_t third = curve.size() / 3;
  Mean first, last;
  for (std::size_t i = 0; i < third; ++i) {
    first.add(curve[i]);
    last.add(curve[curve.size() - 1 - i]);
  }
  const double structure = std::clamp(0.5 + 2 * (*last.value() - *first.value()), 0.0, 1.0);
  return (peaks + buildUps + structure) / 3;
}

// How well changes between genres hold together; empty where none changes or some are unknown.
std::optional<double> genreMixing(const std::vector<Stretch>& stretches,
                                  std::optional<double> technique) {
  std::size_t changes = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    if (stretches[i].track->genre.empty()) return {};
    if (i > 0 && stretches[i].track->genre != stretches[i - 1].track->genre) ++changes;
  }
  if (changes == 0 || !technique) return {};
  // One change of two is as much as one wishes for.
  const double share = static_cast<double>(changes) / static_cast<double>(stretches.size() - 1);
  return std::min(1.0, 2 * share) * *technique;
}

// How many ways of playing are used: scratches, loops, rolls, slip, reverse, filter, kills,
// effects.
std::optional<double> originality(std::span<const Evidence> window) {
  using namespace engine;
  constexpr std::uint32_t kWays[] = {kDeckScratching, kDeckLooping, kDeckRolling,
                                     kDeckSlipping,   kDeckReverse, kDeckBraking,
                                     kDeckKillLow,    kDeckKillMid, kDeckKillHigh};
  std::uint32_t seen = 0;
  std::uint8_t effects = 0;
  bool filtered = false, heard = false;
  for (const Evidence& evidence : window) {
    for (const DeckEvidence& deck : evidence.decks) {
      if (!deck.audible) continue;
      heard = true;
      seen |= deck.flags;
      effects |= deck.fxOn;
      filtered = filtered || std::abs(deck.filter) > 0.1F;
    }
  }
  if (!heard) return {};
  int ways = (effects != 0 ? 1 : 0) + (filtered ? 1 : 0);
  for (const std::uint32_t way : kWays) ways += (seen & way) != 0 ? 1 : 0;
  return 1 - std::exp2(-ways / 3.0);
}

// The moments for which a player answers, in order; all of them for nobody in particular.
std::vector<Evidence> answeredBy(std::span<const Evidence> window, engine::PlayerIndex player) {
  std::vector<Evidence> answered;
  for (const Evidence& evidence : window) {
    if (evidence.player == player) answered.push_back(evidence);
  }
  return answered;
}

}  // namespace

double overlapOf(const Evidence& evidence) {
  return std::min(evidence.decks[evidence.pair->first].share,
                  evidence.decks[evidence.pair->second].share);
}

std::optional<double> speedWobble(std::span<const Evidence> window,
                                  std::optional<engine::PlayerIndex> player) {
  Mean squares;
  for (std::size_t d = 0; d < engine::kMaxDecks; ++d) {
    Wobble wobble;
    std::uint32_t track = 0;
    for (const Evidence& evidence : window) {
      const DeckEvidence& deck = evidence.decks[d];
      const bool counts = deck.audible && deck.steady && (!player || evidence.player == *player);
      if (!counts || deck.track != track) wobble.endInto(squares);
      track = deck.track;
      // From the window's beginning, so that the sums stay small.
      if (counts) wobble.add(evidence.frame.seconds() - window.front().frame.seconds(), deck.speed);
    }
    wobble.endInto(squares);
  }
  const auto square = squares.value();
  if (!square) return {};
  return std::sqrt(*square);
}

double pitchStability(double wobblePercent) {
  return tolerance(wobblePercent, kHalfWobblePercent);
}

double beatAlignment(double offsetMs) {
  return tolerance(offsetMs, kHalfOffsetMs);
}
double bpmAccuracy(double differenceBpm) {
  return tolerance(differenceBpm, kHalfBpm);
}
double keyCompatibility(const KeyDistance& distance) {
  return tolerance(distance.wheelSteps(), kHalfKeySteps) *
         tolerance(distance.detuneCents, kHalfDetuneCents);
}

double spectralContinuity(double changeDb) {
  return tolerance(changeDb, kHalfSpectralDb);
}
double bassHandling(double doubleBassSeconds) {
  return tolerance(doubleBassSeconds, kHalfBassSeconds);
}
double levelHandling(double rangeLu) {
  return tolerance(rangeLu, kHalfLevelDb);
}
double phraseAlignment(int barOffsetBeats, std::optional<int> phraseOffsetBeats) {
  constexpr double kBesideTheBar = 0.2, kOnSomeBar = 0.8;
  if (barOffsetBeats != 0) return kBesideTheBar;
  if (!phraseOffsetBeats) return kOnSomeBar;
  const int beats = std::abs(*phraseOffsetBeats);
  if (beats == 0) return 1.0;
  if (beats % 16 == 0) return 0.8;
  return beats % 8 == 0 ? 0.6 : 0.5;
}

std::optional<double> TransitionParts::quality() const {
  Mean mean;
  for (const auto& part : {spectralContinuity, tempoSmoothness, keyCompatibility, phraseAlignment,
                           bassHandling, levelHandling}) {
    if (part) mean.add(*part);
  }
  return mean.value(2);
}

TransitionParts transitionParts(std::span<const Evidence> window) {
  Mean tempo, key, phrase;
  int together = 0, doubleBass = 0;
  for (const Evidence& evidence : window) {
    if (!evidence.pair) continue;
    const PairEvidence& pair = *evidence.pair;
    const double weight = overlapOf(evidence);
    ++together;
    if (pair.doubleBass()) ++doubleBass;
    if (pair.beatOffsetMs) tempo.add(smoothTempo(pair), weight);
    if (pair.key) key.add(judge::keyCompatibility(*pair.key), weight);
    if (const auto score = phraseAlignment(pair)) phrase.add(*score, weight);
  }
  const auto passage = passageIn(window);
  TransitionParts parts;
  if (together < kFewestMoments && !passage) return parts;
  parts.spectralContinuity = spectralContinuity(window);
  parts.levelHandling = levelHandling(window);
  parts.tempoSmoothness = tempo.value(kFewestMoments);
  parts.keyCompatibility = key.value(kFewestMoments);
  parts.phraseAlignment = phrase.value(kFewestMoments);
  if (passage) {
    // Without an overlap: how near the next record lies to the last.
    const PairEvidence across = pairEvidence(carried(*passage->before), carried(*passage->after),
                                             passage->before->carrier, passage->after->carrier);
    if (!parts.tempoSmoothness && across.tempoDifferencePercent)
      parts.tempoSmoothness = tolerance(*across.tempoDifferencePercent, kHalfCutPercent);
    if (!parts.keyCompatibility && across.key)
      parts.keyCompatibility = judge::keyCompatibility(*across.key);
    if (!parts.phraseAlignment) parts.phraseAlignment = cutOnTheOne(*passage);
  }
  parts.bassHandling = judge::bassHandling(static_cast<double>(doubleBass) / kStepsPerSecond);
  return parts;
}

Heads headsOf(std::span<const Evidence> window, std::span<const JudgedTrack> tracks,
              std::optional<engine::PlayerIndex> player) {
  if (player) {
    const std::vector<Evidence> answered = answeredBy(window, *player);
    return headsOf(answered, tracks);
  }
  Mean bpm, beat, key;
  for (const Evidence& evidence : window) {
    if (!evidence.pair) continue;
    const PairEvidence& pair = *evidence.pair;
    const double weight = overlapOf(evidence);
    if (pair.tempoDifferenceBpm) bpm.add(bpmAccuracy(*pair.tempoDifferenceBpm), weight);
    if (pair.beatOffsetMs) beat.add(beatAlignment(*pair.beatOffsetMs), weight);
    if (pair.key) key.add(keyCompatibility(*pair.key), weight);
  }
  Heads heads;
  heads[Head::kBpmAccuracy] = toFloat(bpm.value(kFewestMoments));
  heads[Head::kBeatAlignment] = toFloat(beat.value(kFewestMoments));
  heads[Head::kKeyCompatibility] = toFloat(key.value(kFewestMoments));
  heads[Head::kTransitionQuality] = toFloat(transitionParts(window).quality());
  if (const auto wobble = speedWobble(window))
    heads[Head::kPitchStability] = static_cast<float>(pitchStability(*wobble));
  const std::vector<Stretch> stretches = stretchesOf(window, tracks);
  heads[Head::kTrackSelection] = toFloat(trackSelection(stretches));
  heads[Head::kEnergyFlow] = toFloat(energyFlow(energyCurve(window)));
  const auto technique =
      meanOf(bpm.value(kFewestMoments), beat.value(kFewestMoments), key.value(kFewestMoments));
  heads[Head::kGenreMixing] = toFloat(genreMixing(stretches, technique));
  heads[Head::kOriginality] = toFloat(originality(window));
  return heads;
}

}  // namespace dju::judge
