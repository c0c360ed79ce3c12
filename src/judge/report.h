// The report of a battle: the verdict, and what happened when, for charts and replays. A pure
// function of log, analyses and rubric. Callers: `dju judge`, the server when a battle has ended.
// Any thread but the engine's; takes seconds for an hour, beside the rendering.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "judge/live_judge.h"

namespace dju::judge {

// Both totals as they stood, for a curve.
struct CurvePoint {
  Frame frame;
  std::array<double, kSeats> totals{};
};

// What the audience felt within a second, by kind.
struct Reactions {
  Frame frame;
  std::string kind;
  int count = 0;
};

struct Report {
  Verdict verdict;
  std::array<const RubricStyle*, kSeats> styles{};  // null: too little to tell
  std::vector<CurvePoint> curve;                    // from the first moment that was judged on
  std::vector<Feedback> feedback;
  std::vector<Reactions> reactions;  // by frame, then kind
  // What a model heard, without weight in the verdict; empty: none listened.
  std::array<std::optional<SoundOpinion>, kSeats> sound;
};

// `sound`: who listened as the log was rendered (readPerformance), or null.
Report reportOf(const Performance& performance, const engine::BattleLog& log, const Rubric& rubric,
                const SoundJudge* sound = nullptr);

}  // namespace dju::judge
