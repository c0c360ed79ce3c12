// A mixer that listens: of the ways that the rules hold for possible it takes the one that sounds
// best to a network which reads spectrograms of both records (pair_picture.h). First it hears every
// candidate as the rules would play it, then the best of them in other shapes: when basses change,
// how long both stay, how much gives way. What it expects of each is weighed against what the
// rules, and with them a person's wishes, say of it.
//
// The network is behind an interface, since models lie on a floor above (serving/pair_model.h).
// Any thread, as far as the reader is.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/contestants.h"
#include "mixer/pair_picture.h"

namespace dju::mixer {

// What a network expects of a transition, each 0 to 1; all but the last two are the judge's parts.
inline constexpr std::array<std::string_view, 8> kPairTargets = {
    "score",         "spectral_continuity", "tempo_smoothness",  "phrase_alignment",
    "bass_handling", "level_handling",      "key_compatibility", "voices_apart"};
using PairOpinion = std::array<float, kPairTargets.size()>;

class PairReader {
 public:
  virtual ~PairReader() = default;

  // What the record sounds like. Nothing where it has to be heard and its sound is not in memory.
  // Throws Error when a file is damaged.
  virtual std::shared_ptr<const Spectrogram> spectrogramOf(const crate::Record& record) = 0;
  // Of each picture. Throws Error when the model cannot be loaded.
  virtual std::vector<PairOpinion> read(std::vector<PairPicture> pictures) = 0;
};

// How the expectation and the rules are weighed.
struct ReadingWeights {
  std::size_t places = 6;     // pairs of places of each style and length
  double mostCost = 0.8;      // above the cheapest: what the rules dislike more is not heard
  double costWeight = 0.02;   // of a unit of the rules' cost, in units of the judge's score
  double voiceWeight = 0.05;  // of voices_apart
  std::size_t shaped = 4;     // candidates that are heard in other shapes, too
};

// Throws Error(kUnavailable) while planning where a record cannot be heard (Contestant::listen).
Contestant readingContestant(std::string name, std::string version,
                             std::shared_ptr<PairReader> reader,
                             const ReadingWeights& weights = {});

// The shapes in which a candidate is heard, the plain one first.
std::span<const BlendShape> shapesToHear();

}  // namespace dju::mixer
