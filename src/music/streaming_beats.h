// The beats of music as it plays, each announced just before it falls: for lights, quantised
// effects and agents that follow a battle. Nothing is looked up; the tracker hears only what was
// pushed.
//
//   StreamingBeats beats;
//   beats.push(block, [&](const StreamedBeat& beat) { flash(beat.seconds); });
//
// Every 10 ms a frame of log-mel levels goes through the evidence (a small network and
// spectral flux) into a decoder that predicts (docs/beat-tracker.md).
//
// Every few seconds the owner lets it think again (beat_review.h), which moves it to the beat where
// it has been following the off-beat, half or double:
//
//   if (beats.reviewDue()) beats.review();
//
// Callers: `dju beats --streaming`; live followers. The constructor and review() allocate; push()
// does not, but calls libm and FFTW, so both belong on an analysis thread; a review takes about
// 3 ms. One instance a stream, one thread.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "music/beat_decoder.h"
#include "music/beat_evidence.h"
#include "music/beat_review.h"
#include "music/features.h"

namespace dju::music {

struct StreamedBeat {
  double seconds = 0;         // when it falls, from the first sample pushed
  double emittedSeconds = 0;  // how much sound had been heard when this was decided
  double bpm = 0;
  double confidence = 0;  // 0 to 1
  int barPosition = 0;    // 0 = downbeat … 3
};

enum class EvidenceKind { kCombined, kNetwork, kFlux };

class StreamingBeats {
 public:
  explicit StreamingBeats(EvidenceKind kind = EvidenceKind::kCombined);

  // mono: samples at 48 kHz, a block of any length. Calls sink(const StreamedBeat&) for each beat.
  template <typename Sink>
  void push(std::span<const float> mono, Sink&& sink) {
    heard_ += static_cast<std::int64_t>(mono.size());
    review_.push(mono);
    extractor_.push(mono, [&](const FeatureFrame& frame) {
      if (hear(frame[Feature::kLogMel])) sink(beat());
    });
  }
  bool reviewDue() const noexcept { return review_.due(); }
  void review();
  // Beats a minute as it is believed now, 0 before anything is.
  double bpm() const;
  // Share of the belief that stands behind it, 0 to 1.
  double confidence() const { return decoder_.estimate().confidence; }

 private:
  using Evidence = std::variant<CombinedEvidence, NetworkEvidence, FluxEvidence>;

  explicit StreamingBeats(Evidence evidence);
  static Evidence evidenceOf(EvidenceKind kind);
  static double delayOf(const Evidence& evidence);
  bool hear(std::span<const float> levels) noexcept;
  StreamedBeat beat() const;

  FeatureExtractor extractor_;
  Evidence evidence_;
  BeatDecoder decoder_;
  BeatReview review_;
  std::int64_t heard_ = 0;  // samples
};

}  // namespace dju::music
