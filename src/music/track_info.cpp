#include "music/track_info.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "audio/sha256.h"
#include "music/key.h"
#include "music/track_json.h"

namespace dju::music {
namespace {

using nlohmann::json;

json keyJson(const MusicalKey& key) {
  json out = {{"name", key.name}, {"confidence", key.confidence}, {"tuningCents", key.tuningCents}};
  if (key.modulations.empty()) return out;
  json& changes = out["modulations"] = json::array();
  for (const KeyChange& change : key.modulations) {
    changes.push_back({{"time", change.time}, {"key", change.key}});
  }
  return out;
}

MusicalKey keyFrom(const json& in) {
  if (in.is_string()) {  // version 1 knew only a name, in any notation
    const auto known = parseKey(in.get<std::string>());
    return {known ? keyName(*known) : "", 0, 0, {}};
  }
  MusicalKey key{in.at("name").get<std::string>(),
                 in.at("confidence").get<double>(),
                 in.at("tuningCents").get<double>(),
                 {}};
  for (const json& change : in.value("modulations", json::array())) {
    key.modulations.push_back(
        {change.at("time").get<double>(), change.at("key").get<std::string>()});
  }
  return key;
}

json loudnessJson(const TrackLoudness& loudness) {
  return {{"integratedLufs", loudness.integratedLufs},
          {"rangeLu", loudness.rangeLu},
          {"truePeakDbtp", loudness.truePeakDbtp}};
}

TrackLoudness loudnessFrom(const json& in) {
  if (!in.contains("loudness")) {  // the form of version 1
    return {in.at("loudnessLufs").get<double>(), 0, in.at("truePeakDbtp").get<double>()};
  }
  const json& loudness = in.at("loudness");
  return {loudness.at("integratedLufs").get<double>(), loudness.at("rangeLu").get<double>(),
          loudness.at("truePeakDbtp").get<double>()};
}

json genresJson(const std::vector<GenreGuess>& genres) {
  json out = json::array();
  for (const GenreGuess& genre : genres) out.push_back({genre.name, genre.confidence});
  return out;
}

// Thousandths: more would only lengthen the blob.
json energyJson(const std::vector<float>& energy) {
  json out = json::array();
  for (const float value : energy) {
    out.push_back(std::round(static_cast<double>(value) * 1000) / 1000);
  }
  return out;
}

json spansJson(const std::vector<TimeSpan>& spans) {
  json out = json::array();
  for (const TimeSpan& span : spans) out.push_back({span.start, span.end});
  return out;
}

void readStructure(const json& in, TrackInfo& info) {
  info.energy = in.value("energy", std::vector<float>());
  info.phrases = phrasesFrom(in.value("phrases", json::array()));
  info.cues = cuesFrom(in.value("cues", json::array()));
  for (const json& genre : in.value("genres", json::array())) {
    info.genres.push_back({genre.at(0).get<std::string>(), genre.at(1).get<double>()});
  }
  info.vocalsKnown = in.contains("vocals");
  for (const json& span : in.value("vocals", json::array())) {
    info.vocals.push_back({span.at(0).get<double>(), span.at(1).get<double>()});
  }
}

TrackInfo readInfo(const json& in) {
  TrackInfo info;
  const int version = in.at("version").get<int>();
  if (version < 1 || version > kTrackInfoVersion) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("version {}, and this program reads 1 to {}: a newer one wrote it",
                            version, kTrackInfoVersion));
  }
  info.analyser = in.value("analyser", version);  // one number for both until version 3
  info.pcmHash = in.at("pcmHash").get<std::string>();
  info.frames = in.at("frames").get<FrameCount>();
  info.grid = exactGridFrom(in.at("grid"));
  info.gridConfidence = in.at("gridConfidence").get<double>();
  info.edited = in.at("edited").get<bool>();
  // Version 1 had no word for grids of a sidecar, but nothing else was certain.
  info.given = in.value("given", version == 1 && !info.edited && info.gridConfidence == 1);
  info.tempoAlternatives = in.value("tempoAlternatives", std::vector<double>());
  if (in.contains("key")) info.key = keyFrom(in.at("key"));
  info.loudness = loudnessFrom(in);
  readStructure(in, info);
  info.fingerprint = in.value("fingerprint", std::string());
  info.waveformHash = in.at("waveformHash").get<std::string>();
  return info;
}

}  // namespace

double TrackInfo::replayGainDb() const {
  return loudness.integratedLufs <= -70 ? 0 : kReplayGainLufs - loudness.integratedLufs;
}

std::string toCanonicalJson(const TrackInfo& info) {
  json out = {{"version", kTrackInfoVersion},
              {"analyser", info.analyser},
              {"pcmHash", info.pcmHash},
              {"frames", info.frames},
              {"grid", exactGridJson(info.grid)},
              {"gridConfidence", info.gridConfidence},
              {"edited", info.edited},
              {"loudness", loudnessJson(info.loudness)},
              {"waveformHash", info.waveformHash}};
  if (info.given) out["given"] = true;
  if (!info.tempoAlternatives.empty()) out["tempoAlternatives"] = info.tempoAlternatives;
  if (!info.key.name.empty()) out["key"] = keyJson(info.key);
  if (!info.energy.empty()) out["energy"] = energyJson(info.energy);
  if (!info.phrases.empty()) out["phrases"] = phrasesJson(info.phrases);
  if (!info.cues.empty()) out["cues"] = cuesJson(info.cues);
  if (!info.genres.empty()) out["genres"] = genresJson(info.genres);
  if (info.vocalsKnown) out["vocals"] = spansJson(info.vocals);
  if (!info.fingerprint.empty()) out["fingerprint"] = info.fingerprint;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<TrackInfo> parseTrackInfo(std::string_view text) {
  try {
    return readInfo(json::parse(text));
  } catch (const Error& error) {
    return Error(ErrorCode::kInvalid, std::string("track analysis: ") + error.what());
  } catch (const json::exception& error) {
    return Error(ErrorCode::kInvalid, std::string("track analysis: ") + error.what());
  }
}

std::string analysisHash(const TrackInfo& info) {
  return sha256Hex(toCanonicalJson(info));
}

}  // namespace dju::music
