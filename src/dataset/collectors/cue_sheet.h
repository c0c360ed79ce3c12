// Cue sheets (.cue), as they come with recorded DJ sets: which track begins when. Read are
// PERFORMER, TITLE, FILE, TRACK and INDEX 01; everything else is passed over. Times are
// minutes:seconds:frames of a 75th of a second, minutes beyond 99 allowed. Bytes that are no UTF-8
// are taken for Latin-1.
//
// Strangers' bytes: at most 1 MiB, 4 KiB a line, 999 tracks. Fuzzed (fuzz/cue_sheet.cpp). Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace dju::dataset {

struct CueTrack {
  std::string title, performer;  // UTF-8; empty = not stated
  double seconds = 0;            // where it begins
};

struct CueSheet {
  std::string title, performer, file;
  std::vector<CueTrack> tracks;  // beginnings rise
};

// Errors name the line.
Result<CueSheet> parseCueSheet(std::string_view text);

}  // namespace dju::dataset
