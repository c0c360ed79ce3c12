#include "mixer/contestants.h"

#include <fmt/format.h>

#include <array>

namespace dju::mixer {
namespace {

constexpr std::array<Contestant, 3> kContestants = {{
    {"rules", 1, writeByRules},
    {"linear", 1, writeCrossfade},
    {"sum", 1, writeSum},
}};

}  // namespace

std::span<const Contestant> contestants() {
  return kContestants;
}

Result<Contestant> findContestant(std::string_view model) {
  std::string known;
  for (const Contestant& contestant : kContestants) {
    const std::string id = fmt::format("{}@{}", contestant.name, contestant.version);
    if (id == model) return contestant;
    known += (known.empty() ? "" : ", ") + id;
  }
  return Error(ErrorCode::kNotFound,
               fmt::format("mixer \"{}\": there is none of that name and version; there are {}",
                           model.substr(0, 40), known));
}

}  // namespace dju::mixer
