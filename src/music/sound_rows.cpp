#include "music/sound_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "audio/sha256.h"

namespace dju::music {
namespace {

// A row's quarters begin half a row before its centre.
constexpr std::size_t kQuartersBeforeStart = kOnsetQuarters / 2;

}  // namespace

SoundRows::SoundRows() : mel_(standardDefinition(), {Feature::kLogMel}), row_(kSoundRowColumns) {
  rises_.assign(kQuartersBeforeStart, {});
}

std::span<const float> SoundRows::row(const FeatureFrame& frame) {
  const std::span<const float> mel = frame[Feature::kLogMel];
  auto out = std::copy(mel.begin(), mel.end(), row_.begin());
  for (std::size_t quarter = 0; quarter < kOnsetQuarters; ++quarter) {
    out = std::copy(rises_.front().begin(), rises_.front().end(), out);
    rises_.pop_front();
  }
  return row_;
}

std::vector<std::string> soundRowColumns() {
  std::vector<std::string> names;
  for (int band = 0; band < standardDefinition().melBands; ++band) {
    names.push_back(std::string(band < 10 ? "mel0" : "mel") + std::to_string(band));
  }
  for (std::size_t quarter = 0; quarter < kOnsetQuarters; ++quarter) {
    for (const char* band : kOnsetBandNames) {
      names.push_back("onset_" + std::to_string(quarter) + "_" + band);
    }
  }
  return names;
}

std::string soundRowDefinition() {
  nlohmann::json json;
  json["log_mel"] = nlohmann::json::parse(toCanonicalJson(standardDefinition()));
  json["fine_onsets"] = {{"version", kFineOnsetVersion}, {"hop", kFineOnsetHop}};
  return json.dump();
}

std::string soundRowDefinitionHash() {
  return sha256Hex(soundRowDefinition());
}

}  // namespace dju::music
