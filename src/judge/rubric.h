// The rubric: what each head is worth, as data (data/rubric.json, compiled in). A verdict names the
// rubric by id and version, so that it can be reached again. Plain values; any thread.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "judge/heads.h"

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
  std::string format;     // as in the log's header
  double crowdShare = 0;  // the votes' part of the verdict, 0 to 1
};

struct Rubric {
  std::string id;
  int version = 0;
  std::array<RubricHead, kHeadCount> heads;  // by Head
  double unshown = 0;                        // what a head counts that only the other DJ showed
  double byHandBonus = 0;                    // at most, for beats that lie together without sync
  double probabilityScale = 0;               // of totals: so much better wins with probability 0.73
  std::vector<RubricFormat> formats;
  int fewestVotes = 1;  // fewer do not count

  const RubricHead& operator[](Head head) const { return heads[static_cast<std::size_t>(head)]; }
  // 0 for a format that the rubric does not know.
  double crowdShare(std::string_view format) const;
  std::string name() const;  // "club-1"
};

// Expected to fail on what data/rubric.schema.json refuses, on a head that is missing or named
// twice, on proxies with weight and on weights that do not add up to 1.
Result<Rubric> parseRubric(std::string_view json);
// The one that ships.
const Rubric& standardRubric();

}  // namespace dju::judge
