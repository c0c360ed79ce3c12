#include "judge/judge_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace dju::judge {
namespace {

using nlohmann::json;

// Three decimals: what is meant to be read, and the same text where the last bits differ.
json rounded(double value) {
  return std::round(value * 1000) / 1000;
}

template <typename T>
json orNull(const std::optional<T>& value) {
  return value ? rounded(*value) : json();
}

std::string deckName(std::uint8_t deck) {
  return {static_cast<char>('A' + deck)};
}

// "A", "B", or null for the server's own doing.
json seatName(engine::PlayerIndex player) {
  return player < 2 ? json(deckName(player)) : json();
}

std::string transitionId(std::size_t index) {
  return fmt::format("t-{}", index + 1);
}

json toJson(const Text& text) {
  return {{"en", text.en}, {"es", text.es}};
}

json toJson(const Finding& finding) {
  json evidence = {{"frame", finding.frame.index()},
                   {"measure", finding.measure},
                   {"value", rounded(finding.value)},
                   {"unit", finding.unit},
                   {"worth", rounded(finding.worth)}};
  if (finding.transition) evidence["transition"] = transitionId(*finding.transition);
  return evidence;
}

json evidenceJson(const Side& side, Head head) {
  json list = json::array();
  for (const Finding& finding : side.findings)
    if (finding.head == head) list.push_back(toJson(finding));
  return list;
}

json toJson(const Side& side, std::size_t seat, const Rubric& rubric) {
  json heads = json::array();
  for (std::size_t h = 0; h < kHeadCount; ++h) {
    const Head head = static_cast<Head>(h);
    json entry = {{"head", headName(head)},
                  {"name", toJson(rubric[head].name)},
                  {"value", orNull(side.heads[head])},
                  {"weight", rubric[head].weight},
                  {"evidence", evidenceJson(side, head)}};
    if (isProxy(head)) entry["proxy"] = true;
    heads.push_back(std::move(entry));
  }
  return {{"player", seatName(static_cast<engine::PlayerIndex>(seat))},
          {"total", rounded(side.total)},
          {"byHand", orNull(side.byHand)},
          {"answeredSeconds", rounded(side.answeredSeconds)},
          {"transitions", side.transitions},
          {"heads", std::move(heads)}};
}

json toJson(const Ruling& ruling, const Rubric& rubric) {
  json scores = json::array();
  for (std::size_t s = 0; s < kSeats; ++s) scores.push_back(toJson(ruling.sides[s], s, rubric));
  return {{"start", ruling.start.index()},
          {"end", ruling.end.index()},
          {"scores", std::move(scores)},
          {"probabilityA", orNull(ruling.probabilityA)}};
}

json headNow(const Standing& standing, std::size_t seat, Head head, const Rubric& rubric) {
  const HeadScore& score = standing.heads[seat][static_cast<std::size_t>(head)];
  json now = {{"head", headName(head)},
              {"value", rounded(*score.value)},
              {"confidence", rounded(score.confidence)},
              {"source", "telemetry"},
              {"ageFrames", standing.frame - score.latest},
              {"trend", rounded(score.trend)},
              {"weight", rubric[head].weight},
              {"evidence", evidenceJson(standing.ruling.sides[seat], head)}};
  if (isProxy(head)) now["proxy"] = true;
  return now;
}

// What a model says of the sound is shown beside, without weight until people have rated.
json soundNow(const Standing& standing, const SoundOpinion& opinion, Head head) {
  return {{"head", headName(head)},
          {"value", rounded(*opinion.heads[head])},
          {"confidence", rounded(opinion.confidence[static_cast<std::size_t>(head)])},
          {"source", "audio"},
          {"model", opinion.model},
          {"ageFrames", standing.frame - opinion.end},
          {"trend", rounded(opinion.trend[static_cast<std::size_t>(head)])},
          {"weight", 0},
          {"evidence", json::array()}};
}

json sideNow(const Standing& standing, std::size_t seat, const Rubric& rubric) {
  const Side& side = standing.ruling.sides[seat];
  json heads = json::array();
  for (std::size_t h = 0; h < kHeadCount; ++h) {
    const Head head = static_cast<Head>(h);
    if (standing.heads[seat][h].value) heads.push_back(headNow(standing, seat, head, rubric));
    const auto& opinion = standing.sound[seat];
    if (opinion && opinion->heads[head]) heads.push_back(soundNow(standing, *opinion, head));
  }
  json now = {{"player", seatName(static_cast<engine::PlayerIndex>(seat))},
              {"total", rounded(side.total)},
              {"byHand", orNull(side.byHand)},
              {"answeredSeconds", rounded(side.answeredSeconds)},
              {"transitions", side.transitions},
              {"heads", std::move(heads)}};
  if (standing.styles[seat] != nullptr) now["style"] = standing.styles[seat]->style;
  return now;
}

json timelineJson(const Report& report) {
  json scores = json::array(), feedback = json::array(), reactions = json::array();
  for (const CurvePoint& point : report.curve)
    scores.push_back({{"frame", point.frame.index()},
                      {"A", rounded(point.totals[0])},
                      {"B", rounded(point.totals[1])}});
  for (const Feedback& said : report.feedback) feedback.push_back(toJson(said).front());
  for (const Reactions& felt : report.reactions)
    reactions.push_back(
        {{"frame", felt.frame.index()}, {"kind", felt.kind}, {"count", felt.count}});
  return {{"scores", std::move(scores)},
          {"feedback", std::move(feedback)},
          {"reactions", std::move(reactions)}};
}

// Of many points at most so many, evenly spread.
std::vector<OffsetAt> thinned(const std::vector<OffsetAt>& offsets) {
  constexpr std::size_t kMost = 128;
  const std::size_t step = (offsets.size() + kMost - 1) / kMost;
  std::vector<OffsetAt> kept;
  for (std::size_t i = 0; i < offsets.size(); i += std::max<std::size_t>(step, 1))
    kept.push_back(offsets[i]);
  return kept;
}

void addVotes(json& ruling, const Rubric& rubric, const std::string& format, const Votes& votes) {
  std::optional<double> judge;
  if (ruling.at("probabilityA").is_number()) judge = ruling["probabilityA"].get<double>();
  const Combined both = combined(judge, votes, rubric, format);
  ruling["votes"] = {{"A", votes.a}, {"B", votes.b}, {"tie", votes.tie}};
  ruling["crowdShare"] = both.crowdShare;
  ruling["verdictA"] = orNull(both.probabilityA);
}

}  // namespace

