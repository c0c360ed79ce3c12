// How somebody keeps two tracks together: a loop from ear to hand, closed over what really sounds.
//
// Once a beat the ear takes in how far the beats lie apart, blurred by a third of what it can
// tell apart. What it has noticed is answered a reaction time later by a push or a hold of the
// record that is meant to make it good, but makes good a little less or more. What keeps coming
// back to the same side is understood as a wrong tempo, and the tempo fader is moved by as much as
// the drift seemed to say. Callers: the performance, once a block, on its thread.
#pragma once

#include <optional>

#include "core/random.h"
#include "simulator/virtual_dj.h"

namespace dju::simulator {

// What a fault does to the loop.
struct MatchingFaults {
  bool keepsTempo = false;  // the fader is not touched, only the record
  double acceptedMs = 0;    // so far apart is taken for together, though it is heard
  bool halfBeat = false;    // half a beat apart is taken for together
};

class BeatMatching {
 public:
  // What the hands are to do now.
  struct Answer {
    std::optional<double> pushPercent;   // nudge to this; 0 lets go
    std::optional<double> tempoPercent;  // move the tempo by so much
  };

  BeatMatching(const VirtualDj& dj, const MatchingFaults& faults, Random random);

  // `ms`: time, never going back. `offsetMs`: by how much the incoming track is early, within half
  // a beat either way. `beat`: of the playing track, in beats; `beatMs`: its length.
  Answer hear(double ms, double beat, double offsetMs, double beatMs);

 private:
  void notice(double ms, double offsetMs, double beatMs);
  void decide(double ms, double beatMs);
  double drift() const;

  VirtualDj dj_;
  MatchingFaults faults_;
  Random random_;

  std::optional<double> lastBeat_;
  // What was heard since the last push: first and last impression, for the drift between them.
  double firstMs_ = 0, firstOffset_ = 0, lastMs_ = 0, lastOffset_ = 0;
  int heard_ = 0;

  struct Push {
    double beginMs = 0, endMs = 0, percent = 0, tempo = 0;
    bool begun = false;
  };
  std::optional<Push> push_;
  double listenAgainMs_ = 0;
};

}  // namespace dju::simulator
