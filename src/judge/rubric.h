// The rubric: what each head is worth, as data (data/rubric.json, compiled in). A verdict names the
// rubric by id and version, so that it can be reached again. Plain values; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "judge/transitions.h"

namespace dju::judge {

struct Text {
  std::string en, es;
};

struct RubricHead {
  double weight = 0;  // proxies: 0
  Text name;
  Text asks;  // the question that the head answers
};

struct RubricFormat {
  std::string format;      // as in the log's header
  double crowdShare = 0;   // the votes' part of the verdict, 0 to 1
  double byHandBonus = 0;  // at most, for beats that lie together without sync
};

// A way of mixing, named by the transitions that it is made of.
struct RubricStyle {
  std::string style;
  std::vector<TransitionType> types;  // empty: none of the others
  Text name;
};

// What a coach may remark (judge/coach.h), in the order of their names in data/rubric.json.
enum class Remark : std::size_t {
  kLateNow,
  kEarlyNow,
  kLatePulledIn,
  kEarlyPulledIn,
  kLate,
  kEarly,
  kTightByHand,
  kTightWithSync,
  kTempoApart,
  kDoubleBass,
  kOffPhrase,
  kOnPhrase,
  kKeyClash,
  kLouder,
  kQuieter,
};
inline constexpr std::array<std::string_view, 15> kRemarks = {
    "late_now",   "early_now",     "late_pulled_in",  "early_pulled_in", "late",
    "early",      "tight_by_hand", "tight_with_sync", "tempo_apart",     "double_bass",
    "off_phrase", "on_phrase",     "key_clash",       "louder",          "quieter"};

enum class Tone { kPraise, kAdvice, kNote };
std::string_view toneName(Tone tone);

struct RubricRemark {
  Tone tone = Tone::kNote;
  Text text;  // with {ms}, {beats} … where the figures go
};

struct Rubric {
  std::string id;
  int version = 0;
  std::array<RubricHead, kHeadCount> heads;  // by Head
  double unshown = 0;                        // what a head counts that only the other DJ showed
  double probabilityScale = 0;               // of totals: so much better wins with probability 0.73
  std::vector<RubricFormat> formats;
  int fewestVotes = 1;     // fewer do not count
  int fewestForStyle = 1;  // transitions before a style is named
  std::vector<RubricStyle> styles;
  std::array<RubricRemark, kRemarks.size()> remarks;  // by Remark

  const RubricHead& operator[](Head head) const { return heads[static_cast<std::size_t>(head)]; }
  const RubricRemark& operator[](Remark remark) const {
    return remarks[static_cast<std::size_t>(remark)];
  }
  // What the rubric says of a battle's format; nothing counts in one that it does not know.
  RubricFormat of(std::string_view format) const;
  std::string name() const;  // "club-1"
};

// Expected to fail on what data/rubric.schema.json refuses, on a head that is missing or named
// twice, on proxies with weight and on weights that do not add up to 1.
Result<Rubric> parseRubric(std::string_view json);
// The one that ships, and its text, which is stored with each verdict.
const Rubric& standardRubric();
std::string_view standardRubricText();

}  // namespace dju::judge
