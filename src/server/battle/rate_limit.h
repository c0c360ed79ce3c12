// A token bucket: how many commands, messages or joins somebody may send. One thread.
#pragma once

#include <algorithm>
#include <chrono>

namespace dju::server {

class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // `perSecond` on average, `burst` at once.
  RateLimit(double perSecond, double burst)
      : perSecond_(perSecond), burst_(burst), tokens_(burst) {}

  // Whether one more is allowed at `now`; counts it if so.
  bool allow(Clock::time_point now = Clock::now()) {
    tokens_ =
        std::min(burst_, tokens_ + perSecond_ * std::chrono::duration<double>(now - last_).count());
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double perSecond_;
  double burst_;
  double tokens_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace dju::server
