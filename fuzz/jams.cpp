// JAMS of strangers: what is accepted is written and read back with as many observations.
#include "dataset/collectors/jams.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto jams = dju::dataset::parseJams({reinterpret_cast<const char*>(data), size});
  if (!jams.ok()) return 0;
  const auto again = dju::dataset::parseJams(dju::dataset::formatJams(*jams));
  if (!again.ok() || again->annotations.size() != jams->annotations.size()) std::abort();
  for (std::size_t i = 0; i < jams->annotations.size(); ++i)
    if (again->annotations[i].data.size() != jams->annotations[i].data.size()) std::abort();
  return 0;
}
