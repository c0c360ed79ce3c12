#include "app/window_sounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/recorded_logs.h"
#include "app/scratch_folder.h"
#include "audio/decode.h"
#include "audio/pcm_file.h"
#include "core/error.h"
#include "dataset/simulate_dataset.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;
using Take = std::function<void(const std::string&, std::span<const float>)>;

constexpr std::size_t kWindowSamples = dataset::kWindowRows * music::kSoundRowHop * kChannels;

std::string textOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void cut(std::span<const float> sound, const std::vector<WantedWindow>& windows, const Take& take) {
  for (const WantedWindow& window : windows) {
    const std::size_t from =
        std::min(sound.size(), static_cast<std::size_t>(window.start) * kChannels);
    take(window.item, sound.subspan(from, std::min(kWindowSamples, sound.size() - from)));
  }
}

// "p17" is the recipe's performance 17.
void playSimulated(const fs::path& data, const WantedWindows& wanted, const Take& take) {
  std::vector<int> indices;
  for (const auto& [name, windows] : wanted) {
    int index = -1;
    std::from_chars(name.data() + std::min<std::size_t>(1, name.size()), name.data() + name.size(),
                    index);
    if (index < 0)
      throw Error(ErrorCode::kInvalid, data.string() + ": no performance is called " + name);
    indices.push_back(index);
  }
  dataset::playAgain(
      dataset::recipeOf(data), indices, {},
      [&](int index, const dataset::Recording& recording, std::span<const float> sound) {
        const std::string name = fmt::format("p{}", index);
        if (recording.log != textOf(data / "logs" / (name + ".djlog")))
          throw Error(ErrorCode::kConflict,
                      fmt::format("{}: {} is played otherwise by this version; "
                                  "simulate the data set again",
                                  data.string(), name));
        cut(sound, wanted.at(name), take);
      });
}

void playBattles(const fs::path& from, const WantedWindows& wanted, const Take& take) {
  RecordedLogs logs(from);
  for (const auto& [id, windows] : wanted) {
    const dataset::LogSource source = logs.battle(id);
    std::vector<float> sound;
    engine::renderLog(
        source.log, source.sound, {},
        [&](FrameCount frames, const engine::Outputs& outputs, const engine::Telemetry&) {
          sound.insert(sound.end(), outputs.master, outputs.master + frames * kChannels);
          return true;
        });
    cut(sound, windows, take);
  }
}

void playSets(const fs::path& from, const WantedWindows& wanted, const Take& take) {
  const audio::Decoder decoder;
  const ScratchFolder scratch;
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator(from)) {
    const auto about = decoder.identify(entry.path());
    const auto windows = about ? wanted.find(about->id) : wanted.end();
    if (windows == wanted.end()) continue;
    const fs::path pcm = scratch.path() / "set.pcm";
    decoder.decode(entry.path(), pcm).valueOrThrow();
    const audio::PcmFile file = audio::PcmFile::open(pcm).valueOrThrow();
    const audio::PcmView view = file.view();
    for (const WantedWindow& window : windows->second) {
      const std::int64_t end = std::min(
          view.frames, window.start + static_cast<std::int64_t>(kWindowSamples / kChannels));
      std::vector<float> sound;
      for (std::int64_t i = window.start * kChannels; i < end * kChannels; ++i)
        sound.push_back(static_cast<float>(view.samples[i]) * view.scale);
      take(window.item, sound);
    }
    ++found;
  }
  if (found < wanted.size())
    throw Error(ErrorCode::kNotFound, fmt::format("{}: has {} of the {} sets that are asked for",
                                                  from.string(), found, wanted.size()));
}

}  // namespace

void soundsOf(const fs::path& data, const fs::path& from, const WantedWindows& wanted,
              const Take& take) {
  const auto about = nlohmann::json::parse(textOf(data / "dataset.json"), nullptr, false);
  const std::string kind = about.is_object() ? about.value("kind", "") : "";
  if (kind == "battle" || kind == "practice") {
    playBattles(from, wanted, take);
  } else if (kind == "professional") {
    playSets(from, wanted, take);
  } else {
    playSimulated(data, wanted, take);
  }
}

}  // namespace dju::app
