// From evidence to the judge's heads: what the platform's document calls bpm_accuracy,
// beat_alignment and so on, each from 0 to 1. Labels, live scores and reports take them from here
// and nowhere else. heads.cpp gives each formula with its reason; docs/judging.md shows them as
// curves.
//
// A head that the evidence says nothing about is empty, never a middle value: beats are not judged
// while one deck plays alone. Pure functions; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "judge/evidence.h"

namespace dju::judge {

enum class Head : std::size_t {
  kBpmAccuracy,
  kBeatAlignment,
  kTransitionQuality,
  kPitchStability,
  kKeyCompatibility,
  kTrackSelection,
  kEnergyFlow,
  kGenreMixing,
  kOriginality,
};
// Their stable names, by Head: columns of labels, outputs of models, keys in JSON.
inline constexpr std::array<std::string_view, 9> kHeads = {
    "bpm_accuracy",    "beat_alignment",    "transition_quality",
    "pitch_stability", "key_compatibility", "track_selection",
    "energy_flow",     "genre_mixing",      "originality"};
inline constexpr std::size_t kHeadCount = kHeads.size();

constexpr std::string_view headName(Head head) {
  return kHeads[static_cast<std::size_t>(head)];
}
// Creative heads are formulas of ours until people have rated: stand-ins, shown as such, without
// weight in a verdict.
constexpr bool isProxy(Head head) {
  return head >= Head::kTrackSelection;
}

class Heads {
 public:
  std::optional<float>& operator[](Head head) { return values_[static_cast<std::size_t>(head)]; }
  const std::optional<float>& operator[](Head head) const {
    return values_[static_cast<std::size_t>(head)];
  }
  // In the order of kHeads.
  std::span<const std::optional<float>, kHeadCount> values() const { return values_; }

 private:
  std::array<std::optional<float>, kHeadCount> values_;
};

// 1 where an error is nothing, 1/2 where it is `half`, falling on towards 0: flat near 0, where
// nobody hears it, and still telling bad from worse far out. Even; half > 0.
constexpr double tolerance(double error, double half) {
  return 1 / (1 + error / half * (error / half));
}

// A head rests on at least so many moments (200 ms).
inline constexpr int kFewestMoments = 20;

// How much the decks of a pair sound at once, 0 to 0.5, the smaller share: what a moment counts,
// since an offset under a hardly open fader is hardly heard. Needs evidence.pair.
double overlapOf(const Evidence& evidence);

double beatAlignment(double offsetMs);
double bpmAccuracy(double differenceBpm);
double keyCompatibility(const KeyDistance& distance);
double spectralContinuity(double changeDb);
double bassHandling(double doubleBassSeconds);
double levelHandling(double rangeLu);
// Whole beats between bar lines; then between the beginnings of phrases, where these are known.
double phraseAlignment(int barOffsetBeats, std::optional<int> phraseOffsetBeats);
double pitchStability(double wobblePercent);
// How far the speeds of the decks that are heard in `window` depart from straight lines: RMS in
// percent, with `player` only of moments for which that player answers. Empty where none ran by its
// motor for long enough.
std::optional<double> speedWobble(std::span<const Evidence> window,
                                  std::optional<engine::PlayerIndex> player = {});

// What makes a passage from one track to another good, each 0 to 1 and empty where it cannot be
// said. The first three are the document's, the others what DJs listen for besides.
struct TransitionParts {
  std::optional<double> spectralContinuity;
  std::optional<double> tempoSmoothness;
  std::optional<double> keyCompatibility;
  std::optional<double> phraseAlignment;
  std::optional<double> bassHandling;
  std::optional<double> levelHandling;

  // The mean of those that are known; empty where fewer than two are.
  std::optional<double> quality() const;
};
// All empty where in `window` nothing passes from one deck to another.
TransitionParts transitionParts(std::span<const Evidence> window);

// `window`: consecutive evidence, kEvidenceFrames apart; `tracks`: the performance's. With
// `player`, only moments for which that player answers count.
Heads headsOf(std::span<const Evidence> window, std::span<const JudgedTrack> tracks,
              std::optional<engine::PlayerIndex> player = {});

}  // namespace dju::judge
