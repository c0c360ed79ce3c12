// The verdict over a battle: both DJs side by side, each point with what it rests on, and how
// probable it is that A was better. A pure function of the performance and the rubric, the crowd's
// votes laid over it: judging a log again gives the same, and exchanging the sides exchanges the
// verdict and changes nothing else. Callers: `dju judge`, the server when a battle ends. Any thread
// but the engine's.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "judge/rubric.h"
#include "judge/scoreboard.h"

namespace dju::judge {

// A moment that a score rests on.
struct Finding {
  Frame frame;
  Head head{};
  std::string_view measure;  // "beat_offset_ms" ...
  double value = 0;
  std::string_view unit;
  double worth = 0;                       // 0 to 1, of this moment
  std::optional<std::size_t> transition;  // index of the one that it is part of
};

// What a transition shows, in no order.
std::vector<Finding> findingsOf(const Transition& transition, std::size_t index);
// What pitch_stability suffered from most; empty before it was shown.
std::optional<Finding> shakiestMoment(const Scoreboard& board, engine::PlayerIndex player);

struct Side {
  Heads heads;
  double total = 0;               // 0 to 1, with the rubric's weights
  std::optional<double> byHand;   // share of beatmatched time without sync; empty: nothing was
  double answeredSeconds = 0;     // of sound for which this DJ answers
  std::size_t transitions = 0;    // credited
  std::vector<Finding> findings;  // the worst first
};

struct Votes {
  int a = 0, b = 0, tie = 0;
};

// One stretch: a round, or the whole battle.
struct Ruling {
  Frame start, end;
  std::array<Side, kSeats> sides;  // A, B
  // Of the judge alone. Empty unless both made a transition: who did not mix is not compared.
  std::optional<double> probabilityA;
};

struct Verdict {
  std::string rubric;  // "club-1"
  std::string format;  // of the battle
  Ruling battle;
  std::vector<Ruling> rounds;  // in order; empty where the format has none
  std::vector<Transition> transitions;
};

// `roundStarts`: frames at which rounds begin, ascending (roundStartsOf).
Verdict verdictOf(const Performance& performance, const Rubric& rubric, std::string_view format,
                  const std::vector<Frame>& roundStarts = {});

// The ruling so far, of whose sides the findings are left to the caller. `creative`: each DJ's
// heads, of which the proxies are taken.
Ruling rulingOf(const Scoreboard& board, const std::array<Heads, kSeats>& creative,
                const Rubric& rubric, std::string_view format);

// What judge and crowd say together. `judge`: that A is better, empty where the judge is silent.
struct Combined {
  double crowdShare = 0;  // the votes' part: 0 where they were too few, 1 where the judge is silent
  std::optional<double> probabilityA;  // empty: no verdict
};
Combined combined(std::optional<double> judge, const Votes& votes, const Rubric& rubric,
                  std::string_view format);

// Where the log says that a round began. Events that are not the room's own are passed over.
std::vector<Frame> roundStartsOf(const engine::BattleLog& log);

}  // namespace dju::judge
