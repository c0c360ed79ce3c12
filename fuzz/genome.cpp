// The transition genome's reader against anything; what it accepts is written and read back the
// same and has children that can be played.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "mixer/genome_breeding.h"
#include "mixer/genome_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::mixer;  // NOLINT(google-build-using-namespace)
  const auto genome = parseGenome({reinterpret_cast<const char*>(data), size});
  if (!genome.ok()) return 0;
  const auto again = parseGenome(toJson(*genome).dump());
  if (!again.ok() || *again != *genome) std::abort();
  dju::Random random(size);
  if (!checkGenome(mutate(cross(*genome, *genome, random), 1, random)).ok()) std::abort();
  return 0;
}
