#include "analysis/regression.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace dju::bench {
namespace {

namespace fs = std::filesystem;

// The value of a figure, or nothing.
const double* valueIn(const Regression& regression, const std::string& set,
                      const std::string& system, const std::string& figure) {
  const auto ofSet = regression.accuracies.find(set);
  if (ofSet == regression.accuracies.end()) return nullptr;
  const auto ofSystem = ofSet->second.find(system);
  if (ofSystem == ofSet->second.end()) return nullptr;
  const auto value = ofSystem->second.find(figure);
  return value == ofSystem->second.end() ? nullptr : &value->second;
}

template <typename Visit>
void eachFigure(const Regression& regression, const Visit& visit) {
  for (const auto& [set, systems] : regression.accuracies) {
    for (const auto& [system, scores] : systems) {
      for (const auto& [figure, value] : scores) visit(set, system, figure, value);
    }
  }
}

}  // namespace

Regression readRegression(const fs::path& path) {
  std::ifstream in(path);
  const auto json = nlohmann::json::parse(in, nullptr, false);
  if (json.is_discarded()) {
    throw Error(ErrorCode::kNotFound,
                path.string() + ": cannot be read; bench_analysis --record writes it");
  }
  try {
    Regression regression;
    regression.seed = json.at("seed").get<std::uint64_t>();
    regression.perGenre = json.at("perGenre").get<int>();
    regression.seconds = json.at("seconds").get<double>();
    for (const auto& [set, systems] : json.at("accuracies").items()) {
      for (const auto& [system, scores] : systems.items()) {
        for (const auto& [figure, value] : scores.items()) {
          regression.accuracies[set][system][figure] = value.get<double>();
        }
      }
    }
    return regression;
  } catch (const nlohmann::json::exception& wrong) {
    throw Error(ErrorCode::kInvalid, path.string() + ": " + wrong.what());
  }
}

void writeRegression(const fs::path& path, const Regression& regression) {
  nlohmann::json json = {{"seed", regression.seed},
                         {"perGenre", regression.perGenre},
                         {"seconds", regression.seconds},
                         {"accuracies", nlohmann::json::object()}};
  eachFigure(regression,
             [&](const auto& set, const auto& system, const auto& figure, double value) {
               json["accuracies"][set][system][figure] = std::round(value * 1e4) / 1e4;
             });
  std::ofstream out(path);
  out << json.dump(2) << '\n';
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, path.string() + ": cannot be written");
}

std::vector<std::string> dropsSince(const Regression& before, const Regression& now) {
  std::vector<std::string> drops;
  eachFigure(before, [&](const auto& set, const auto& system, const auto& figure, double value) {
    const double* current = valueIn(now, set, system, figure);
    if (current == nullptr) {
      drops.push_back(fmt::format("{} {} {}: was {:.4f}, is missing", set, system, figure, value));
    } else if (*current < value - kAllowedDrop) {
      drops.push_back(
          fmt::format("{} {} {}: was {:.4f}, is {:.4f}", set, system, figure, value, *current));
    }
  });
  return drops;
}

std::vector<std::string> gainsSince(const Regression& before, const Regression& now) {
  std::vector<std::string> gains;
  eachFigure(now, [&](const auto& set, const auto& system, const auto& figure, double value) {
    const double* last = valueIn(before, set, system, figure);
    if (last == nullptr) {
      gains.push_back(fmt::format("{} {} {}: new, {:.4f}", set, system, figure, value));
    } else if (value > *last + kAllowedDrop) {
      gains.push_back(
          fmt::format("{} {} {}: was {:.4f}, is {:.4f}", set, system, figure, *last, value));
    }
  });
  return gains;
}

}  // namespace dju::bench
