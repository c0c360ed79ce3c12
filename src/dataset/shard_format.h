// What the windows of a data set are: their rows and columns, what is known of each, and by which
// definition. Writer, validator and recipes take it from here. Plain values; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dju::dataset {

struct ShardFormat {
  std::string definition;         // hash of definitionText: models are made for one
  nlohmann::json definitionText;  // how the columns are computed
  double rowsAUnit = 0;           // a second, or a beat
  std::string unit;               // "second", "beat"
  std::size_t rows = 0;           // a window has
  std::size_t melColumns = 0;     // the first ones, dB
  std::vector<std::string> columns;
  std::vector<std::string> labels;  // 0 to 1, NaN where unknown
  std::vector<std::string> extras;
};

// Ten seconds of sound (window.h).
const ShardFormat& soundFormat();
// Ninety-six beats of music (beat_windows.h).
const ShardFormat& beatFormat();

}  // namespace dju::dataset
