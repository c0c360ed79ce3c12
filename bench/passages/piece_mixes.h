// One piece giving way to another, as a recording: what a listener for passages has to find, with
// the truth of where it is. Long enough on both sides that a piece's own arrangement changes, too.
//
// Callers: bench_passages. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/material.h"
#include "core/random.h"

namespace dju::bench {

struct PieceMix {
  std::string name;
  std::vector<float> mono;  // 48 kHz
  // Where both pieces are heard, in seconds: equal for a cut, empty for one piece alone.
  std::optional<Interval> both;
  double beat = 0.5;  // seconds
};

// The piece from its beginning to its end.
PieceMix alone(const Piece& piece);

// 50 to 90 s of the first alone, 8, 16 or 32 beats of both (or a cut), 45 to 90 s of the second
// alone, downbeat on downbeat, by varispeed, equally loud; by equal power, or with both full in the
// middle and basses exchanged there. Nothing when the tempos, or one of them and twice the other,
// lie more than 8 % apart or a piece is too short.
std::optional<PieceMix> mixed(const Piece& first, const Piece& second, Random& random);

}  // namespace dju::bench
