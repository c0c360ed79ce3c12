// What people played, as data: battles, practice, professional sets. One interface, so that a data
// set is gathered the same way from all of them (collect.h).
//
// Nothing here knows of a server's folders: who calls gives logs with their sound. Allocates; any
// thread, one instance a thread.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/collectors/jams.h"
#include "dataset/window.h"

namespace dju::dataset {

// One of those who played.
struct CollectedSide {
  std::string dj;
  // Of this DJ's decks alone, music::kSoundRowColumns each; empty where they cannot be heard apart.
  std::vector<float> rows;
  // By the judge's formulas, over what this DJ answers for; NaN = they say nothing.
  std::vector<float> formulas;
  // By people, 0 to 1: "votes", heads that were rated. Empty: nobody has said anything.
  std::map<std::string, double> humanScores;
};

struct CollectedRecord {
  std::string id;
  std::vector<CollectedSide> sides;
  std::vector<Window> windows;  // of the mix
  Jams annotations;
  nlohmann::json metadata = nlohmann::json::object();
};

class Collector {
 public:
  virtual ~Collector() = default;
  // "battle", "practice" or "professional".
  virtual std::string_view source() const = 0;
  // Hands on one record after another. What cannot be read is told to `leaveOut`, with the reason,
  // and the next is taken.
  virtual void collect(const std::function<void(CollectedRecord)>& take,
                       const std::function<void(const std::string&)>& leaveOut) = 0;
};

}  // namespace dju::dataset
