#include "judge/judge_json.h"

#include <fmt/format.h>

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

json evidenceJson(const Side& side, Head head) {
  json list = json::array();
  for (const Finding& finding : side.findings) {
    if (finding.head != head) continue;
    list.push_back({{"frame", finding.frame.index()},
                    {"measure", finding.measure},
                    {"value", rounded(finding.value)},
                    {"unit", finding.unit},
                    {"worth", rounded(finding.worth)},
                    {"transition", transitionId(finding.transition)}});
  }
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
  return {{"player", deckName(static_cast<std::uint8_t>(seat))},
          {"total", rounded(side.total)},
          {"byHand", orNull(side.byHand)},
          {"answeredSeconds", rounded(side.answeredSeconds)},
          {"transitions", side.transitions},
          {"heads", std::move(heads)}};
}

json toJson(const Ruling& ruling, const Rubric& rubric) {
  json scores = json::array();
  for (std::size_t s = 0; s < 2; ++s) scores.push_back(toJson(ruling.sides[s], s, rubric));
  return {{"start", ruling.start.index()},
          {"end", ruling.end.index()},
          {"scores", std::move(scores)},
          {"probabilityA", orNull(ruling.probabilityA)}};
}

}  // namespace

json toJson(const Transition& transition, std::size_t index) {
  json offsets = json::array();
  for (const OffsetAt& offset : transition.beatOffsets)
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

json toJson(const Verdict& verdict, const Rubric& rubric) {
  json rounds = json::array(), transitions = json::array();
  for (const Ruling& round : verdict.rounds) rounds.push_back(toJson(round, rubric));
  for (std::size_t i = 0; i < verdict.transitions.size(); ++i)
    transitions.push_back(toJson(verdict.transitions[i], i));
  return {{"rubric", verdict.rubric},
          {"format", verdict.format},
          {"battle", toJson(verdict.battle, rubric)},
          {"rounds", std::move(rounds)},
          {"transitions", std::move(transitions)},
          {"crowdShare", verdict.crowdShare},
          {"probabilityA", orNull(verdict.probabilityA)}};
}

}  // namespace dju::judge
