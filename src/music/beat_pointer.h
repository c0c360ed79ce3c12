// Where in the beat the music is, and how fast it goes: a hidden Markov model over (beat length,
// position in the beat) that is told once a frame how much sounds like a beat.
//
// The bar pointer of Whiteley, Cemgil and Godsill ("Bayesian modelling of temporal structure in
// musical audio", 2006) with the state space of Krebs, Böck and Widmer ("An efficient state space
// model for joint tempo and meter tracking", 2015), run forwards only, so that it never waits for
// the future. Each beat length is a ring that turns by one frame a step; only states at the beat
// change otherwise, which makes a step a few thousand additions.
//
// Callers: StreamingBeats. The constructor allocates, step() and estimate() do not. One thread.
// Units: frames of 10 ms.
#pragma once

#include <vector>

namespace dju::music {

struct BeatPointerOptions {
  int shortest = 32, longest = 92;  // frames a beat: 187 to 65 BPM
  double tempoStiffness = 120;      // lambda of exp(-lambda |new / old - 1|) from beat to beat
  double jump = 2e-3;               // chance a beat of any other tempo
  // Beats of other tempi than usual are less likely, by exp(-tempoPrior * octaves^2) each.
  double tempoPrior = 1, usualPeriod = 48;  // 125 BPM, as in the analysis of whole tracks
  double restart = 2e-4;                    // chance a frame of any other tempo and position
  double stay = 0.5;  // the belief it has held keeps its place down to this share of the best
};

class BeatPointer {
 public:
  explicit BeatPointer(const BeatPointerOptions& options = {});

  // evidence: log-likelihood ratio that the beat falls into this frame rather than not.
  void step(float evidence) noexcept;

  struct Estimate {
    double sinceBeat = 0;   // frames, 0 to period
    double period = 0;      // frames
    double confidence = 0;  // share of belief near this tempo and position
  };
  // The belief that is held: it yields only to one that is clearly stronger.
  Estimate estimate() noexcept;
  void reset() noexcept;
  // Believes that beats come every `period`, the last one `sinceBeat` ago, and hardly anything
  // else.
  void lead(double period, double sinceBeat) noexcept;

 private:
  struct Ring {
    int offset, length, head;
  };
  float& at(Ring& ring, int position) noexcept;
  void turn() noexcept;
  void weigh(float evidence) noexcept;
  void normalise() noexcept;
  Estimate around(double period, double toBeat) const noexcept;
  Estimate best() const noexcept;

  BeatPointerOptions options_;
  std::vector<Ring> rings_;
  std::vector<float> belief_;
  std::vector<float> floor_;  // what a restart gives each state
  struct Band {
    int first, count;
    std::size_t weights;
  };
  std::vector<Band> bands_;  // lengths that a length may turn into
  std::vector<float> transitions_;
  std::vector<float> leaving_, arriving_, prior_, likely_;
  Estimate held_;
};

}  // namespace dju::music
