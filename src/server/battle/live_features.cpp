#include "server/battle/live_features.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "server/battle/command_parser.h"

namespace dju::server {
namespace {

using music::Feature;
using nlohmann::json;

// Four digits are more than anybody sees; all of them would double the traffic.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

json listOf(std::span<const float> values) {
  json list = json::array();
  for (const float value : values) list.push_back(rounded(value));
  return list;
}

json described(const music::SoundNow& now) {
  json bands;
  for (std::size_t b = 0; b < now.bands.size(); ++b)
    bands[std::string(music::kSpectrumBands[b].name)] = rounded(now.bands[b]);
  const music::FeatureFrame& frame = *now.features;
  const auto one = [&](Feature feature) { return rounded(frame[feature][0]); };
  return {{"bands", bands},
          {"dominantFrequency", rounded(now.dominantHz)},
          {"centroid", one(Feature::kCentroid)},
          {"rolloff", one(Feature::kRollOff)},
          {"bandwidth", one(Feature::kBandwidth)},
          {"zeroCrossings", one(Feature::kZeroCrossings)},
          {"rms", one(Feature::kRms)},
          {"peak", rounded(now.peak)},
          {"crest", one(Feature::kCrest)},
          {"mfcc", listOf(frame[Feature::kMfcc])},
          {"chroma", listOf(frame[Feature::kChroma])},
          {"tonnetz", listOf(frame[Feature::kTonnetz])}};
}

}  // namespace

// Whether new figures have come.
bool LiveFeatures::Listener::hear(std::span<const float> interleaved) {
  std::array<float, kBlockFrames> mono;
  for (std::size_t i = 0; i < mono.size(); ++i)
    mono[i] = 0.5F * (interleaved[2 * i] + interleaved[2 * i + 1]);
  loudness.push(interleaved);
  bool fresh = false;
  reader.push(mono, [&](const music::SoundNow& sound) {
    now = described(sound);
    now["lufs"] = rounded(loudness.momentary());
    fresh = true;
  });
  return fresh;
}

void LiveFeatures::add(const VisualFrame& frame) {
  const engine::Telemetry& telemetry = frame.block.telemetry;
  const std::size_t sounds = 1U + telemetry.deckCount;
  if (expected_ != telemetry.frame || listeners_.size() != sounds) {
    listeners_ = std::vector<Listener>(sounds);
    fresh_ = false;
  }
  expected_ = telemetry.frame + kBlockFrames;
  bool fresh = listeners_[0].hear(frame.block.master);
  for (std::size_t d = 0; d < telemetry.deckCount; ++d)
    fresh = listeners_[1 + d].hear(frame.stems[d]) || fresh;
  if (!fresh) return;
  fresh_ = true;
  frame_ = telemetry.frame;
}

std::optional<json> LiveFeatures::take() {
  if (!fresh_) return {};
  fresh_ = false;
  json data = listeners_[0].now;
  data["frame"] = frame_.index();
  json decks = json::array();
  for (std::size_t d = 1; d < listeners_.size(); ++d) {
    json deck = listeners_[d].now;
    deck["deck"] = deckLetter(static_cast<int>(d) - 1);
    decks.push_back(std::move(deck));
  }
  data["decks"] = std::move(decks);
  return data;
}

}  // namespace dju::server
