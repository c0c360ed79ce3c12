#include "learning/search/search_space.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dju::learning {

SearchSpace::SearchSpace(std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
  std::stable_sort(parameters_.begin(), parameters_.end(),
                   [](const Parameter& a, const Parameter& b) {
                     return a.choices.empty() && !b.choices.empty();
                   });
  for (const Parameter& parameter : parameters_) ranges_ += parameter.choices.empty() ? 1 : 0;
}

SearchSpace SearchSpace::hyperparameters() {
  return SearchSpace({{"learning_rate", {}, 1e-5, 1e-2, true},
                      {"dropout_rate", {}, 0.1, 0.5},
                      {"batch_size", {16, 32, 64, 128}},
                      {"lstm_units", {64, 128, 256}},
                      {"conv_filters", {32, 64, 128, 256}},
                      {"attention_heads", {4, 8, 16}}});
}

SearchSpace SearchSpace::architecture() {
  return SearchSpace({{"conv_layers", {1, 2, 3, 4}},
                      {"conv_filters", {32, 64, 128, 256}},
                      {"kernel_sizes", {3, 5, 7}},
                      {"lstm_layers", {1, 2, 3}},
                      {"lstm_units", {64, 128, 256, 512}},
                      {"attention_layers", {0, 1, 2}},
                      {"dense_layers", {1, 2, 3}},
                      {"dense_units", {64, 128, 256, 512}}});
}

SearchSpace SearchSpace::named(std::string_view name) {
  if (name == "hyperparameters") return hyperparameters();
  if (name == "architecture") return architecture();
  throw Error(ErrorCode::kInvalid,
              "space \"" + std::string(name) + "\": there are hyperparameters and architecture");
}

std::vector<double> SearchSpace::low() const {
  return std::vector<double>(parameters_.size());
}

std::vector<double> SearchSpace::high() const {
  std::vector<double> high;
  for (const Parameter& parameter : parameters_)
    high.push_back(parameter.choices.empty() ? 1
                                             : static_cast<double>(parameter.choices.size() - 1));
  return high;
}

ModelSettings SearchSpace::at(std::span<const double> point) const {
  ModelSettings settings;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    double value = 0;
    if (!parameter.choices.empty()) {
      value = parameter.choices[static_cast<std::size_t>(std::lround(point[i]))];
    } else if (parameter.logarithmic) {
      value = parameter.low * std::pow(parameter.high / parameter.low, point[i]);
    } else {
      value = parameter.low + point[i] * (parameter.high - parameter.low);
    }
    settings[parameter.name] = {value};
  }
  return settings;
}

}  // namespace dju::learning
