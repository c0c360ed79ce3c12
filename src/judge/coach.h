// The coach: short sentences with numbers about what was just played, no faster than a person can
// read. What is worth saying comes from the same measures as the scores; the sentences are the
// rubric's. docs/judging.md says when each is said.
//
// Callers: LiveJudge. One instance a battle, one thread; allocates when there is something to say.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "judge/verdict.h"

namespace dju::judge {

struct Feedback {
  std::size_t number = 0;  // in the battle, from 0
  Frame frame;             // when it is said
  engine::PlayerIndex player = 255;
  Remark remark{};
  Tone tone{};
  Text text;
  Finding finding;  // what it rests on
};

class Coach {
 public:
  explicit Coach(const Rubric& rubric) : rubric_(rubric) {}

  // The next evidence, kEvidenceFrames after the last.
  void hear(const Evidence& evidence);
  // A transition that has been reported meanwhile.
  void hear(const Transition& transition, std::size_t index);
  // What is to be said now: the weightiest of what waits, once the last sentence has been read.
  std::optional<Feedback> next(Frame now);

 private:
  // What could be said. `weight`: how much it matters, 0 to 1.
  struct Candidate {
    Feedback feedback;
    double weight = 0;
  };
  // Figures for a sentence's places, by name.
  using Figures = std::vector<std::pair<std::string_view, double>>;

  void offer(Remark remark, engine::PlayerIndex player, const Finding& finding, double weight,
             const Figures& figures);
  void noteDecks(const Evidence& evidence);
  void watchNow(const Evidence& evidence);
  void remarkOnTiming(const Transition& transition, std::size_t index);
  void remarkOnSound(const Transition& transition, std::size_t index);
  double beatSeconds() const;

  const Rubric& rubric_;
  std::vector<Candidate> waiting_;
  std::optional<Frame> silentUntil_;  // the last sentence is being read
  std::size_t said_ = 0;
  float tempo_ = 0;  // BPM of what is heard most
  // Since when each deck is heard; the one that came last is the one that is mixed in.
  std::array<std::optional<Frame>, engine::kMaxDecks> heardSince_{};
  // Of the pair that sounds, since the last transition: moments to compare, and those with sync.
  int compared_ = 0, synced_ = 0;
  // The offset as it is now, smoothed, and since when it can be followed.
  double offsetMs_ = 0;
  std::optional<Frame> following_, warned_;
  Frame now_;
};

}  // namespace dju::judge
