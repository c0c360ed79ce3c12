// A piece of music whose beats are known exactly because we rendered it: what every source of
// training data produces. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dju::corpus {

inline constexpr int kPieceRate = 48000;  // Hz

struct Piece {
  std::string name;               // "tecnoballz-data/area3-game"
  std::string group;              // pieces that share sounds or an author: never split over sets
  std::vector<float> samples;     // interleaved left, right
  std::vector<double> beats;      // seconds from the first sample, rising
  std::vector<double> downbeats;  // the first beat of each bar; empty = not known

  std::size_t frames() const { return samples.size() / 2; }
  double seconds() const { return static_cast<double>(frames()) / kPieceRate; }
};

}  // namespace dju::corpus
