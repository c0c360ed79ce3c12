#include "dataset/heard_mixes.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "audio/pcm_file.h"
#include "core/error.h"
#include "dataset/shards.h"
#include "judge/heads.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLines = 100000;
constexpr std::size_t kMostCharacters = 16384;  // of a line
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

// Rows of the file from `start` seconds on; fewer than a window's where it ends before.
std::vector<float> rowsOf(const audio::PcmView& pcm, double start) {
  music::SoundRows rows;
  std::vector<float> heard;
  const auto from = std::clamp<std::int64_t>(std::llround(start * kSampleRate), 0, pcm.frames);
  // A row comes 1,024 samples after its centre.
  const std::int64_t wanted = kWindowRows * music::kSoundRowHop + 2048;
  const std::int64_t count = std::min(pcm.frames - from, wanted);
  std::vector<float> mono(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int16_t* frame = pcm.samples + 2 * (from + i);
    mono[static_cast<std::size_t>(i)] =
        pcm.scale * (static_cast<float>(frame[0]) + static_cast<float>(frame[1])) / 2;
  }
  rows.push(mono, [&](std::span<const float> row) {
    if (heard.size() < kWindowRows * music::kSoundRowColumns)
      heard.insert(heard.end(), row.begin(), row.end());
  });
  return heard;
}

class List {
 public:
  explicit List(const fs::path& path) : path_(path), lines_(path) {
    if (!lines_) throw Error(ErrorCode::kNotFound, path.string() + ": cannot be read");
  }
  // The next line's object; nothing at the end.
  std::optional<nlohmann::json> next() {
    std::string text;
    if (!std::getline(lines_, text)) return {};
    ++line_;
    if (line_ > kMostLines) fail("one more than the " + std::to_string(kMostLines) + " allowed");
    if (text.size() > kMostCharacters) fail("longer than 16 KiB");
    nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) fail("no JSON object");
    return object;
  }
  std::string text(const nlohmann::json& object, const char* key) const {
    const auto at = object.find(key);
    if (at == object.end() || !at->is_string()) fail(std::string("no text \"") + key + "\"");
    return at->get<std::string>();
  }
  double number(const nlohmann::json& object, const char* key) const {
    const auto at = object.find(key);
    if (at == object.end() || !at->is_number()) fail(std::string("no number \"") + key + "\"");
    return at->get<double>();
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalid,
                path_.string() + ": line " + std::to_string(line_) + ": " + what);
  }

 private:
  fs::path path_;
  std::ifstream lines_;
  std::size_t line_ = 0;
};

Window windowOf(const List& list, const nlohmann::json& object) {
  const ShardFormat& format = soundFormat();
  Window window;
  window.labels.assign(format.labels.size(), kUnknown);
  window.extras.assign(format.extras.size(), kUnknown);
  const auto extra = [&](const std::string& name, double value) {
    const auto at = std::find(format.extras.begin(), format.extras.end(), name);
    window.extras[static_cast<std::size_t>(at - format.extras.begin())] = static_cast<float>(value);
  };
  const double offset = list.number(object, "beat_offset_ms");
  const double bpm = list.number(object, "tempo_difference_bpm");
  window.labels[static_cast<std::size_t>(judge::Head::kBeatAlignment)] =
      static_cast<float>(judge::beatAlignment(offset));
  window.labels[static_cast<std::size_t>(judge::Head::kBpmAccuracy)] =
      static_cast<float>(judge::bpmAccuracy(bpm));
  extra("beat_offset_ms", offset);
  extra("beat_offset_size_ms", std::abs(offset));
  extra("tempo_difference_bpm", std::abs(bpm));
  if (object.contains("key_distance_steps"))
    extra("key_distance_steps", list.number(object, "key_distance_steps"));
  window.item = {{"performance", list.text(object, "group")},
                 {"licenses", {list.text(object, "license")}},
                 {"condition", object.value("condition", "")}};
  return window;
}

}  // namespace

std::size_t hearMixes(const fs::path& list, const fs::path& out, const audio::Decoder& decoder) {
  List lines(list);
  ShardWriter writer(out, soundFormat());
  const fs::path pcm = out / "decoded.pcm";
  while (const auto object = lines.next()) {
    Window window = windowOf(lines, *object);
    const fs::path file = list.parent_path() / lines.text(*object, "audio");
    const auto decoded = decoder.decode(file, pcm);
    if (!decoded) lines.fail(decoded.error().what());
    window.features = rowsOf(audio::PcmFile::open(pcm).valueOrThrow().view(),
                             object->contains("start") ? lines.number(*object, "start") : 0);
    if (window.features.size() < kWindowRows * music::kSoundRowColumns)
      lines.fail(file.string() + ": shorter than a window of 10.3 s from its start on");
    window.item["id"] = file.filename().string();
    writer.add(SplitName::kTest, std::move(window));
  }
  fs::remove(pcm);
  if (writer.windows() == 0) throw Error(ErrorCode::kInvalid, list.string() + ": no line");
  writer.finish({{"kind", "heard"},
                 {"labels", "the judge's formulas of what the list says was done"},
                 {"license", "see licenses of the items"}});
  return writer.windows();
}

}  // namespace dju::dataset
