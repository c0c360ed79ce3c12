// A command line of dju_learn: "--name value" pairs behind words. Each option is taken once; what
// is left over is a mistake. Callers: command/. One thread.
#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "learning/recipes/model_settings.h"
#include "learning/training/training_options.h"

namespace dju::learning {

// A command line that makes no sense: the usage is shown with it.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ErrorCode::kInvalid, message) {}
};

class Options {
 public:
  explicit Options(std::vector<std::string> arguments);

  // As it was given.
  const std::vector<std::string>& line() const { return line_; }
  const std::vector<std::string>& subjects() const { return subjects_; }
  // The one word that is no option; `what`: the complaint where there is none.
  const std::string& subject(const std::string& what) const;

  std::optional<std::string> take(const std::string& name);
  std::string takeNeeded(const std::string& name);
  template <typename T>
  void takeNumber(const std::string& name, T low, T high, T& into) {
    const auto text = take(name);
    if (!text) return;
    T value{};
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (code != std::errc{} || end != text->data() + text->size() || value < low || value > high)
      throw UsageError(name + " " + *text + ": a number from " + std::to_string(low) + " to " +
                       std::to_string(high));
    into = value;
  }
  template <typename T>
  void takeChoice(const std::string& name, const std::map<std::string, T>& choices, T& into) {
    const auto text = take(name);
    if (!text) return;
    const auto at = choices.find(*text);
    std::string all;
    for (const auto& [word, meaning] : choices) all += " " + word;
    if (at == choices.end()) throw UsageError(name + " " + *text + ": one of" + all);
    into = at->second;
  }
  // --shape "name=number[,number…] …"
  ModelSettings takeShape();
  // What TrainingOptions has, but --out. Throws Error when the device is not there.
  void takeTraining(TrainingOptions& training);
  void expectNothingLeft() const;

 private:
  std::vector<std::string> line_, subjects_;
  std::map<std::string, std::string> values_;
};

// "1:02:03"
std::string clockText(double seconds);

}  // namespace dju::learning
