#include "mixes/mixers.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "mixer/mixer_model_json.h"
#include "storage/blob_store.h"

namespace dju::mixes {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".json";
constexpr std::size_t kMostKnown = 500, kMostLineage = 32, kHashDigits = 12;

bool allOf(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

// LINEAGE@HASH: nothing else becomes part of a path.
bool isModelName(std::string_view name) {
  const std::size_t at = name.find('@');
  if (at > kMostLineage) return false;  // or there is none
  const std::string_view hash = name.substr(at + 1);
  return allOf(name.substr(0, at), "abcdefghijklmnopqrstuvwxyz0123456789-") &&
         hash.size() == kHashDigits && allOf(hash, "0123456789abcdef");
}

// Nothing where there is no such file; one byte more than a model may have.
std::optional<std::string> textOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {};
  std::string text(mixer::kMostModelBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

Mixers::Mixers(const fs::path& dataDir) : folder_(dataDir / "mixers") {}

Result<mixer::Contestant> Mixers::find(std::string_view name) const {
  auto always = mixer::findContestant(name);
  if (always || !isModelName(name)) return always;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(name); found != known_.end()) return found->second;
  }
  auto found = read(std::string(name));
  if (!found) return found;
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMostKnown) known_.clear();
  known_.insert_or_assign(std::string(name), *found);
  return found;
}

Result<mixer::Contestant> Mixers::read(const std::string& name) const {
  for (const fs::path& folder : {folder_, folder_ / "bred"}) {
    const auto text = textOf(folder / (name + std::string(kEnding)));
    if (!text) continue;
    const auto model = mixer::parseMixerModel(*text);
    if (!model)
      return Error(ErrorCode::kUnavailable,
                   fmt::format("mixer \"{}\": its file holds no mixer model: {}", name,
                               model.error().what()));
    mixer::Contestant contestant = mixer::contestantOf(*model);
    if (contestant.id() != name)
      return Error(ErrorCode::kUnavailable,
                   fmt::format("mixer \"{}\": its file holds {}; give it that name, or put the "
                               "right one in its place",
                               name, contestant.id()));
    return contestant;
  }
  return Error(ErrorCode::kNotFound,
               fmt::format("mixer \"{}\": there is no mixers/{}{} in the data folder; GET "
                           "/api/v1/mixer names those that there are",
                           name, name, kEnding));
}

std::vector<std::string> Mixers::names() const {
  std::vector<std::string> names, files;
  for (const mixer::Contestant& each : mixer::contestants()) names.push_back(each.id());
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    if (entry.path().extension() == kEnding && isModelName(entry.path().stem().string()))
      files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  names.insert(names.end(), files.begin(), files.end());
  return names;
}

std::string Mixers::keep(const mixer::MixerModel& model, Offer offer) {
  std::string name = mixer::contestantOf(model).id();
  const fs::path folder = offer == Offer::kToAll ? folder_ : folder_ / "bred";
  fs::create_directories(folder);
  storage::writeFileAtomically(folder / (name + std::string(kEnding)),
                               mixer::toJson(model).dump(1) + "\n");
  return name;
}

}  // namespace dju::mixes
