// What the judge says, as JSON: the events of docs/asyncapi.yaml (Transition, ScoreUpdate,
// Feedback) and the report around a verdict (docs/judging.md). Callers: `dju judge --json`, the
// server. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "judge/report.h"

namespace dju::judge {

// `index`: in the battle, from 0; its id is "t-" and the number from 1. Of the offsets at most 128
// are told, evenly spread.
nlohmann::json toJson(const Transition& transition, std::size_t index);
// A list of one, as the platform's document has it.
nlohmann::json toJson(const Feedback& feedback);
// Only heads that have been shown.
nlohmann::json toJson(const Standing& standing, const Rubric& rubric);
// As the judge alone sees it.
nlohmann::json toJson(const Report& report, const Rubric& rubric);
// {"model", "heads": [{"head", "value", "confidence"}]}: the heads that the model has.
nlohmann::json toJson(const SoundOpinion& opinion);

// Lays the crowd's votes over a report, over the battle and each of its rounds: `votes`,
// `crowdShare` and `verdictA` beside `probabilityA`, which is the judge's. `rounds` may be shorter
// than the report's.
void addVotes(nlohmann::json& report, const Rubric& rubric, const Votes& battle,
              const std::vector<Votes>& rounds);

}  // namespace dju::judge
