// The clock by which threads agree when something happened: monotonic, ns since the machine
// started. Any thread; a system call that the kernel answers without being entered.
#pragma once

#include <cstdint>
#include <ctime>

namespace dju::server {

inline std::int64_t nsOf(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

inline std::int64_t steadyNs() noexcept {
  return nsOf(CLOCK_MONOTONIC);
}

}  // namespace dju::server
