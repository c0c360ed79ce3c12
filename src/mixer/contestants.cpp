#include "mixer/contestants.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace dju::mixer {
namespace {

struct List {
  std::mutex mutex;
  std::vector<Contestant> contestants = {
      {"rules", "1", writeByRules}, {"linear", "1", writeCrossfade}, {"sum", "1", writeSum}};
};

List& list() {
  static List list;
  return list;
}

}  // namespace

std::vector<Contestant> contestants() {
  const std::lock_guard guard(list().mutex);
  return list().contestants;
}

void addContestant(Contestant contestant) {
  const std::lock_guard guard(list().mutex);
  std::erase_if(list().contestants,
                [&](const Contestant& other) { return other.id() == contestant.id(); });
  list().contestants.push_back(std::move(contestant));
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
