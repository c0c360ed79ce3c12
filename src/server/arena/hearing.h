// What a voter has heard of two clips, as far as a server can tell: positions that the page says it
// plays count only as fast as time goes by, and only where the bytes that hold them were fetched.
// One thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/error.h"

namespace dju::server {

inline constexpr double kNeededSeconds = 8;  // of each clip, before a vote

// Stretches of a line, merged where they touch.
class Stretches {
 public:
  void add(double from, double to);
  bool covers(double from, double to) const;
  double total() const;

 private:
  std::vector<std::pair<double, double>> parts_;  // ascending, apart
};

class Hearing {
 public:
  using Clock = std::chrono::steady_clock;

  struct Clip {
    double seconds = 0;
    std::int64_t bytes = 0;
  };
  Hearing(const Clip& a, const Clip& b, Clock::time_point now);

  // Of clip 0 or 1, bytes [from, to) were asked for.
  void fetched(std::size_t clip, std::int64_t from, std::int64_t to);
  // Of clip 0 or 1, seconds [from, to) were played, up to now. Expected to fail: kInvalid for
  // places that are not in the clip or too long at once, kConflict for what cannot have been heard.
  Result<void> played(std::size_t clip, double from, double to, Clock::time_point now);

  double heard(std::size_t clip) const { return played_[clip].total(); }
  bool enough() const { return heard(0) >= kNeededSeconds && heard(1) >= kNeededSeconds; }

 private:
  std::array<Clip, 2> clips_;
  std::array<Stretches, 2> fetched_, played_;
  double claimed_ = 0;  // seconds, of both together, however often
  Clock::time_point began_;
};

}  // namespace dju::server
