// crate::test::plainRecord() for virtual DJs. Header only; not for the product.
#pragma once

#include <string>

#include "crate/test_support/plain_record.h"
#include "simulator/crate.h"

namespace dju::simulator::test {

inline CrateTrack plainTrack(double bpm, const std::string& key, std::uint64_t seed,
                             double seconds = 100) {
  CrateTrack track{crate::test::plainRecord(bpm, key, seed, seconds), {}, "house", "CC0-1.0"};
  track.family = "plain/" + std::to_string(seed);
  return track;
}

}  // namespace dju::simulator::test
