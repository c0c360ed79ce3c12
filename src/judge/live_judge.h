// The judge of one battle as it goes on: transitions as they end, scores at any moment, the coach's
// sentences. The same evidence gives the same again, so a report made from the log says what was
// said live.
//
//   LiveJudge judge(standardRubric(), "rounds");
//   judge.push(evidence, reader.tracks());   // each kEvidenceFrames
//   use(judge.standing(), judge.transitions(), judge.feedback());
//
// Callers: the server's judge, reportOf(). One instance, one thread, not the engine's. push() takes
// a few microseconds; it allocates when something has happened.
#pragma once

#include <array>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "judge/coach.h"
#include "judge/sound_judge.h"
#include "judge/style.h"

namespace dju::judge {

// Both DJs as they stand.
struct Standing {
  Frame frame;
  Ruling ruling;  // so far; its findings: the least even stretch, the newest of transitions last
  // Proxies rest on the last two minutes; their trend is against how they stood half a minute ago.
  std::array<std::array<HeadScore, kHeadCount>, kSeats> heads;
  std::array<std::optional<SoundOpinion>, kSeats> sound;  // empty: no model
  std::array<const RubricStyle*, kSeats> styles{};        // null: too little to tell
};

class LiveJudge {
 public:
  // `sound` may be null; it outlives the judge.
  LiveJudge(const Rubric& rubric, std::string format, const SoundJudge* sound = nullptr);

  // The next evidence, kEvidenceFrames after the last; `tracks`: the reader's.
  void push(const Evidence& evidence, std::span<const JudgedTrack> tracks);
  // Evidence is missing before the next: a passage that is on is judged by what is left of it.
  void skip();
  // The battle is over: what had passed over by then counts.
  void finish();

  const Rubric& rubric() const { return rubric_; }
  // In order of their ends, and of what was said. They only grow.
  const std::vector<Transition>& transitions() const { return transitions_; }
  const std::vector<Feedback>& feedback() const { return feedback_; }
  // Scores without proxies: cheap, at any moment.
  Ruling ruling() const { return rulingOf(board_, {}, rubric_, format_); }
  const RubricStyle* style(engine::PlayerIndex player) const {
    return styleOf(types_[player], rubric_);
  }
  // Looks at the proxies anew once in five seconds, which takes a few milliseconds.
  Standing standing();

 private:
  void keep(Transition transition);
  void refreshProxies();
  HeadScore proxyScore(engine::PlayerIndex player, Head head) const;

  const Rubric& rubric_;
  std::string format_;
  const SoundJudge* sound_;
  Scoreboard board_;
  TransitionDetector detector_;
  Coach coach_;
  std::vector<Transition> transitions_;
  std::vector<Feedback> feedback_;
  std::array<std::vector<Finding>, kSeats> findings_;
  std::array<TypeCounts, kSeats> types_{};
  std::vector<Evidence> recent_;  // what proxies look at
  std::span<const JudgedTrack> tracks_;
  struct Proxies {
    Frame frame;
    std::array<Heads, kSeats> heads;
  };
  std::deque<Proxies> proxies_;  // the newest last, the first half a minute old where there is one
  std::array<Frame, kSeats> answered_;  // the last moment that each answered for
  Frame now_;
};

}  // namespace dju::judge
