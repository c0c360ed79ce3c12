// What of a model's shape differs from its recipe, by the names of the project's document:
// "conv_filters=32,64,128 lstm_units=64". Kept beside the weights (model.json), so that whoever
// loads them builds the same layers. Callers: recipes/model_list.h, search/. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "learning/data/json.h"

namespace dju::learning {

using ModelSettings = std::map<std::string, std::vector<double>>;

// Words "name=number[,number…]" with spaces between. Throws Error naming the word that is none.
ModelSettings modelSettingsIn(std::string_view text);
// The other way round; numbers in their shortest form.
std::string textOf(const ModelSettings& settings);

// {"name": number | [number…]}. Throws Error naming the member that is neither.
ModelSettings modelSettingsIn(const Json& json);
std::string jsonOf(const ModelSettings& settings);

// Takes settings one by one, so that what a model does not know is refused by name.
class SettingsReader {
 public:
  explicit SettingsReader(const ModelSettings& settings) : settings_(settings) {}

  // Each leaves `into` as it is where the setting is not given. Throws Error naming the setting
  // when it is out of range, or not one number.
  void whole(const std::string& name, std::int64_t low, std::int64_t high, std::int64_t& into);
  void number(const std::string& name, double low, double high, double& into);
  // As many whole numbers as `into` has.
  void list(const std::string& name, std::int64_t low, std::int64_t high,
            std::vector<std::int64_t>& into);

  // Throws Error naming what was not taken and what there is.
  void expectNothingLeft(std::string_view model) const;

 private:
  const std::vector<double>* take(const std::string& name);

  const ModelSettings& settings_;
  std::set<std::string> known_;
};

}  // namespace dju::learning
