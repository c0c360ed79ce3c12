// From evidence a frame to beats announced before they fall.
//
// Evidence is of the past: it lags by the network's delay and by half a window. The decoder lets
// the bar pointer follow it, and carries the pointer's belief on to the present, so that a beat is
// out a frame before it sounds. A beat that it could only announce afterwards is left out.
//
// The belief can be guided: BeatReview knows better at times which of the pulses in the music is
// the beat. A second pointer then starts there and hears only what falls near its own beats, so
// that loud off-beats do not draw it away again; the free one goes on beside it.
//
// Callers: StreamingBeats. The constructor allocates, the rest does not. One instance, one thread.
// Units: frames of 10 ms.
#pragma once

#include <array>
#include <cstdint>

#include "music/beat_evidence.h"
#include "music/beat_pointer.h"

namespace dju::music {

struct BeatDecoderOptions {
  BeatPointerOptions pointer;
  // What turns a logit into evidence: a frame has a beat by a chance of about exp(-priorLogit), and
  // the frames around a beat are not independent, so they count less than their number.
  double priorLogit = 2.5;
  double trust = 0.6;
  double leastEvidence = -1.5, mostEvidence = 3;
  double lead = 1.5;             // frames before a beat at which it is out
  double latest = 1.5;           // frames after it at which it is left out
  double leastApart = 0.6;       // of a period, between two beats
  double leastConfidence = 0.1;  // of belief, to say anything
  double guidedReach = 0.15;     // of a period around a guided beat, where evidence counts
};

class BeatDecoder {
 public:
  // lag: frames between the newest sample and the moment that a frame's evidence speaks of.
  // delay: the part of it that the evidence itself lags behind its frame.
  BeatDecoder(double lag, double delay, const BeatDecoderOptions& options = {});

  struct Beat {
    double frame = 0;   // when it falls; frame n is centred at n * 480 samples
    double period = 0;  // frames
    double confidence = 0;
    int barPosition = 0;  // 0 = downbeat … 3
  };
  // Takes the next frame. True when a beat is due now; it is then in beat().
  bool hear(const BeatLogits& logits) noexcept;
  const Beat& beat() const { return beat_; }
  // What is announced.
  const BeatPointer::Estimate& estimate() const { return estimate_; }
  // What the evidence says without guidance.
  const BeatPointer::Estimate& unguided() const { return unguided_; }
  // The moment that both are about, in frames.
  double estimateFrame() const { return static_cast<double>(frame_) - delay_; }

  // Follow the pulse with a beat at `beat`, until it is told otherwise.
  void guide(double beat, double period) noexcept;
  void unguide() noexcept { guided_ = false; }

 private:
  // The chances of the four places in the bar for the next beat, from what downbeats sounded like.
  class BarCounter {
   public:
    int next() const noexcept;                // place of the next beat
    void pass(float downbeatLogit) noexcept;  // a beat went by that sounded like this

   private:
    std::array<float, 4> chances_{0.25F, 0.25F, 0.25F, 0.25F};
  };

  double guidedEvidence(double evidence) const noexcept;
  bool announce() noexcept;
  void countBar() noexcept;

  BeatDecoderOptions options_;
  BeatPointer pointer_, guide_;
  bool guided_ = false;
  BeatPointer::Estimate estimate_, unguided_;
  BarCounter bar_;
  std::array<float, 32> downbeats_{};  // logits of the last frames, a ring
  double lag_, delay_;
  double lastBeat_ = -1e9;
  double uncounted_ = -1;    // a beat whose downbeat logit is still to come
  std::int64_t frame_ = -1;  // the newest heard
  Beat beat_;
};

}  // namespace dju::music
