// What the judge says, as JSON: the shapes of docs/asyncapi.yaml (Transition, HeadScore) and the
// verdict around them (docs/judging.md). Callers: `dju judge --json`, the server. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "judge/verdict.h"

namespace dju::judge {

// `index`: in the battle, from 0; its id is "t-" and the number from 1.
nlohmann::json toJson(const Transition& transition, std::size_t index);
nlohmann::json toJson(const Verdict& verdict, const Rubric& rubric);

}  // namespace dju::judge
