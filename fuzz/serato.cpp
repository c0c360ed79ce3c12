// The head of a stranger's MP3 or FLAC, and the same bytes as the contents of Serato's two tags.
#include "storage/interchange/serato.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::storage;  // NOLINT(google-build-using-namespace)
  const auto check = [](const std::optional<dju::BeatGrid>& grid) {
    if (grid && !(grid->valid() && grid->sane())) std::abort();
  };
  check(parseSeratoTags({data, size}).grid);
  check(parseSeratoBeatGrid({data, size}));
  parseSeratoMarkers({data, size});
  return 0;
}
