#include "music/track_json.h"

#include <fmt/format.h>

#include <charconv>

namespace dju::music {

using nlohmann::json;

json exactGridJson(const BeatGrid& grid) {
  json out = {{"anchorFrame", grid.anchorFrame}, {"framesPerBeat", grid.framesPerBeat}};
  if (grid.constant()) return out;
  json& changes = out["changes"] = json::array();
  for (const TempoChange& change : grid.changes()) {
    changes.push_back({change.beat, change.frame, change.framesPerBeat});
  }
  return out;
}

BeatGrid exactGridFrom(const json& in) {
  BeatGrid grid;
  grid.anchorFrame = in.at("anchorFrame").get<double>();
  grid.framesPerBeat = in.at("framesPerBeat").get<double>();
  for (const json& change : in.value("changes", json::array())) {
    const TempoChange next{change.at(0).get<double>(), change.at(1).get<double>(),
                           change.at(2).get<double>()};
    if (!grid.addChange(next)) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("grid: the tempo change at beat {} does not follow what is before it",
                              next.beat));
    }
  }
  if (!grid.sane()) throw Error(ErrorCode::kInvalid, "grid: its numbers make no grid");
  return grid;
}

json phrasesJson(const std::vector<TrackPhrase>& phrases) {
  json out = json::array();
  for (const TrackPhrase& phrase : phrases) {
    out.push_back({{"start", phrase.start},
                   {"end", phrase.end},
                   {"bars", phrase.bars},
                   {"label", phrase.label}});
  }
  return out;
}

std::vector<TrackPhrase> phrasesFrom(const json& in) {
  std::vector<TrackPhrase> phrases;
  for (const json& phrase : in) {
    phrases.push_back({phrase.at("start").get<double>(), phrase.at("end").get<double>(),
                       phrase.value("bars", 0), phrase.value("label", std::string())});
  }
  return phrases;
}

json cuesJson(const std::vector<CuePoint>& cues) {
  json out = json::array();
  for (const CuePoint& cue : cues) {
    json one = {{"time", cue.time}, {"kind", cue.kind}};
    if (!cue.label.empty()) one["label"] = cue.label;
    if (cue.slot >= 0) one["slot"] = cue.slot;
    if (cue.length > 0) one["length"] = cue.length;
    if (cue.color >= 0) one["color"] = fmt::format("#{:06x}", cue.color);
    out.push_back(std::move(one));
  }
  return out;
}

namespace {

int colorFrom(const std::string& text) {
  int color = -1;
  const char* end = text.data() + text.size();
  const bool shaped = text.size() == 7 && text[0] == '#';
  if (!shaped || std::from_chars(text.data() + 1, end, color, 16).ptr != end || color < 0) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("colour \"{}\": write it as #rrggbb", text.substr(0, 20)));
  }
  return color;
}

}  // namespace

std::vector<CuePoint> cuesFrom(const json& in) {
  std::vector<CuePoint> cues;
  for (const json& cue : in) {
    CuePoint one;
    one.time = cue.at("time").get<double>();
    one.kind = cue.value("kind", std::string("cue"));
    one.label = cue.value("label", std::string());
    one.slot = cue.value("slot", -1);
    one.length = cue.value("length", 0.0);
    if (cue.contains("color")) one.color = colorFrom(cue.at("color").get<std::string>());
    cues.push_back(std::move(one));
  }
  return cues;
}

}  // namespace dju::music
