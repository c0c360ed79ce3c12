#include "judge/verdict.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace dju::judge {
namespace {

constexpr std::size_t kMostFindings = 12;

void findIn(const Transition& transition, std::size_t index, std::vector<Finding>& findings) {
  const auto add = [&](Head head, std::string_view measure, double value, std::string_view unit,
                       double worth) {
    findings.push_back({transition.start, head, measure, value, unit, worth, index});
  };
  if (transition.beatOffsetMs)
    add(Head::kBeatAlignment, "beat_offset_ms", *transition.beatOffsetMs, "ms",
        beatAlignment(*transition.beatOffsetMs));
  if (transition.tempoDifferenceBpm && transition.bothHeardSeconds > 0)
    add(Head::kBpmAccuracy, "tempo_difference_bpm", *transition.tempoDifferenceBpm, "BPM",
        bpmAccuracy(*transition.tempoDifferenceBpm));
  if (transition.key)
    add(Head::kKeyCompatibility, "key_distance", transition.key->wheelSteps(), "steps",
        keyCompatibility(*transition.key));
  if (transition.parts.phraseAlignment && transition.phraseOffsetBeats)
    add(Head::kTransitionQuality, "phrase_offset_beats", *transition.phraseOffsetBeats, "beats",
        *transition.parts.phraseAlignment);
  if (transition.parts.bassHandling && transition.doubleBassSeconds > 0)
    add(Head::kTransitionQuality, "double_bass_s", transition.doubleBassSeconds, "s",
        *transition.parts.bassHandling);
  if (transition.parts.levelHandling && transition.loudnessStepLu)
    add(Head::kTransitionQuality, "loudness_step_lu", *transition.loudnessStepLu, "LU",
        *transition.parts.levelHandling);
}

Side sideOf(const Scoreboard& board, engine::PlayerIndex player, const Heads& heads) {
  Side side;
  side.heads = heads;
  for (std::size_t h = 0; h < kTechnicalHeads; ++h) {
    const auto value = board.score(player, static_cast<Head>(h)).value;
    std::optional<float>& head = side.heads[static_cast<Head>(h)];
    head.reset();
    if (value) head = static_cast<float>(*value);
  }
  side.byHand = board.byHand(player);
  side.answeredSeconds = board.answeredSeconds(player);
  side.transitions = board.transitions(player);
  return side;
}

// The worst first; of too many those in the middle are left out, which leaves the best for praise.
void arrange(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.worth < b.worth; });
  if (findings.size() <= kMostFindings) return;
  constexpr auto kHalf = static_cast<std::ptrdiff_t>(kMostFindings / 2);
  findings.erase(findings.begin() + kHalf, findings.end() - kHalf);
}

void total(Ruling& ruling, const Rubric& rubric) {
  for (int s = 0; s < kSeats; ++s) {
    const Heads& own = ruling.sides[s].heads;
    const Heads& other = ruling.sides[1 - s].heads;
    double sum = 0, weights = 0;
    for (std::size_t h = 0; h < kHeadCount; ++h) {
      const Head head = static_cast<Head>(h);
      // What neither showed says nothing about who is better.
      if (!own[head] && !other[head]) continue;
      const double weight = rubric[head].weight;
      sum += weight * (own[head] ? static_cast<double>(*own[head]) : rubric.unshown);
      weights += weight;
    }
    if (weights > 0) sum /= weights;
    sum += rubric.byHandBonus * ruling.sides[s].byHand.value_or(0) *
           own[Head::kBeatAlignment].value_or(0);
    ruling.sides[s].total = std::min(1.0, sum);
  }
  if (ruling.sides[0].transitions == 0 || ruling.sides[1].transitions == 0) return;
  const double better = ruling.sides[0].total - ruling.sides[1].total;
  // Written so that exchanged sides give exactly the complement.
  const double odds = std::exp(-std::abs(better) / rubric.probabilityScale);
  const double loser = odds / (1 + odds);
  ruling.probabilityA = better >= 0 ? 1 - loser : loser;
}

Ruling rule(const Performance& performance, std::span<const Transition> transitions,
            const Rubric& rubric, Frame start, Frame end) {
  const auto window = performance.window(start, end);
  Ruling ruling;
  ruling.start = start;
  ruling.end = end;
  Scoreboard board;
  for (const Evidence& evidence : window) board.push(evidence);
  board.finish();
  std::array<std::vector<Finding>, kSeats> findings;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& transition = transitions[i];
    if (transition.end < start || transition.end >= end) continue;
    board.add(transition);
    if (transition.player < kSeats) findIn(transition, i, findings[transition.player]);
  }
  for (int s = 0; s < kSeats; ++s) {
    const auto player = static_cast<engine::PlayerIndex>(s);
    ruling.sides[s] = sideOf(board, player, headsOf(window, performance.tracks, player));
    arrange(findings[s]);
    ruling.sides[s].findings = std::move(findings[s]);
  }
  total(ruling, rubric);
  return ruling;
}

}  // namespace

Verdict verdictOf(const Performance& performance, const Rubric& rubric, std::string_view format,
                  const std::vector<Frame>& roundStarts, const Votes& votes) {
  Verdict verdict;
  verdict.rubric = rubric.name();
  verdict.format = format;
  verdict.transitions = transitionsOf(performance);
  const Frame end = performance.end();
  verdict.battle = rule(performance, verdict.transitions, rubric, Frame(0), end);
  for (std::size_t r = 0; r < roundStarts.size(); ++r) {
    const Frame next = r + 1 < roundStarts.size() ? roundStarts[r + 1] : end;
    verdict.rounds.push_back(rule(performance, verdict.transitions, rubric, roundStarts[r], next));
  }
  verdict.probabilityA = verdict.battle.probabilityA;
  const int cast = votes.a + votes.b + votes.tie;
  if (cast < rubric.fewestVotes) return verdict;
  verdict.crowdShare = verdict.probabilityA ? rubric.crowdShare(format) : 1;
  const double crowd = (votes.a + votes.tie / 2.0) / cast;
  const double judge = verdict.probabilityA.value_or(crowd);
  verdict.probabilityA = judge + verdict.crowdShare * (crowd - judge);
  return verdict;
}

std::vector<Frame> roundStartsOf(const engine::BattleLog& log) {
  std::vector<Frame> starts;
  int last = 0;
  for (const engine::LogEvent& event : log.events) {
    if (event.kind != "round") continue;
    const auto data = nlohmann::json::parse(event.data, nullptr, false);
    if (!data.is_object() || !data.contains("round") || !data["round"].is_number_integer())
      continue;
    const int round = data["round"].get<int>();
    if (round <= last) continue;
    last = round;
    starts.push_back(event.frame);
  }
  return starts;
}

}  // namespace dju::judge
