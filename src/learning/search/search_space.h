// What a search may choose from: the two spaces of the project's document, hyperparameters and
// architectures. Plain values; no LibTorch. Any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "learning/recipes/model_settings.h"

namespace dju::learning {

struct Parameter {
  std::string name;  // of a model's shape, or "learning_rate", "batch_size"
  // Either choices, or a range; a logarithmic one is searched evenly by order of magnitude.
  std::vector<double> choices;
  double low = 0, high = 0;
  bool logarithmic = false;
};

class SearchSpace {
 public:
  // Ranges stand before choices, since a point has its whole numbers last.
  explicit SearchSpace(std::vector<Parameter> parameters);

  // learning_rate 1e-5 to 1e-2, batch_size, dropout_rate, lstm_units, conv_filters,
  // attention_heads.
  static SearchSpace hyperparameters();
  // conv_layers, conv_filters, kernel_sizes, lstm_layers … dense_units.
  static SearchSpace architecture();
  // Throws Error listing the two.
  static SearchSpace named(std::string_view name);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  // A point is a number a parameter: of a range 0 to 1, of choices which one.
  std::size_t ranges() const { return ranges_; }
  std::vector<double> low() const;
  std::vector<double> high() const;
  ModelSettings at(std::span<const double> point) const;

 private:
  std::vector<Parameter> parameters_;
  std::size_t ranges_ = 0;
};

}  // namespace dju::learning
