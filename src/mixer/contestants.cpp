#include "mixer/contestants.h"

#include <fmt/format.h>

#include <array>

namespace dju::mixer {
std::span<const Contestant> contestants() {
  static const std::array<Contestant, 3> kContestants = {{
      {"rules", "1", writeByRules},
      {"linear", "1", writeCrossfade},
      {"sum", "1", writeSum},
  }};
  return kContestants;
}

Result<Contestant> findContestant(std::string_view model) {
  std::string known;
  for (const Contestant& contestant : contestants()) {
    if (contestant.id() == model) return contestant;
    known += (known.empty() ? "" : ", ") + contestant.id();
  }
  return Error(ErrorCode::kNotFound,
               fmt::format("mixer \"{}\": there is none of that name and version; there are {}",
                           model.substr(0, 40), known));
}

}  // namespace dju::mixer
