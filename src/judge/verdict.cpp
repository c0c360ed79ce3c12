#include "judge/verdict.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace dju::judge {

std::vector<Finding> findingsOf(const Transition& transition, std::size_t index) {
  std::vector<Finding> findings;
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
  return findings;
}

std::optional<Finding> shakiestMoment(const Scoreboard& board, engine::PlayerIndex player) {
  const auto& stretch = board.shakiest(player);
  if (!stretch) return {};
  return Finding{stretch->start,
                 Head::kPitchStability,
                 "speed_wobble_percent",
                 stretch->wobblePercent,
                 "%",
                 pitchStability(stretch->wobblePercent),
                 {}};
}

namespace {

constexpr std::size_t kMostFindings = 12;

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

void total(Ruling& ruling, const Rubric& rubric, double byHandBonus) {
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
    // In proportion, not on top: a total cut off at 1 would make all good DJs alike.
    const double bonus =
        byHandBonus * ruling.sides[s].byHand.value_or(0) * own[Head::kBeatAlignment].value_or(0);
    ruling.sides[s].total = (sum + bonus) / (1 + byHandBonus);
  }
  if (ruling.sides[0].transitions == 0 || ruling.sides[1].transitions == 0) return;
  const double better = ruling.sides[0].total - ruling.sides[1].total;
  // Written so that exchanged sides give exactly the complement.
  const double odds = std::exp(-std::abs(better) / rubric.probabilityScale);
  const double loser = odds / (1 + odds);
  ruling.probabilityA = better >= 0 ? 1 - loser : loser;
}

Ruling rule(const Performance& performance, std::span<const Transition> transitions,
            const Rubric& rubric, std::string_view format, Frame start, Frame end) {
  const auto window = performance.window(start, end);
  Scoreboard board;
  for (const Evidence& evidence : window) board.push(evidence);
  board.finish();
  std::array<std::vector<Finding>, kSeats> findings;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& transition = transitions[i];
    if (transition.end < start || transition.end >= end) continue;
    board.add(transition);
    if (transition.player >= kSeats) continue;
    std::ranges::move(findingsOf(transition, i), std::back_inserter(findings[transition.player]));
  }
  Ruling ruling = rulingOf(board,
                           {headsOf(window, performance.tracks, engine::PlayerIndex{0}),
                            headsOf(window, performance.tracks, engine::PlayerIndex{1})},
                           rubric, format);
  ruling.start = start;
  ruling.end = end;
  for (int s = 0; s < kSeats; ++s) {
    arrange(findings[s]);
    if (const auto moment = shakiestMoment(board, static_cast<engine::PlayerIndex>(s)))
      findings[s].insert(std::ranges::upper_bound(findings[s], moment->worth, {}, &Finding::worth),
                         *moment);
    ruling.sides[s].findings = std::move(findings[s]);
  }
  return ruling;
}

}  // namespace

Ruling rulingOf(const Scoreboard& board, const std::array<Heads, kSeats>& creative,
                const Rubric& rubric, std::string_view format) {
  Ruling ruling;
  for (int s = 0; s < kSeats; ++s)
    ruling.sides[s] = sideOf(board, static_cast<engine::PlayerIndex>(s), creative[s]);
  total(ruling, rubric, rubric.of(format).byHandBonus);
  return ruling;
}

Verdict verdictOf(const Performance& performance, const Rubric& rubric, std::string_view format,
                  const std::vector<Frame>& roundStarts) {
  Verdict verdict;
  verdict.rubric = rubric.name();
  verdict.format = format;
  verdict.transitions = transitionsOf(performance);
  const Frame end = performance.end();
  verdict.battle = rule(performance, verdict.transitions, rubric, format, Frame(0), end);
  for (std::size_t r = 0; r < roundStarts.size(); ++r) {
    const Frame next = r + 1 < roundStarts.size() ? roundStarts[r + 1] : end;
    verdict.rounds.push_back(
        rule(performance, verdict.transitions, rubric, format, roundStarts[r], next));
  }
  return verdict;
}

Combined combined(std::optional<double> judge, const Votes& votes, const Rubric& rubric,
                  std::string_view format) {
  const int cast = votes.a + votes.b + votes.tie;
  if (cast < rubric.fewestVotes) return {0, judge};
  const double crowd = (votes.a + votes.tie / 2.0) / cast;
  if (!judge) return {1, crowd};
  const double share = rubric.of(format).crowdShare;
  return {share, *judge + share * (crowd - *judge)};
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
