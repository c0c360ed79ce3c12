#include "learning/report/evaluation_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "learning/data/json.h"

namespace dju::learning {
namespace {

constexpr std::size_t kFewest = 8;  // items of which a correlation says anything

std::string fixed(double value, int digits = 3) {
  if (!std::isfinite(value)) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

Measurement measureOne(const EvaluationInput& input, std::size_t target, const Predictor& predictor,
                       const std::vector<bool>& has, bool first) {
  std::vector<double> prediction;
  std::vector<double> truth;
  std::vector<std::string> groups;
  for (std::size_t item = 0; item < has.size(); ++item) {
    if (!has[item] || std::isnan(input.truth[target][item]) ||
        std::isnan(predictor.scores[target][item]))
      continue;
    prediction.push_back(predictor.scores[target][item]);
    truth.push_back(input.truth[target][item]);
    groups.push_back(input.groups[item]);
  }
  Measurement found;
  found.target = input.targets[target];
  found.predictor = predictor.name;
  found.items = truth.size();
  if (truth.size() < kFewest) return found;
  found.groups = std::set<std::string>(groups.begin(), groups.end()).size();
  found.pearson = pearson(prediction, truth);
  found.interval = bootstrap(prediction, truth, groups, pearson);
  found.p =
      first ? permutationP(prediction, truth, pearson) : std::numeric_limits<double>::quiet_NaN();
  found.spearman = spearman(prediction, truth);
  found.meanAbsoluteError = meanAbsoluteError(prediction, truth);
  found.explainedVariance = explainedVariance(prediction, truth);
  found.calibrationError = calibrationError(prediction, truth);
  return found;
}

// Ties are broken by the order of the names, the same for both.
std::vector<std::size_t> best(const std::vector<double>& values, int k) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  order.resize(static_cast<std::size_t>(k));
  return order;
}

double topShared(const std::vector<double>& said, const std::vector<double>& truth, int k) {
  if (said.size() < 2 * static_cast<std::size_t>(k))
    return std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::size_t> a = best(said, k);
  int shared = 0;
  for (const std::size_t one : best(truth, k)) shared += std::count(a.begin(), a.end(), one) > 0;
  return static_cast<double>(shared) / k;
}

std::string rowOf(const Measurement& m) {
  return "| " + m.subset + " | " + m.predictor + " | " + std::to_string(m.items) + " (" +
         std::to_string(m.groups) + ") | " + fixed(m.pearson) + " | " + fixed(m.interval.low) +
         " … " + fixed(m.interval.high) + " | " + fixed(m.p) + " | " + fixed(m.spearman) + " | " +
         fixed(m.meanAbsoluteError) + " | " + fixed(m.explainedVariance) + " | " +
         fixed(m.calibrationError) + " |\n";
}

std::string markdownOf(const ReportTable& table) {
  std::string text = "\n## " + table.title + "\n|";
  for (const std::string& column : table.columns) text += " " + column + " |";
  text += "\n|";
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += "---|";
  for (const auto& row : table.rows) {
    text += "\n|";
    for (const std::string& cell : row) text += " " + cell + " |";
  }
  return text + "\n";
}

std::string listOf(const std::vector<std::string>& texts) {
  std::string text = "[";
  for (const std::string& each : texts) text += (text.size() > 1 ? ", " : "") + jsonQuoted(each);
  return text + "]";
}

std::string jsonOf(const ReportTable& table) {
  std::string text = "{\"title\": " + jsonQuoted(table.title) +
                     ", \"columns\": " + listOf(table.columns) + ", \"rows\": [";
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    text += (i > 0 ? ", " : "") + listOf(table.rows[i]);
  return text + "]}";
}

}  // namespace

std::vector<Measurement> measure(const EvaluationInput& input) {
  std::vector<Subset> subsets = {{"all", {}, std::vector<bool>(input.groups.size(), true)}};
  subsets.insert(subsets.end(), input.subsets.begin(), input.subsets.end());
  std::vector<Measurement> found;
  for (std::size_t target = 0; target < input.targets.size(); ++target) {
    for (const Subset& subset : subsets) {
      if (subset.target && *subset.target != target) continue;
      for (std::size_t i = 0; i < input.predictors.size(); ++i) {
        Measurement one = measureOne(input, target, input.predictors[i], subset.has, i == 0);
        one.subset = subset.name;
        if (one.items >= kFewest) found.push_back(std::move(one));
      }
    }
  }
  return found;
}

std::vector<Ranking> rankings(const EvaluationInput& input, const std::vector<std::string>& who) {
  std::vector<Ranking> found;
  for (std::size_t target = 0; target < input.targets.size(); ++target) {
    std::map<std::string, std::array<double, 3>> sums;
    for (std::size_t item = 0; item < who.size(); ++item) {
      const double truth = input.truth[target][item];
      const double said = input.predictors.front().scores[target][item];
      if (std::isnan(truth) || std::isnan(said)) continue;
      auto& sum = sums[who[item]];
      sum[0] += said;
      sum[1] += truth;
      ++sum[2];
    }
    if (sums.size() < 3) continue;
    std::vector<double> said;
    std::vector<double> truth;
    for (const auto& [name, sum] : sums) {
      said.push_back(sum[0] / sum[2]);
      truth.push_back(sum[1] / sum[2]);
    }
    Ranking ranking{input.targets[target],
                    sums.size(),
                    kendall(said, truth),
                    permutationP(said, truth, kendall),
                    {}};
    for (const int k : {3, 5, 10}) ranking.top.emplace_back(k, topShared(said, truth, k));
    found.push_back(std::move(ranking));
  }
  return found;
}

std::string markdownOf(const EvaluationReport& report) {
  std::string text = "# " + report.title + "\n\n";
  for (const auto& [name, value] : report.facts) text += "- " + name + ": " + value + "\n";
  text +=
      "\nr: Pearson's correlation with its 95 % bootstrap interval over groups; p: of a "
      "correlation as large from chance; MAE: mean absolute error; R²: of the truth's variance; "
      "ECE: expected calibration error.\n";
  std::string target;
  for (const Measurement& m : report.measurements) {
    if (m.target != target) {
      target = m.target;
      text +=
          "\n## " + target +
          "\n| items of | predictor | items (groups) | r | 95 % | p | Spearman | MAE | R² | ECE |\n"
          "|---|---|---|---|---|---|---|---|---|---|\n";
    }
    text += rowOf(m);
  }
  for (const ReportTable& table : report.tables) text += markdownOf(table);
  if (!report.rankings.empty())
    text +=
        "\n## Rankings\nMeans by who played; top k: the share of the truth's best k that are the "
        "model's best k.\n\n"
        "| target | ranked | Kendall's tau | p | top 3 | top 5 | top 10 "
        "|\n|---|---|---|---|---|---|---|\n";
  for (const Ranking& ranking : report.rankings) {
    text += "| " + ranking.target + " | " + std::to_string(ranking.ranked) + " | " +
            fixed(ranking.kendall) + " | " + fixed(ranking.p) + " |";
    for (const auto& [k, share] : ranking.top) text.append(" ").append(fixed(share)).append(" |");
    text += "\n";
  }
  if (!report.humans.empty())
    text +=
        "\n## Agreement with people\n| target | items | raters | r | Spearman "
        "|\n|---|---|---|---|---|\n";
  for (const HumanAgreement& human : report.humans)
    text += "| " + human.target + " | " + std::to_string(human.items) + " | " +
            std::to_string(human.raters) + " | " + fixed(human.pearson) + " | " +
            fixed(human.spearman) + " |\n";
  if (!report.notes.empty()) text += "\n## Notes\n";
  for (const std::string& note : report.notes) text += "- " + note + "\n";
  for (const std::string& chart : report.charts) text += "\n![" + chart + "](" + chart + ")\n";
  return text;
}

std::string jsonOf(const EvaluationReport& report) {
  std::string text = "{\"title\": " + jsonQuoted(report.title) + ",\n \"facts\": {";
  for (std::size_t i = 0; i < report.facts.size(); ++i)
    text += (i > 0 ? ", " : "") + jsonQuoted(report.facts[i].first) + ": " +
            jsonQuoted(report.facts[i].second);
  text += "},\n \"measurements\": [";
  for (std::size_t i = 0; i < report.measurements.size(); ++i) {
    const Measurement& m = report.measurements[i];
    const auto number = [&](const char* name, double value) {
      text += std::string(", \"") + name + "\": " + jsonNumber(value);
    };
    text += (i > 0 ? ",\n  " : "\n  ");
    text += "{\"target\": " + jsonQuoted(m.target) + ", \"subset\": " + jsonQuoted(m.subset) +
            ", \"predictor\": " + jsonQuoted(m.predictor);
    number("items", static_cast<double>(m.items));
    number("groups", static_cast<double>(m.groups));
    number("pearson", m.pearson);
    number("pearson_low", m.interval.low);
    number("pearson_high", m.interval.high);
    number("p", m.p);
    number("spearman", m.spearman);
    number("mean_absolute_error", m.meanAbsoluteError);
    number("explained_variance", m.explainedVariance);
    number("calibration_error", m.calibrationError);
    text += "}";
  }
  text += "\n ],\n \"tables\": [";
  for (std::size_t i = 0; i < report.tables.size(); ++i)
    text += (i > 0 ? ",\n  " : "\n  ") + jsonOf(report.tables[i]);
  text += "\n ],\n \"rankings\": [";
  for (std::size_t i = 0; i < report.rankings.size(); ++i) {
    const Ranking& ranking = report.rankings[i];
    text += (i > 0 ? ",\n  " : "\n  ") + ("{\"target\": " + jsonQuoted(ranking.target)) +
            ", \"ranked\": " + std::to_string(ranking.ranked) +
            ", \"kendall\": " + jsonNumber(ranking.kendall) + ", \"p\": " + jsonNumber(ranking.p);
    for (const auto& [k, share] : ranking.top)
      text.append(", \"top_").append(std::to_string(k)).append("\": ").append(jsonNumber(share));
    text += "}";
  }
  text += "\n ],\n \"human_correlation\": [";
  for (std::size_t i = 0; i < report.humans.size(); ++i) {
    const HumanAgreement& human = report.humans[i];
    text += (i > 0 ? ",\n  " : "\n  ") + ("{\"target\": " + jsonQuoted(human.target)) +
            ", \"items\": " + std::to_string(human.items) +
            ", \"raters\": " + std::to_string(human.raters) +
            ", \"pearson\": " + jsonNumber(human.pearson) +
            ", \"spearman\": " + jsonNumber(human.spearman) + "}";
  }
  text += "\n ],\n \"milliseconds_per_window\": " + jsonNumber(report.windowMilliseconds) +
          ",\n \"notes\": " + listOf(report.notes) + "}\n";
  return text;
}

}  // namespace dju::learning
