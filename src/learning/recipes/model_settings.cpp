#include "learning/recipes/model_settings.h"

#include <charconv>
#include <cmath>

#include "core/error.h"

namespace dju::learning {
namespace {

Error invalid(const std::string& what) {
  return {ErrorCode::kInvalid, what};
}

std::vector<double> numbersIn(const std::string& word, std::string_view text) {
  std::vector<double> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  do {
    double value = 0;
    const auto [stop, code] = std::from_chars(at, end, value);
    if (code != std::errc{} || !std::isfinite(value) || (stop != end && *stop != ',') ||
        (stop != end && stop + 1 == end))
      throw invalid("\"" + word + "\": give a name, =, and numbers with commas between");
    numbers.push_back(value);
    at = stop + 1;
  } while (at < end);
  return numbers;
}

std::string rangeText(double low, double high) {
  return jsonNumber(low) + " to " + jsonNumber(high);
}

}  // namespace

ModelSettings modelSettingsIn(std::string_view text) {
  ModelSettings settings;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, space));
    text.remove_prefix(std::min(text.size(), space + 1));
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size())
      throw invalid("\"" + word + "\": give a name, =, and numbers with commas between");
    if (!settings
             .emplace(word.substr(0, equals),
                      numbersIn(word, std::string_view(word).substr(equals + 1)))
             .second)
      throw invalid("\"" + word + "\": given twice");
  }
  return settings;
}

std::string textOf(const ModelSettings& settings) {
  std::string text;
  for (const auto& [name, numbers] : settings) {
    text.append(text.empty() ? "" : " ").append(name).append("=");
    for (std::size_t i = 0; i < numbers.size(); ++i)
      text.append(i > 0 ? "," : "").append(jsonNumber(numbers[i]));
  }
  return text;
}

ModelSettings modelSettingsIn(const Json& json) {
  ModelSettings settings;
  if (json.object() == nullptr) throw invalid("\"shape\" is no object of numbers");
  for (const auto& [name, value] : *json.object()) {
    std::vector<double>& numbers = settings[name];
    if (value.number() != nullptr) numbers.push_back(*value.number());
    for (const Json& each : value.array() != nullptr ? *value.array() : Json::Array()) {
      if (each.number() == nullptr) throw invalid("shape: \"" + name + "\" has no numbers");
      numbers.push_back(*each.number());
    }
    if (numbers.empty()) throw invalid("shape: \"" + name + "\" has no numbers");
  }
  return settings;
}

std::string jsonOf(const ModelSettings& settings) {
  std::string text = "{";
  for (const auto& [name, numbers] : settings) {
    text += (text.size() > 1 ? ", " : "") + jsonQuoted(name) + ": [";
    for (std::size_t i = 0; i < numbers.size(); ++i)
      text.append(i > 0 ? ", " : "").append(jsonNumber(numbers[i]));
    text += "]";
  }
  return text + "}";
}

const std::vector<double>* SettingsReader::take(const std::string& name) {
  known_.insert(name);
  const auto at = settings_.find(name);
  return at == settings_.end() ? nullptr : &at->second;
}

void SettingsReader::number(const std::string& name, double low, double high, double& into) {
  const std::vector<double>* numbers = take(name);
  if (numbers == nullptr) return;
  if (numbers->size() != 1 || numbers->front() < low || numbers->front() > high)
    throw invalid("shape: " + name + ": one number from " + rangeText(low, high));
  into = numbers->front();
}

void SettingsReader::whole(const std::string& name, std::int64_t low, std::int64_t high,
                           std::int64_t& into) {
  std::vector<std::int64_t> one = {into};
  list(name, low, high, one);
  into = one.front();
}

void SettingsReader::list(const std::string& name, std::int64_t low, std::int64_t high,
                          std::vector<std::int64_t>& into) {
  const std::vector<double>* numbers = take(name);
  if (numbers == nullptr) return;
  bool fits = numbers->size() == into.size();
  for (const double number : *numbers)
    fits = fits && number == std::floor(number) && number >= static_cast<double>(low) &&
           number <= static_cast<double>(high);
  if (!fits)
    throw invalid("shape: " + name + ": " + std::to_string(into.size()) +
                  (into.size() == 1 ? " whole number from " : " whole numbers from ") +
                  rangeText(static_cast<double>(low), static_cast<double>(high)));
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = static_cast<std::int64_t>((*numbers)[i]);
}

void SettingsReader::expectNothingLeft(std::string_view model) const {
  std::string all;
  for (const std::string& name : known_) all += " " + name;
  for (const auto& [name, numbers] : settings_)
    if (!known_.contains(name))
      throw invalid("shape: \"" + name + "\": the " + std::string(model) +
                    " model has no such setting; it has" + all);
}

}  // namespace dju::learning
