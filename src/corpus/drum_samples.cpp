#include "corpus/drum_samples.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "corpus/wav_files.h"

namespace dju::corpus {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 2 * kPieceRate;  // frames
constexpr float kAttackShare = 1.0F / 30;

struct Word {
  std::string_view text;
  DrumRole role;
};

// The first that occurs decides, so "hhopen" comes before "hh".
constexpr Word kWords[] = {
    {"kick", DrumRole::kKick},
    {"bassdrum", DrumRole::kKick},
    {"bd_", DrumRole::kKick},
    {"bd1", DrumRole::kKick},
    {"drum_bass", DrumRole::kKick},
    {"_k_0", DrumRole::kKick},
    {"thumps-hard", DrumRole::kKick},
    {"_bd_", DrumRole::kKick},
    {"clap", DrumRole::kClap},
    {"fingersnap", DrumRole::kClap},
    {"snare", DrumRole::kSnare},
    {"sn_", DrumRole::kSnare},
    {"sd_", DrumRole::kSnare},
    {"sn3_", DrumRole::kSnare},
    {"sn4_", DrumRole::kSnare},
    {"hhopen", DrumRole::kOpenHat},
    {"openhat", DrumRole::kOpenHat},
    {"hatopen", DrumRole::kOpenHat},
    {"hat_op", DrumRole::kOpenHat},
    {"ohh", DrumRole::kOpenHat},
    {"ho_0", DrumRole::kOpenHat},
    {"hihat-open", DrumRole::kOpenHat},
    {"hat 1 op", DrumRole::kOpenHat},
    {"cymbal_open", DrumRole::kOpenHat},
    {"hhat", DrumRole::kHat},
    {"hat", DrumRole::kHat},
    {"hh", DrumRole::kHat},
    {"cymbal_closed", DrumRole::kHat},
    {"cymbal_pedal", DrumRole::kHat},
    {"crashride", DrumRole::kRide},
    {"ride", DrumRole::kRide},
    {"rd_0", DrumRole::kRide},
    {"rc_0", DrumRole::kRide},
    {"crash", DrumRole::kCrash},
    {"splash", DrumRole::kCrash},
    {"cymbal", DrumRole::kCrash},
    {"cc_0", DrumRole::kCrash},
    {"tom", DrumRole::kTom},
    {"ft_0", DrumRole::kTom},
    {"t1_0", DrumRole::kTom},
    {"t2_0", DrumRole::kTom},
    {"cowbell", DrumRole::kPercussion},
    {"conga", DrumRole::kPercussion},
    {"bongo", DrumRole::kPercussion},
    {"clave", DrumRole::kPercussion},
    {"djembe", DrumRole::kPercussion},
    {"agogo", DrumRole::kPercussion},
    {"tambourine", DrumRole::kPercussion},
    {"maraca", DrumRole::kPercussion},
    {"tabla_", DrumRole::kPercussion},
    {"perc_snap", DrumRole::kPercussion},
    {"rim", DrumRole::kPercussion},
    {"stick", DrumRole::kPercussion},
    {"elec_", DrumRole::kPercussion},
    {"sangban", DrumRole::kPercussion},
    {"woodblock", DrumRole::kPercussion},
};

void normalise(std::vector<float>& sound) {
  float peak = 0;
  for (const float sample : sound) peak = std::max(peak, std::fabs(sample));
  if (peak <= 0) return;
  // What comes before the attack would put the hit late.
  const auto first = std::find_if(sound.begin(), sound.end(), [&](float sample) {
    return std::fabs(sample) > peak * kAttackShare;
  });
  sound.erase(sound.begin(), first - (first - sound.begin()) % 2);
  for (float& sample : sound) sample /= peak;
}

void fadeOut(std::vector<float>& sound) {
  const std::size_t fade = std::min<std::size_t>(sound.size(), 2000);
  for (std::size_t i = 0; i < fade; ++i) {
    sound[sound.size() - 1 - i] *= static_cast<float>(i) / static_cast<float>(fade);
  }
}

}  // namespace

bool drumRoleOf(std::string_view fileName, DrumRole& role) {
  std::string name(fileName);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.rfind("loop_", 0) == 0 || name.find("emptysample") != std::string::npos) return false;
  for (const Word& word : kWords) {
    if (name.find(word.text) == std::string::npos) continue;
    role = word.role;
    return true;
  }
  return false;
}

DrumSamples::DrumSamples(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string type = entry.path().extension().string();
    if (type == ".flac" || type == ".wav" || type == ".aiff") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    DrumRole role{};
    if (!drumRoleOf(file.filename().string(), role)) continue;
    std::vector<float> sound = readStereo(file);
    normalise(sound);
    if (sound.size() < 200) continue;
    sound.resize(std::min(sound.size(), 2 * kLongest));
    fadeOut(sound);
    sounds_[static_cast<std::size_t>(role)].push_back(std::move(sound));
  }
  if (of(DrumRole::kKick).empty() || of(DrumRole::kSnare).empty()) {
    throw Error(
        ErrorCode::kInvalid,
        folder.string() + ": no drum sounds; unpack hydrogen-drumkits and sonic-pi-samples");
  }
}

}  // namespace dju::corpus
