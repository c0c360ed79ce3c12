#include "simulator/performance_plan.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "music/key_wheel.h"
#include "simulator/chance.h"

namespace dju::simulator {
namespace {

// 86 % of plays change the tempo by less than 5 % (Kim et al., "A computational analysis of
// real-world DJ mixes using mix-to-track subsequence alignment", ISMIR 2020), which is a standard
// deviation of 3.4 %. Half of it is the set's tempo, the rest comes of matching.
constexpr double kTempoChangePercent = 1.7;
constexpr double kMostTempoPercent = 8;

School drawSchool(const VirtualDj& dj, Random& random) {
  double sum = 0;
  for (const double weight : dj.schools) sum += weight;
  double at = random.uniform(0, sum);
  for (std::size_t i = 0; i + 1 < kSchools; ++i) {
    at -= dj.schools[i];
    if (at < 0) return static_cast<School>(i);
  }
  return static_cast<School>(kSchools - 1);
}

// Transitions last multiples of eight bars more often than not (same study); a cut lasts none.
double drawFade(School school, Random& random) {
  switch (school) {
    case School::kLongBlend:
      return random.chance(0.5) ? 32 : 64;
    case School::kBassSwap:
      return random.chance(0.5) ? 16 : 32;
    case School::kDoubleDrop:
      return 32;
    case School::kEchoOut:
      return 4;
    case School::kScratchPhrase:
    case School::kCutOnTheOne:
      return 0;
  }
  return 0;
}

FaultStrengths drawFaults(const VirtualDj& dj, Random& random) {
  FaultStrengths faults;
  for (std::size_t i = 0; i < kFaults; ++i) {
    // Both are drawn in any case, so that one fault's chance does not shift the others'.
    const bool made = random.chance(dj.faults[i]);
    const double strength = 1 - random.uniform();
    if (made) faults[static_cast<Fault>(i)] = strength;
  }
  return faults;
}

double tempoChange(const CrateTrack& playing, const CrateTrack& incoming) {
  const double theirs = playing.info.grid.bpm();
  const double own = incoming.info.grid.bpm();
  return 100 * (theirs / (own * tempoMultiple(theirs, own)) - 1);
}

bool keysMix(const CrateTrack& a, const CrateTrack& b) {
  const auto first = music::parseKey(a.info.key.name), second = music::parseKey(b.info.key.name);
  return first && second && music::mixesWith(*first, *second);
}

const CrateTrack* drawFirst(std::span<const CrateTrack* const> crate, const std::string& genre,
                            Random& random) {
  std::vector<const CrateTrack*> some;
  for (const CrateTrack* track : crate) {
    if (genre.empty() || track->genre == genre) some.push_back(track);
  }
  if (some.empty()) {
    throw Error(ErrorCode::kNotFound, "a crate without \"" + genre + "\" to begin with");
  }
  return some[static_cast<std::size_t>(random.below(static_cast<int>(some.size())))];
}

// What follows `playing`: the more of what is asked for is met, the better; chance among equals.
const CrateTrack* drawNext(std::span<const CrateTrack* const> crate, const PerformancePlan& plan,
                           const FaultStrengths& faults, bool sameGenre, Random& random) {
  const CrateTrack& playing = *plan.tracks.back();
  const CrateTrack* best = nullptr;
  double bestScore = -1e9;
  for (const CrateTrack* track : crate) {
    const double chance = random.uniform();
    if (track == &playing) continue;
    const double change = std::abs(tempoChange(playing, *track));
    double score = chance;
    if (change > kMostTempoPercent) score -= 100 + change;
    if ((track->genre == playing.genre) != sameGenre) score -= 10;
    if (keysMix(playing, *track) == faults.has(Fault::kClashingKeys)) score -= 4;
    if (std::find(plan.tracks.begin(), plan.tracks.end(), track) != plan.tracks.end()) score -= 2;
    if (score > bestScore) {
      bestScore = score;
      best = track;
    }
  }
  return best;
}

}  // namespace

double tempoMultiple(double playingBpm, double incomingBpm) {
  const double ratio = playingBpm / incomingBpm;
  if (ratio > 1.414) return 2;
  return ratio < 0.7071 ? 0.5 : 1;
}

PerformancePlan planPerformance(std::span<const CrateTrack* const> crate, const VirtualDj& dj,
                                std::uint64_t seed, const PlanOptions& options) {
  if (crate.size() < 2) {
    throw Error(ErrorCode::kInvalid,
                "a crate of " + std::to_string(crate.size()) + " tracks; a transition needs two");
  }
  const Random random(seed);
  Random taste = random.fork(1);
  PerformancePlan plan;
  plan.seed = seed;
  plan.dj = dj;
  plan.tracks = {drawFirst(crate, options.firstGenre, taste)};
  plan.firstTempoPercent = std::clamp(normal(taste) * kTempoChangePercent, -kMostTempoPercent / 2,
                                      kMostTempoPercent / 2);
  for (int i = 0; i < options.transitions; ++i) {
    const auto part = static_cast<std::uint64_t>(i);
    Random schools = random.fork(100 + part), faults = random.fork(200 + part);
    Random tracks = random.fork(300 + part);
    TransitionPlan transition;
    transition.school = drawSchool(dj, schools);
    transition.fadeBeats = drawFade(transition.school, schools);
    transition.faults = drawFaults(dj, faults);
    const bool sameGenre = !tracks.chance(options.genreChange);
    plan.tracks.push_back(drawNext(crate, plan, transition.faults, sameGenre, tracks));
    plan.transitions.push_back(transition);
  }
  return plan;
}

}  // namespace dju::simulator
