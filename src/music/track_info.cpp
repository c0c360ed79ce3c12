#include "music/track_info.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "audio/sha256.h"

namespace dju::music {

using nlohmann::json;

std::string toCanonicalJson(const TrackInfo& info) {
  json out = {
      {"version", info.version},
      {"pcmHash", info.pcmHash},
      {"frames", info.frames},
      {"grid",
       {{"anchorFrame", info.grid.anchorFrame}, {"framesPerBeat", info.grid.framesPerBeat}}},
      {"gridConfidence", info.gridConfidence},
      {"edited", info.edited},
      {"loudnessLufs", info.loudnessLufs},
      {"truePeakDbtp", info.truePeakDbtp},
      {"waveformHash", info.waveformHash}};
  if (!info.key.empty()) out["key"] = info.key;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<TrackInfo> parseTrackInfo(std::string_view text) {
  try {
    const json in = json::parse(text);
    TrackInfo info;
    info.version = in.at("version").get<int>();
    info.pcmHash = in.at("pcmHash").get<std::string>();
    info.frames = in.at("frames").get<FrameCount>();
    info.grid.anchorFrame = in.at("grid").at("anchorFrame").get<double>();
    info.grid.framesPerBeat = in.at("grid").at("framesPerBeat").get<double>();
    info.gridConfidence = in.at("gridConfidence").get<double>();
    info.edited = in.at("edited").get<bool>();
    info.loudnessLufs = in.at("loudnessLufs").get<double>();
    info.truePeakDbtp = in.at("truePeakDbtp").get<double>();
    info.waveformHash = in.at("waveformHash").get<std::string>();
    info.key = in.value("key", "");
    return info;
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid, std::string("track analysis: ") + error.what());
  }
}

std::string analysisHash(const TrackInfo& info) {
  return sha256Hex(toCanonicalJson(info));
}

TrackInfo withGrid(const TrackInfo& info, const BeatGrid& grid) {
  TrackInfo edited = info;
  edited.grid = grid;
  edited.gridConfidence = 1;
  edited.edited = true;
  return edited;
}

}  // namespace dju::music
