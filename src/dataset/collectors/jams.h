// JAMS, the JSON format in which music research keeps annotations (Humphrey et al., ISMIR 2014;
// version 0.3.4): beats, segments, tempo, whatever has a time and a value. What we collect is
// written so that others' tools read it, and sets that others annotated are read.
//
// Strangers' bytes: at most 16 MiB, 1,000 annotations, a million observations. Fuzzed
// (fuzz/jams.cpp). Plain values; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace dju::dataset {

struct JamsObservation {
  double time = 0, duration = 0;  // seconds
  nlohmann::json value;           // as the name space has it: a number, a text …
  std::optional<double> confidence;
};

struct JamsAnnotation {
  std::string nameSpace;  // "beat", "segment_open", "tempo" …
  std::vector<JamsObservation> data;
  nlohmann::json metadata = nlohmann::json::object();  // annotation_metadata
  nlohmann::json sandbox = nlohmann::json::object();
};

struct Jams {
  std::string title, artist;
  double duration = 0;  // seconds
  std::vector<JamsAnnotation> annotations;
  nlohmann::json sandbox = nlohmann::json::object();
};

std::string formatJams(const Jams& jams);
// Observations as a list of objects, or as an object of lists (both are JAMS). Errors name the
// annotation and what is wrong with it.
Result<Jams> parseJams(std::string_view text);

}  // namespace dju::dataset
