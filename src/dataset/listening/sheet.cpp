#include "dataset/listening/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audio/encode.h"
#include "audio/sha256.h"
#include "core/error.h"
#include "judge/heads.h"
#include "learning/data/whole_file.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameLetters = 10;
constexpr std::size_t kRepeatOneIn = 10;

}  // namespace

SheetWriter::SheetWriter(fs::path folder, std::string sheet, std::vector<std::string> heads)
    : folder_(std::move(folder)), sheet_(std::move(sheet)), heads_(std::move(heads)) {
  for (const std::string& head : heads_)
    if (std::find(judge::kHeads.begin(), judge::kHeads.end(), head) == judge::kHeads.end())
      throw Error(ErrorCode::kInvalid, fmt::format("\"{}\" is nothing that is judged; there are {}",
                                                   head, fmt::join(judge::kHeads, ", ")));
  if (fs::exists(folder_))
    throw Error(ErrorCode::kConflict,
                folder_.string() + ": is there already; choose another folder");
  fs::create_directories(folder_);
}

std::string SheetWriter::nameOf(const std::string& item, int copy) const {
  return sha256Hex(fmt::format("{}\n{}\n{}", sheet_, item, copy)).substr(0, kNameLetters);
}

void SheetWriter::add(const std::string& item, std::span<const float> stereo) {
  const std::string name = nameOf(item, 0);
  auto encoder = audio::openFlac(folder_ / (name + ".flac"), {}, {48000, 16});
  encoder->push(stereo);
  encoder->finish();
  sounds_.push_back({item, name});
}

void SheetWriter::finish(const fs::path& key) {
  // Names are as good as random, so their order is too.
  const auto byName = [](const Sound& a, const Sound& b) { return a.name < b.name; };
  std::sort(sounds_.begin(), sounds_.end(), byName);
  const std::size_t repeats =
      sounds_.empty() ? 0 : std::max<std::size_t>(1, sounds_.size() / kRepeatOneIn);
  for (std::size_t i = 0; i < repeats; ++i) {
    const Sound again{sounds_[i].item, nameOf(sounds_[i].item, 1)};
    fs::copy_file(folder_ / (sounds_[i].name + ".flac"), folder_ / (again.name + ".flac"));
    sounds_.push_back(again);
  }
  std::sort(sounds_.begin(), sounds_.end(), byName);
  nlohmann::json items = nlohmann::json::object();
  std::vector<std::string> names;
  for (const Sound& sound : sounds_) {
    items[sound.name] = sound.item;
    names.push_back(sound.name);
  }
  learning::writeWholeFile(folder_ / "index.html", sheetPage(sheet_, names, heads_));
  learning::writeWholeFile(
      key, nlohmann::json{{"sheet", sheet_}, {"heads", heads_}, {"sounds", items}}.dump(1) + "\n");
}

}  // namespace dju::dataset
