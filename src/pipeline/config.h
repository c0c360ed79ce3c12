// The configuration of `dju pipeline`: one TOML file with the sections, keys and defaults of the
// project's document, and overrides of single keys. Every key has a default, so an empty file is a
// whole configuration; a key that does not exist is refused together with the nearest one that
// does. docs/pipeline.md lists them. Callers: app/, pipeline/steps.h. Plain values; any thread.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace dju::pipeline {

struct Setting {
  enum class Kind { kWhole, kNumber, kFlag, kText, kNumbers, kTexts };

  std::string path;  // "training.epochs"
  Kind kind;
  nlohmann::json standard;
  double low = 0, high = 0;          // of numbers
  std::vector<std::string> choices;  // of texts; empty: any
  // Where our features are defined otherwise: the document's value, which is read as `standard`.
  nlohmann::json documents;
};

// All there are, section by section.
const std::vector<Setting>& settings();

class Config {
 public:
  // Defaults.
  Config();
  // A file's settings, then "section.key=value" one by one, values in TOML ("64", "[1, 2]", "true",
  // "\"text\""; a bare word is a text). Throws Error naming file, line, key and the way out.
  static Config read(const std::filesystem::path& file, const std::vector<std::string>& overrides);

  // Of a path in settings().
  const nlohmann::json& operator[](std::string_view path) const;
  std::int64_t whole(std::string_view path) const { return (*this)[path].get<std::int64_t>(); }
  double number(std::string_view path) const { return (*this)[path].get<double>(); }
  bool flag(std::string_view path) const { return (*this)[path].get<bool>(); }
  std::string text(std::string_view path) const { return (*this)[path].get<std::string>(); }
  // What of a section differs from its defaults.
  bool isStandard(std::string_view path) const;
  // All values, nested as in the file.
  nlohmann::json tree() const;
  // What was read as something else, in sentences.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void set(const Setting& setting, const nlohmann::json& value, const std::string& where);

  nlohmann::json values_;  // by path
  std::vector<std::string> notes_;
};

// The one of `known` that is nearest to `word` by letters to change (Levenshtein 1966).
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace dju::pipeline
