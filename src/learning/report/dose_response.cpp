#include "learning/report/dose_response.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace dju::learning {
namespace {

std::string fixed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value);
  return text;
}

// What was said of a condition: each group's items, mean truth and mean score.
struct Said {
  double truth = 0, score = 0;
  int items = 0;
};
using ByGroup = std::map<std::string, Said>;

struct Condition {
  std::string name;
  ByGroup groups;
};

std::vector<Condition> conditionsOf(const EvaluationInput& input, std::size_t target,
                                    const std::vector<std::string>& names) {
  std::vector<Condition> found;
  for (std::size_t item = 0; item < names.size(); ++item) {
    const double truth = input.truth[target][item];
    const double score = input.predictors.front().scores[target][item];
    if (names[item].empty() || std::isnan(truth) || std::isnan(score)) continue;
    auto at = std::find_if(found.begin(), found.end(),
                           [&](const Condition& each) { return each.name == names[item]; });
    if (at == found.end()) at = found.insert(found.end(), {names[item], {}});
    Said& said = at->groups[input.groups[item]];
    said.truth += truth;
    said.score += score;
    ++said.items;
  }
  return found;
}

std::vector<std::string> rowOf(const Condition& condition, const ByGroup& first) {
  std::vector<double> truths, scores, changed, before;
  std::vector<std::string> groups;
  for (const auto& [group, said] : condition.groups) {
    truths.push_back(said.truth / said.items);
    scores.push_back(said.score / said.items);
    const auto same = first.find(group);
    if (same == first.end()) continue;
    groups.push_back(group);
    changed.push_back(scores.back());
    before.push_back(same->second.score / same->second.items);
  }
  std::string change = "–";
  if (!groups.empty() && &condition.groups != &first) {
    const auto difference = [](std::span<const double> a, std::span<const double> b) {
      return mean(a) - mean(b);
    };
    const Interval interval = bootstrap(changed, before, groups, difference);
    change = fixed(difference(changed, before)) + " (" + fixed(interval.low) + " … " +
             fixed(interval.high) + ")";
  }
  return {condition.name, std::to_string(condition.groups.size()), fixed(mean(truths)),
          fixed(mean(scores)), change};
}

}  // namespace

std::vector<ReportTable> doseTables(const EvaluationInput& input,
                                    const std::vector<std::string>& conditions) {
  std::vector<ReportTable> tables;
  for (std::size_t target = 0; target < input.targets.size(); ++target) {
    const std::vector<Condition> found = conditionsOf(input, target, conditions);
    if (found.size() < 2) continue;
    ReportTable table{"Dose and response: " + input.targets[target],
                      {"condition", "groups", "truth", "model", "change from " + found[0].name},
                      {}};
    for (const Condition& condition : found)
      table.rows.push_back(rowOf(condition, found.front().groups));
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace dju::learning
