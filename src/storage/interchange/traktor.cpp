#include "storage/interchange/traktor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <pugixml.hpp>

#include "music/key.h"
#include "music/track_edits.h"
#include "storage/interchange/beat_markers.h"

namespace dju::storage {
namespace {

// TYPE of a CUE_V2.
constexpr int kGridMarker = 4, kLoop = 5;
constexpr std::size_t kMaxMarkers = 20000;

// Each grid marker is a downbeat from which beats follow at the track's one tempo.
std::optional<BeatGrid> gridOf(const pugi::xml_node& entry) {
  const double bpm = entry.child("TEMPO").attribute("BPM").as_double();
  if (!(bpm > 0)) return std::nullopt;
  std::vector<double> places;
  for (const pugi::xml_node& cue : entry.children("CUE_V2")) {
    if (cue.attribute("TYPE").as_int() != kGridMarker || places.size() >= kMaxMarkers) continue;
    const double seconds = cue.attribute("START").as_double(-1) / 1000;
    if (std::isfinite(seconds)) places.push_back(seconds);
  }
  std::sort(places.begin(), places.end());
  std::vector<BeatMarker> markers;
  for (const double seconds : places) {
    if (markers.empty()) {
      markers.push_back({0, seconds});
      continue;
    }
    const BeatMarker& last = markers.back();
    // A marker begins a bar, so that a whole number of bars lies before it.
    const double bars = std::round((seconds - last.seconds) * bpm / 240);
    if (bars >= 1) markers.push_back({last.beat + 4 * bars, seconds});
  }
  return gridThrough(markers, bpm);
}

std::vector<music::CuePoint> cuesOf(const pugi::xml_node& entry) {
  std::vector<music::CuePoint> cues;
  for (const pugi::xml_node& node : entry.children("CUE_V2")) {
    const int type = node.attribute("TYPE").as_int();
    if (type == kGridMarker || cues.size() >= music::kMaxCues) continue;
    music::CuePoint cue;
    cue.time = node.attribute("START").as_double(-1000) / 1000;
    cue.label = std::string(node.attribute("NAME").as_string()).substr(0, music::kMaxLabelBytes);
    if (cue.label == "n.n.") cue.label.clear();  // Traktor's word for no name
    const int number = node.attribute("HOTCUE").as_int(-1);
    cue.slot = number >= 0 && number < 8 ? number : -1;
    cue.kind = type == kLoop ? "loop" : "cue";
    if (type == kLoop) cue.length = std::max(0.0, node.attribute("LEN").as_double() / 1000);
    if (std::isfinite(cue.time) && std::isfinite(cue.length)) cues.push_back(std::move(cue));
  }
  return cues;
}

// 0 to 11 are the major keys from C, 12 to 23 the minor ones.
std::string keyOf(const pugi::xml_node& entry) {
  const int value = entry.child("MUSICAL_KEY").attribute("VALUE").as_int(-1);
  if (value < 0 || value > 23) return entry.child("INFO").attribute("KEY").as_string();
  return music::keyName({value % 12, value < 12 ? music::KeyMode::kMajor : music::KeyMode::kMinor});
}

ForeignTrack readEntry(const pugi::xml_node& entry) {
  ForeignTrack track;
  track.title = entry.attribute("TITLE").as_string();
  track.artist = entry.attribute("ARTIST").as_string();
  track.file = entry.child("LOCATION").attribute("FILE").as_string();
  const pugi::xml_node info = entry.child("INFO");
  track.seconds =
      info.attribute("PLAYTIME_FLOAT").as_double(info.attribute("PLAYTIME").as_double());
  track.key = keyOf(entry);
  track.grid = gridOf(entry);
  track.cues = cuesOf(entry);
  return track;
}

}  // namespace

Result<Collection> parseTraktor(std::string_view nml) {
  if (nml.size() > kMaxCollectionBytes) {
    return Error(ErrorCode::kTooLarge, "Traktor NML: larger than 256 MiB");
  }
  pugi::xml_document document;
  const auto parsed = document.load_buffer(nml.data(), nml.size());
  const pugi::xml_node entries = document.child("NML").child("COLLECTION");
  if (!parsed || !entries) {
    return Error(
        ErrorCode::kInvalid,
        fmt::format("Traktor NML: {}", parsed ? "no NML with a COLLECTION" : parsed.description()));
  }
  Collection collection{"Traktor", {}};
  for (const pugi::xml_node& entry : entries.children("ENTRY")) {
    if (collection.tracks.size() >= kMaxCollectionTracks) break;
    collection.tracks.push_back(readEntry(entry));
  }
  return collection;
}

}  // namespace dju::storage
