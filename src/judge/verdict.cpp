#include "judge/verdict.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace dju::judge {
namespace {

// A tempo may be ridden anywhere within minutes; it is judged within stretches of ten seconds, as
// the labels are.
constexpr std::size_t kWindow = 1024;
constexpr std::size_t kMostFindings = 12;

std::optional<float> meanStability(std::span<const Evidence> window,
                                   std::span<const JudgedTrack> tracks,
                                   engine::PlayerIndex player) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < window.size(); i += kWindow) {
    const auto stretch = window.subspan(i, std::min(kWindow, window.size() - i));
    const auto value = headsOf(stretch, tracks, player)[Head::kPitchStability];
    if (!value) continue;
    sum += *value;
    ++count;
  }
  if (count == 0) return {};
  return static_cast<float>(sum / count);
}

std::optional<double> byHandShare(std::span<const Evidence> window, engine::PlayerIndex player) {
  double synced = 0, all = 0;
  for (const Evidence& evidence : window) {
    if (evidence.player != player || !evidence.pair || !evidence.pair->beatOffsetMs) continue;
    const std::uint32_t flags =
        evidence.decks[evidence.pair->first].flags | evidence.decks[evidence.pair->second].flags;
    ++all;
    if ((flags & engine::kDeckSync) != 0) ++synced;
  }
  if (all == 0) return {};
  return 1 - synced / all;
}

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

Side sideOf(const Performance& performance, std::span<const Transition> transitions, Frame start,
            Frame end, engine::PlayerIndex player) {
  const auto window = performance.window(start, end);
  Side side;
  side.heads = headsOf(window, performance.tracks, player);
  side.heads[Head::kPitchStability] = meanStability(window, performance.tracks, player);
  side.byHand = byHandShare(window, player);
  for (const Evidence& evidence : window) {
    if (evidence.player == player && evidence.carrier != Evidence::kNoDeck)
      side.answeredSeconds += static_cast<double>(kEvidenceFrames) / kSampleRate;
  }
  // A set's transitions count alike, however long they are.
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < transitions.size(); ++i) {
    const Transition& transition = transitions[i];
    if (transition.player != player || transition.end < start || transition.end >= end) continue;
    ++side.transitions;
    findIn(transition, i, side.findings);
    if (!transition.score) continue;
    sum += *transition.score;
    ++count;
  }
  side.heads[Head::kTransitionQuality].reset();
  if (count > 0) side.heads[Head::kTransitionQuality] = static_cast<float>(sum / count);
  std::stable_sort(side.findings.begin(), side.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.worth < b.worth; });
  // The worst, and the best for praise.
  if (side.findings.size() > kMostFindings)
    side.findings.erase(side.findings.begin() + kMostFindings / 2,
                        side.findings.end() - kMostFindings / 2);
  return side;
}

void total(Ruling& ruling, const Rubric& rubric) {
  for (std::size_t s = 0; s < 2; ++s) {
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
  const double better = ruling.sides[0].total - ruling.sides[1].total;
  // Written so that exchanged sides give exactly the complement.
  const double odds = std::exp(-std::abs(better) / rubric.probabilityScale);
  const double loser = odds / (1 + odds);
  ruling.probabilityA = better >= 0 ? 1 - loser : loser;
}

Ruling rule(const Performance& performance, std::span<const Transition> transitions,
            const Rubric& rubric, Frame start, Frame end) {
  Ruling ruling;
  ruling.start = start;
  ruling.end = end;
  for (std::size_t s = 0; s < 2; ++s)
    ruling.sides[s] =
        sideOf(performance, transitions, start, end, static_cast<engine::PlayerIndex>(s));
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
  // One that is reported at the very end counts too.
  const Frame end = performance.end() + 1;
  verdict.battle = rule(performance, verdict.transitions, rubric, Frame(0), end);
  for (std::size_t r = 0; r < roundStarts.size(); ++r) {
    const Frame next = r + 1 < roundStarts.size() ? roundStarts[r + 1] : end;
    verdict.rounds.push_back(rule(performance, verdict.transitions, rubric, roundStarts[r], next));
  }
  verdict.probabilityA = verdict.battle.probabilityA;
  const int cast = votes.a + votes.b + votes.tie;
  if (cast < rubric.fewestVotes) return verdict;
  verdict.crowdShare = rubric.crowdShare(format);
  const double crowd = (votes.a + votes.tie / 2.0) / cast;
  verdict.probabilityA += verdict.crowdShare * (crowd - verdict.probabilityA);
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
