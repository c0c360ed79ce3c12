// Scores and truth as tables of numbers, [target][item], as reports read them. Callers:
// evaluation/, active/. One thread.
#pragma once

#include <string>
#include <vector>

#include "learning/models/model.h"

namespace dju::learning {

using ScoreTable = std::vector<std::vector<double>>;  // [target][item]

// table: [items, targets].
ScoreTable tableOf(const torch::Tensor& table);
// What is to be learned of each item, NaN = not known.
ScoreTable truthOf(const Model& model, const Split& split);
// What each item's `key` is, or what else tells its performance; no two items without one share a
// name.
std::vector<std::string> groupsOf(const Split& split, const std::string& key = "performance");

}  // namespace dju::learning
