// What a mix is worth: figures from the exact state of the decks, by the judge's formulas
// (judge/), and from the sound. They describe; none of them is taste.
//
//   QualityListener listener(plan, tracks);
//   const PlayedMix mix = playMix(plan, tracks, options, [&](const MixBlock& block) {
//     listener.hear(block);
//     return true;
//   });
//   const MixQuality quality = listener.finish(mix);
//
// One instance, one thread, none of the engine's: listening calls libm and FFTW. Memory does not
// grow with the mix but for 40 bytes a second.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "judge/performance.h"
#include "judge/scoreboard.h"
#include "judge/spectral_change.h"
#include "judge/transitions.h"
#include "mixer/play.h"
#include "music/live_loudness.h"

namespace dju::mixer {

struct TransitionQuality {
  PlayedTransition played;
  // Empty where it could not be heard: beats are compared while both can be followed.
  std::optional<judge::Transition> judged;
  std::optional<double> beatOffsetMedianMs, beatOffsetP95Ms;  // of their sizes
  double vocalOverlapSeconds = 0;                             // both are heard, and a voice in each
  // Of the sound, median of the short-term loudness (EBU Tech 3341, 3 s) over eight seconds behind
  // the transition, less that before it.
  std::optional<double> heardStepLu;
};

struct MixQuality {
  std::vector<TransitionQuality> transitions;
  judge::Heads heads;  // of the whole mix, technical ones
  double seconds = 0;
  std::optional<double> integratedLufs;  // ITU-R BS.1770-5; nothing for silence
  double truePeakDbtp = -120;            // of the master, behind the limiter
  double limiterDb = 0;                  // the most that the limiter took away, <= 0
};

class QualityListener {
 public:
  // Both outlive the listener.
  QualityListener(const Plan& plan, std::span<const TrackView> tracks);
  // The judge's knowledge of the tracks, by turn, where it is better than the analysis (figures
  // against true beats).
  QualityListener(const Plan& plan, std::span<const TrackView> tracks,
                  std::vector<judge::JudgedTrack> known);
  void hear(const MixBlock& block);
  MixQuality finish(const PlayedMix& mix);

 private:
  void listenForVoices(const judge::Evidence& evidence);
  std::optional<double> stepOver(Frame start, Frame end) const;

  const Plan& plan_;
  std::span<const TrackView> tracks_;
  judge::PerformanceReader reader_;
  judge::SpectralChange change_;
  judge::TransitionDetector detector_;
  judge::Scoreboard board_;
  std::vector<judge::Transition> found_;
  std::vector<double> vocalOverlap_;  // by outgoing turn
  music::LiveLoudness loudness_;
  std::vector<float> shortTerm_;  // LUFS, ten a second
  float truePeak_ = 0, limiterGain_ = 1;
};

// The report that goes with a mix (docs/mixing.md).
nlohmann::json toJson(const MixQuality& quality, const Plan& plan,
                      std::span<const TrackView> tracks);

}  // namespace dju::mixer
