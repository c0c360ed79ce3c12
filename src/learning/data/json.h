// Reads JSON with the standard library alone, for dataset.json and the lines of items-NNN.jsonl:
// training also runs where nothing but LibTorch is installed. Everything else uses nlohmann.
//
// Callers: data/dataset.h, training/checkpoint.h. Plain values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.h"

namespace dju::learning {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;  // in the order of the text

  Json() = default;
  explicit Json(bool value) : value_(value) {}
  explicit Json(double value) : value_(value) {}
  explicit Json(std::string value) : value_(std::move(value)) {}
  explicit Json(Array value) : value_(std::move(value)) {}
  explicit Json(Object value) : value_(std::move(value)) {}

  // One value and nothing behind it. The error says at which byte the text stops making sense.
  // Refuses more than 64 MiB and more than 32 levels.
  static Result<Json> parse(std::string_view text);

  // Null where the value is of another type: a caller asks once, for what it needs.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const double* number() const { return std::get_if<double>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  // The member of an object; null when there is none, or no object.
  const Json* find(std::string_view key) const;

 private:
  std::variant<std::monostate, bool, double, std::string, Array, Object> value_;
};

// The text as a JSON string, with its quotes.
std::string jsonQuoted(std::string_view text);
// The shortest text that reads back as the same number; "null" for what JSON cannot say.
std::string jsonNumber(double value);

}  // namespace dju::learning
