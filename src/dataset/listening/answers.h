// What listeners sent back, checked and turned into ratings. Left out, with the reason: answers to
// sounds that were hardly heard, listeners who answered repeats differently or everything alike.
//
// Strangers' bytes: at most 4 MiB, 10,000 answers. Fuzzed (fuzz/listening_answers.cpp). Pure; any
// thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace dju::dataset {

struct SheetKey {
  std::string sheet;
  std::vector<std::string> heads;
  std::map<std::string, std::string> items;  // by the sound's name; repeats share theirs
};
Result<SheetKey> parseSheetKey(std::string_view text);

struct ListenerAnswers {
  struct Answer {
    std::string sound;
    double played = 0;                                 // seconds into it
    std::map<std::string, std::optional<int>> scores;  // 0 to 10; nothing = cannot tell
  };
  std::string sheet, rater;
  bool expert = false;
  std::vector<Answer> answers;
};
Result<ListenerAnswers> parseListenerAnswers(std::string_view text);

// One item as one listener heard it; repeats are averaged.
struct ListenerRating {
  std::string item, rater;
  bool expert = false;
  std::map<std::string, double> scores;  // 0 to 1
};

struct ImportedRatings {
  std::vector<ListenerRating> ratings;
  std::vector<std::string> rejects;  // "ana, k3x9…: not heard to its end"
};

// Throws nothing: what does not fit is among the rejects.
ImportedRatings ratingsOf(const SheetKey& key, const std::vector<ListenerAnswers>& listeners);

// One JSON object a line, as evaluations read them (learning/report/human_ratings.h).
std::string formatRatings(const std::vector<ListenerRating>& ratings);

}  // namespace dju::dataset
