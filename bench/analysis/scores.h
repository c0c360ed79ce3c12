// From an answer and the truth to figures, and from many pieces' figures to one line of the table.
// The list of figures is a table, so that a new one is one entry. Callers: bench_analysis. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/truth.h"

namespace dju::bench {

enum class Summary { kMean, kMedian };
// Whether a figure is an accuracy that must not fall (0 to 1, more is better) or only shown.
enum class Role { kAccuracy, kShown };
// Where a figure comes from: an excerpt, or a whole track.
enum class Extent { kExcerpt, kWhole };

struct Figure {
  std::string_view id;     // in the CSV and the regression file
  std::string_view title;  // in the table
  Extent extent;
  Summary summary;
  Role role;
  int decimals;
};

const std::vector<Figure>& figures();

// Figures of one piece by id; what the system does not do or the truth does not say is left out.
using Scores = std::map<std::string, double, std::less<>>;

// `seconds`: length of what the system heard.
Scores scoreExcerpt(const Truth& truth, const Answer& answer, const Abilities& does,
                    double seconds);
Scores scoreWhole(const Truth& truth, const Answer& answer, const Abilities& does, double seconds);

// One line of the table.
Scores summarise(const std::vector<Scores>& pieces);

}  // namespace dju::bench
