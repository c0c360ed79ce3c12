#include "serving/device_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace dju::serving {

std::uint64_t deviceMemory() {
  std::uint64_t bytes = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  for (const char* const limit :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::uint64_t most = 0;
    // "max" is no number: no limit.
    if (std::ifstream(limit) >> most) bytes = std::min(bytes, most);
  }
  return bytes;
}

Precision precisionFor(std::uint64_t memoryBytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
  if (memoryBytes > 2048 * kMebibyte) return Precision::kFloat32;
  if (memoryBytes > 1024 * kMebibyte) return Precision::kFloat16;
  return Precision::kInt8;
}

}  // namespace dju::serving
