// Improvised grooves with exact beats: drum, bass, chord and lead patterns in eight styles, drawn
// at random with levels that no producer would choose (hats and off-beat bass louder than the
// kick), so that music/metre.h learns what bars have in common and not how ours are mixed.
//
// Caller: tools/make_grooves.cpp. Pure, any thread; a groove takes about a tenth of a second. The
// same seed gives the same groove, and each draw shifts all later ones: an order changed anywhere
// is other music.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dju::tools {

struct Groove {
  std::string style;                  // "breakbeat"
  double bpm = 0;                     // 85 to 180
  std::vector<std::int16_t> samples;  // interleaved left and right, 48 kHz, about a minute
  std::vector<double> beats;          // seconds, rising, none below 0
  std::vector<double> downbeats;      // every fourth of the beats counted from the first bar
};

Groove improviseGroove(int seed);

}  // namespace dju::tools
