// What benchmarks of single pieces of code share: the processor's name, and time on it. Header
// only.
#pragma once

#include <algorithm>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>

namespace dju::bench {

inline std::string cpuName() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown CPU";
}

// Of this thread: what other programs on the machine take does not count.
inline double cpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The best of five runs: seconds of CPU time.
inline double best(const std::function<void()>& work) {
  double least = 1e9;
  for (int run = 0; run < 5; ++run) {
    const double start = cpuSeconds();
    work();
    least = std::min(least, cpuSeconds() - start);
  }
  return least;
}

}  // namespace dju::bench
