// Reading JSON that people wrote: each field by its name, a clear error for what is missing, of
// another kind or not known. Header only; any thread.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

namespace dju::mixer {

// An object and where it stands ("transition.effects[2]"), for messages.
class StrictObject {
 public:
  StrictObject(const nlohmann::json& json, std::string place)
      : json_(json), place_(std::move(place)) {
    if (!json.is_object()) fail(place_, "must be an object");
  }

  [[noreturn]] static void fail(const std::string& place, const std::string& what) {
    throw Error(ErrorCode::kInvalid, place + " " + what);
  }
  std::string at(std::string_view field) const { return fmt::format("{}.{}", place_, field); }
  bool has(std::string_view field) const { return json_.contains(field); }

  // Refuses fields that are none of these.
  void allow(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : json_.items()) {
      bool found = false;
      for (const std::string_view name : known) found = found || name == key;
      if (!found)
        fail(at(key.substr(0, 40)), fmt::format("is not known; there are: {}", join(known)));
    }
  }

  const nlohmann::json& get(std::string_view field) const {
    const auto found = json_.find(field);
    if (found == json_.end()) fail(at(field), "is missing");
    return *found;
  }
  double number(std::string_view field) const { return asNumber(get(field), at(field)); }
  double number(std::string_view field, double otherwise) const {
    return has(field) ? number(field) : otherwise;
  }
  int whole(std::string_view field) const {
    const double value = number(field);
    if (value != std::floor(value) || std::abs(value) > 1e9)
      fail(at(field), fmt::format("is {}; it must be a whole number", value));
    return static_cast<int>(value);
  }
  int wholeWithin(std::string_view field, int otherwise, int least, int most) const {
    if (!has(field)) return otherwise;
    const int value = whole(field);
    if (value < least || value > most)
      fail(at(field), fmt::format("is {}; it must be from {} to {}", value, least, most));
    return value;
  }
  bool flag(std::string_view field, bool otherwise) const {
    if (!has(field)) return otherwise;
    const nlohmann::json& value = get(field);
    if (!value.is_boolean()) fail(at(field), "must be true or false");
    return value.get<bool>();
  }
  std::string text(std::string_view field) const {
    const nlohmann::json& value = get(field);
    if (!value.is_string()) fail(at(field), "must be text");
    return value.get<std::string>();
  }
  // The index of a word among `words`.
  std::size_t choice(std::string_view field, std::span<const std::string_view> words) const {
    const std::string word = text(field);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == word) return i;
    }
    fail(at(field), fmt::format("is \"{}\"; there are: {}", word.substr(0, 40), join(words)));
  }
  const nlohmann::json& list(std::string_view field, std::size_t most) const {
    const nlohmann::json& value = get(field);
    if (!value.is_array()) fail(at(field), "must be a list");
    if (value.size() > most)
      fail(at(field), fmt::format("has {} entries; at most {}", value.size(), most));
    return value;
  }

  static double asNumber(const nlohmann::json& value, const std::string& place) {
    if (!value.is_number()) fail(place, "must be a number");
    return value.get<double>();
  }

 private:
  template <typename Words>
  static std::string join(const Words& words) {
    std::string text;
    for (const std::string_view word : words) {
      if (!text.empty()) text += ", ";
      text += word;
    }
    return text;
  }

  const nlohmann::json& json_;
  std::string place_;
};

}  // namespace dju::mixer