json toJson(const Transition& transition, std::size_t index) {
  json offsets = json::array();
  for (const OffsetAt& offset : thinned(transition.beatOffsets))
    offsets.push_back({{"frame", offset.frame.index()}, {"ms", rounded(offset.ms)}});
  json aligned;  // null: not known
  if (transition.phraseOffsetBeats) aligned = *transition.phraseOffsetBeats == 0;
  json sources = json::array({"telemetry"});
  if (transition.parts.spectralContinuity) sources.push_back("audio");
  return {{"id", transitionId(index)},
          {"start", transition.start.index()},
          {"end", transition.end.index()},
          {"type", transitionName(transition.type)},
          {"player", seatName(transition.player)},
          {"fromDeck", deckName(transition.fromDeck)},
          {"toDeck", deckName(transition.toDeck)},
          {"confidence", rounded(transition.confidence)},
          {"beatOffsetMs", std::move(offsets)},
          {"tempoDifferencePercent", orNull(transition.tempoDifferencePercent)},
          {"phraseAligned", std::move(aligned)},
          {"keyDistance", transition.key ? json(transition.key->steps) : json()},
          {"doubleBassSeconds", rounded(transition.doubleBassSeconds)},
          {"loudnessStepLu", orNull(transition.loudnessStepLu)},
          {"spectralContinuity", orNull(transition.parts.spectralContinuity)},
          {"score", orNull(transition.score)},
          {"sources", std::move(sources)}};
}

json toJson(const Feedback& feedback) {
  return json::array({{{"id", fmt::format("f-{}", feedback.number + 1)},
                       {"frame", feedback.frame.index()},
                       {"player", seatName(feedback.player)},
                       {"head", headName(feedback.finding.head)},
                       {"tone", toneName(feedback.tone)},
                       {"score", rounded(feedback.finding.worth)},
                       {"text", toJson(feedback.text)},
                       {"description", feedback.text.en},
                       {"evidence", json::array({toJson(feedback.finding)})}}});
}

json toJson(const Standing& standing, const Rubric& rubric) {
  json scores = json::array();
  for (std::size_t s = 0; s < kSeats; ++s) scores.push_back(sideNow(standing, s, rubric));
  json update = {
      {"frame", standing.frame.index()}, {"rubric", rubric.name()}, {"scores", std::move(scores)}};
  if (standing.ruling.probabilityA)
    update["winProbabilityA"] = rounded(*standing.ruling.probabilityA);
  return update;
}

json toJson(const SoundOpinion& opinion) {
  json heads = json::array();
  for (std::size_t h = 0; h < kHeadCount; ++h) {
    const auto head = static_cast<Head>(h);
    if (!opinion.heads[head]) continue;
    heads.push_back({{"head", headName(head)},
                     {"value", rounded(*opinion.heads[head])},
                     {"confidence", rounded(opinion.confidence[h])}});
  }
  return {{"model", opinion.model}, {"heads", std::move(heads)}};
}

json toJson(const Report& report, const Rubric& rubric) {
  const Verdict& verdict = report.verdict;
  json rounds = json::array(), transitions = json::array();
  for (const Ruling& round : verdict.rounds) rounds.push_back(toJson(round, rubric));
  for (std::size_t i = 0; i < verdict.transitions.size(); ++i)
    transitions.push_back(toJson(verdict.transitions[i], i));
  json battle = toJson(verdict.battle, rubric);
  for (std::size_t s = 0; s < kSeats; ++s) {
    if (report.sound[s]) battle["scores"][s]["sound"] = toJson(*report.sound[s]);
    const RubricStyle* style = report.styles[s];
    if (style == nullptr) continue;
    battle["scores"][s]["style"] = {{"style", style->style}, {"name", toJson(style->name)}};
  }
  return {{"rubric", verdict.rubric},
          {"format", verdict.format},
          {"battle", std::move(battle)},
          {"rounds", std::move(rounds)},
          {"transitions", std::move(transitions)},
          {"timeline", timelineJson(report)}};
}

void addVotes(json& report, const Rubric& rubric, const Votes& battle,
              const std::vector<Votes>& rounds) {
  const auto format = report.at("format").get<std::string>();
  addVotes(report.at("battle"), rubric, format, battle);
  json& rulings = report.at("rounds");
  for (std::size_t r = 0; r < rulings.size(); ++r)
    addVotes(rulings[r], rubric, format, r < rounds.size() ? rounds[r] : Votes{});
}

}  // namespace dju::judge
