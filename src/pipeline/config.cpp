#include "pipeline/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "core/error.h"

namespace dju::pipeline {
namespace {

using nlohmann::json;

json jsonOf(const toml::node& node) {
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  if (const toml::array* list = node.as_array()) {
    json values = json::array();
    for (const toml::node& each : *list) values.push_back(jsonOf(each));
    return values;
  }
  return nullptr;  // dates are no setting's value
}

bool isText(const json& value, const Setting& setting) {
  return value.is_string() &&
         (setting.choices.empty() || std::find(setting.choices.begin(), setting.choices.end(),
                                               value.get<std::string>()) != setting.choices.end());
}

bool isNumber(const json& value, const Setting& setting) {
  return value.is_number() && value.get<double>() >= setting.low &&
         value.get<double>() <= setting.high;
}

bool fits(const json& value, const Setting& setting) {
  const auto all = [&](auto&& test) {
    return value.is_array() && std::all_of(value.begin(), value.end(),
                                           [&](const json& each) { return test(each, setting); });
  };
  switch (setting.kind) {
    case Setting::Kind::kWhole:
      return value.is_number_integer() && isNumber(value, setting);
    case Setting::Kind::kNumber:
      return isNumber(value, setting);
    case Setting::Kind::kFlag:
      return value.is_boolean();
    case Setting::Kind::kText:
      return isText(value, setting);
    case Setting::Kind::kNumbers:
      return all(isNumber);
    default:
      return all(isText);
  }
}

std::string expected(const Setting& setting) {
  std::string choices;
  for (const std::string& choice : setting.choices) choices += " \"" + choice + "\"";
  const std::string range = fmt::format("from {} to {}", setting.low, setting.high);
  switch (setting.kind) {
    case Setting::Kind::kWhole:
      return "a whole number " + range;
    case Setting::Kind::kNumber:
      return "a number " + range;
    case Setting::Kind::kFlag:
      return "true or false";
    case Setting::Kind::kNumbers:
      return "a list of numbers " + range;
    case Setting::Kind::kText:
      return choices.empty() ? "a text in quotes" : "one of" + choices;
    default:
      return choices.empty() ? "a list of texts" : "a list of" + choices;
  }
}

std::vector<std::string> allPaths() {
  std::vector<std::string> paths;
  for (const Setting& setting : settings()) paths.push_back(setting.path);
  return paths;
}

const Setting& find(const std::string& path, const std::string& where) {
  for (const Setting& setting : settings())
    if (setting.path == path) return setting;
  throw Error(ErrorCode::kInvalid,
              fmt::format("{}: {}: there is no such setting; did you mean {}? (docs/pipeline.md)",
                          where, path, nearest(path, allPaths())));
}

template <typename Visit>
void walk(const toml::table& table, const std::string& prefix, Visit&& visit) {
  for (const auto& [key, node] : table) {
    const std::string path = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      walk(*inner, path + ".", visit);
    } else {
      visit(path, node);
    }
  }
}

json valueIn(const std::string& text, const std::string& where) {
  try {
    return jsonOf(*toml::parse("value = " + text)["value"].node());
  } catch (const toml::parse_error& error) {
    // A bare word is a text; what else is wrong is said by the setting.
    if (text.find_first_of("\"'[]{}=\n") == std::string::npos) return text;
    throw Error(ErrorCode::kInvalid, fmt::format("{}: {}", where, error.description()));
  }
}

}  // namespace

Config::Config() {
  for (const Setting& setting : settings()) values_[setting.path] = setting.standard;
}

void Config::set(const Setting& setting, const json& value, const std::string& where) {
  if (!setting.documents.is_null() && value != setting.standard) {
    if (value == setting.documents) {
      notes_.push_back(fmt::format("{} {} is read as {}, as our data sets are defined",
                                   setting.path, value.dump(), setting.standard.dump()));
      return;
    }
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: {}: {}: our data sets are defined with {}; leave it out", where,
                            setting.path, value.dump(), setting.standard.dump()));
  }
  if (!fits(value, setting))
    throw Error(ErrorCode::kInvalid, fmt::format("{}: {}: {}: give {}", where, setting.path,
                                                 value.dump(), expected(setting)));
  values_[setting.path] = value;
}

Config Config::read(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  Config config;
  try {
    walk(toml::parse_file(file.string()), "", [&](const std::string& path, const toml::node& node) {
      const std::string where = fmt::format("{}:{}", file.string(), node.source().begin.line);
      config.set(find(path, where), jsonOf(node), where);
    });
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::kInvalid, fmt::format("{}:{}: {}", file.string(),
                                                 error.source().begin.line, error.description()));
  }
  for (const std::string& text : overrides) {
    const std::string where = "--set " + text;
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw Error(ErrorCode::kInvalid, where + ": give section.key=value");
    const std::string path = text.substr(0, equals);
    config.set(find(path, where), valueIn(text.substr(equals + 1), where), where);
  }
  return config;
}

const json& Config::operator[](std::string_view path) const {
  const auto at = values_.find(std::string(path));
  if (at == values_.end())
    throw Error(ErrorCode::kInternal, "no setting is called " + std::string(path));
  return *at;
}

bool Config::isStandard(std::string_view path) const {
  return (*this)[path] == find(std::string(path), "").standard;
}

json Config::tree() const {
  json tree = json::object();
  for (const auto& [path, value] : values_.items()) {
    std::string pointer = "/" + path;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    tree[json::json_pointer(pointer)] = value;
  }
  return tree;
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = SIZE_MAX;
  for (const std::string& other : known) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t corner = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= other.size(); ++j) {
        const std::size_t change = corner + (word[i - 1] == other[j - 1] ? 0 : 1);
        corner = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
      }
    }
    if (row.back() >= least) continue;
    least = row.back();
    best = other;
  }
  return best;
}

}  // namespace dju::pipeline
