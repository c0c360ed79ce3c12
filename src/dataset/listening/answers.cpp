#include "dataset/listening/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace dju::dataset {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = 4 << 20, kMostAnswers = 10000, kMostName = 256;
constexpr double kHeardSeconds = 8;    // of ten
constexpr double kRepeatsApart = 0.3;  // mean distance of two answers to one sound
constexpr std::size_t kFewestToBeAlike = 5;

Error invalid(const std::string& what) {
  return {ErrorCode::kInvalid, what};
}

std::optional<std::string> textIn(const json& object, const char* key) {
  const auto value = object.find(key);
  if (value == object.end() || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

Result<ListenerAnswers::Answer> answerIn(const json& value, std::size_t number) {
  const auto fail = [&](const std::string& what) {
    return invalid(fmt::format("answers: answer {}: {}", number, what));
  };
  const auto sound = value.is_object() ? textIn(value, "sound") : std::nullopt;
  if (!sound || sound->size() > kMostName) return fail("no name of a sound");
  const json played = value.value("played", json());
  if (!played.is_number() || played.get<double>() < 0) return fail("no time played");
  const json scores = value.value("scores", json());
  if (!scores.is_object()) return fail("no scores");
  ListenerAnswers::Answer answer{*sound, played.get<double>(), {}};
  for (const auto& [head, score] : scores.items()) {
    if (score.is_null()) {
      answer.scores[head] = std::nullopt;
    } else if (score.is_number_integer() && score.get<double>() >= 0 && score.get<double>() <= 10) {
      answer.scores[head] = score.get<int>();
    } else {
      return fail("\"" + head + "\" is no whole number from 0 to 10");
    }
  }
  return answer;
}

// One listener's answers, in the key's words.
class Checked {
 public:
  Checked(const SheetKey& key, const ListenerAnswers& listener, ImportedRatings& into)
      : key_(key), listener_(listener), into_(into) {}

  void import() {
    if (listener_.sheet != key_.sheet) return leaveOut("answers another sheet");
    for (const ListenerAnswers::Answer& answer : listener_.answers) take(answer);
    if (items_.empty()) return leaveOut("nothing that was heard is answered");
    if (answersAlike()) return leaveOut("every answer is the same");
    if (const auto apart = repeatsApart(); apart && *apart > kRepeatsApart)
      return leaveOut(fmt::format("answers to repeated sounds lie {:.2f} apart, {} allowed", *apart,
                                  kRepeatsApart));
    for (const auto& [item, heads] : items_) {
      ListenerRating rating{item, listener_.rater, listener_.expert, {}};
      for (const auto& [head, scores] : heads) {
        double sum = 0;
        for (const double score : scores) sum += score;
        rating.scores[head] = sum / static_cast<double>(scores.size());
      }
      into_.ratings.push_back(std::move(rating));
    }
  }

 private:
  void leaveOut(const std::string& reason) {
    into_.rejects.push_back(listener_.rater + ": " + reason);
  }

  void take(const ListenerAnswers::Answer& answer) {
    const auto item = key_.items.find(answer.sound);
    if (item == key_.items.end()) return leaveOut(answer.sound + ": no sound of this sheet");
    if (answer.scores.empty()) return;  // not answered
    if (answer.played < kHeardSeconds) return leaveOut(answer.sound + ": not heard to its end");
    if (!sounds_.insert(answer.sound).second) return leaveOut(answer.sound + ": answered twice");
    for (const auto& [head, score] : answer.scores) {
      if (std::find(key_.heads.begin(), key_.heads.end(), head) == key_.heads.end()) {
        leaveOut(answer.sound + ": \"" + head + "\" was not asked");
      } else if (score) {
        items_[item->second][head].push_back(*score / 10.0);
      }
    }
  }

  bool answersAlike() const {
    std::set<double> values;
    std::size_t count = 0;
    for (const auto& [item, heads] : items_)
      for (const auto& [head, scores] : heads)
        for (const double score : scores) {
          values.insert(score);
          ++count;
        }
    return count >= kFewestToBeAlike && values.size() == 1;
  }

  std::optional<double> repeatsApart() const {
    double sum = 0;
    int count = 0;
    for (const auto& [item, heads] : items_)
      for (const auto& [head, scores] : heads)
        if (scores.size() > 1) {
          sum += std::abs(scores[0] - scores[1]);
          ++count;
        }
    if (count == 0) return std::nullopt;
    return sum / count;
  }

  const SheetKey& key_;
  const ListenerAnswers& listener_;
  ImportedRatings& into_;
  std::set<std::string> sounds_;
  std::map<std::string, std::map<std::string, std::vector<double>>> items_;  // item, head
};

}  // namespace

Result<SheetKey> parseSheetKey(std::string_view text) {
  const json parsed = json::parse(text, nullptr, false);
  const auto sheet = parsed.is_object() ? textIn(parsed, "sheet") : std::nullopt;
  if (!sheet || !parsed.contains("heads") || !parsed["heads"].is_array() ||
      !parsed.contains("sounds") || !parsed["sounds"].is_object())
    return invalid("no key of a listening sheet");
  SheetKey key{*sheet, {}, {}};
  for (const json& head : parsed["heads"])
    if (head.is_string()) key.heads.push_back(head.get<std::string>());
  for (const auto& [name, item] : parsed["sounds"].items())
    if (item.is_string()) key.items[name] = item.get<std::string>();
  return key;
}

Result<ListenerAnswers> parseListenerAnswers(std::string_view text) {
  if (text.size() > kMostBytes) return Error(ErrorCode::kTooLarge, "answers: more than 4 MiB");
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object() || parsed.value("format", json()) != 1)
    return invalid("answers: no file that a listening sheet saved");
  const auto sheet = textIn(parsed, "sheet");
  const auto rater = textIn(parsed, "rater");
  const auto list = parsed.find("answers");
  if (!sheet || !rater || rater->empty() || rater->size() > kMostName || list == parsed.end() ||
      !list->is_array() || list->size() > kMostAnswers)
    return invalid("answers: no sheet, no name or no answers");
  ListenerAnswers answers{*sheet, *rater, parsed.value("expert", json()) == true, {}};
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto answer = answerIn((*list)[i], i + 1);
    if (!answer) return answer.error();
    answers.answers.push_back(std::move(answer).valueOrThrow());
  }
  return answers;
}

ImportedRatings ratingsOf(const SheetKey& key, const std::vector<ListenerAnswers>& listeners) {
  ImportedRatings imported;
  std::set<std::string> names;
  for (const ListenerAnswers& listener : listeners) {
    if (names.insert(listener.rater).second) {
      Checked(key, listener, imported).import();
    } else {
      imported.rejects.push_back(listener.rater + ": two files by this name");
    }
  }
  return imported;
}

std::string formatRatings(const std::vector<ListenerRating>& ratings) {
  std::string text;
  for (const ListenerRating& rating : ratings)
    text += json{{"item", rating.item},
                 {"rater", rating.rater},
                 {"expert", rating.expert},
                 {"scores", rating.scores}}
                .dump(-1, ' ', false, json::error_handler_t::replace) +
            "\n";
  return text;
}

}  // namespace dju::dataset
